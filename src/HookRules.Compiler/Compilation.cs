using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler;

/// <summary>The one door of the compiler: the texts of rules files in, the rule graph and every problem out.</summary>
/// <param name="Sources">The project's own files, then those of the packs that they use.</param>
/// <param name="Graph">What could be bound; to be used for anything but messages only without errors.</param>
/// <param name="Diagnostics">Sorted by file, line and column.</param>
public sealed record Compilation(ImmutableArray<SourceText> Sources, RuleGraph Graph, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>Without what is no error and stands in a pack: that is its author's concern.</summary>
    internal static IEnumerable<Diagnostic> OfProject(IEnumerable<Diagnostic> problems, IEnumerable<SourceText> own)
    {
        var files = own.Select(source => source.Path).ToHashSet(StringComparer.Ordinal);
        return problems.Where(problem => problem.Severity == Severity.Error || files.Contains(problem.At.File));
    }

    public bool HasErrors => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    /// <summary>What was read, for lint rules that need more than the graph.</summary>
    internal ImmutableArray<RulesFileSyntax> Files { get; init; } = [];

    /// <summary>What the files say about findings of lint, by code; null switches one off.</summary>
    public IReadOnlyDictionary<string, Severity?> LintLevels { get; init; } = ImmutableDictionary<string, Severity?>.Empty;

    /// <summary>Texts that belong to no project: they can use bundled packs alone.</summary>
    public static Compilation Create(params ImmutableArray<SourceText> sources) => Create(PackLoader.BundledOnly, sources);

    /// <summary>The rules of a project, with the packs that they use.</summary>
    /// <param name="display">How messages name a file, from its absolute path; by default relative to the project folder.</param>
    /// <param name="arguments">Values for the parameters, if the file is a pack.</param>
    public static Compilation Of(
        ProjectFiles project,
        Func<string, string>? display = null,
        IReadOnlyDictionary<string, string>? arguments = null
    ) =>
        Create(
            new ProjectPacks(project, display) { Arguments = arguments ?? new Dictionary<string, string>() },
            project.Load(display?.Invoke(project.File))
        );

    /// <param name="packs">Finds the packs that the files use.</param>
    public static Compilation Create(PackLoader packs, params ImmutableArray<SourceText> sources)
    {
        var problems = new List<Diagnostic>();
        var files = sources.Select(source => RulesReader.Read(source, problems)).ToArray();
        return Create(packs, files, problems);
    }

    /// <summary>A file that was read before.</summary>
    internal static Compilation Create(PackLoader packs, RulesReading read) => Create(packs, [read.File], [.. read.Problems]);

    private static Compilation Create(PackLoader packs, RulesFileSyntax[] files, List<Diagnostic> problems)
    {
        var sources = files.Select(file => file.Source).ToImmutableArray();
        var bound = Binder.Bind(files, packs, () => ExplainPages.Codes, problems);
        var all = sources.AddRange(bound.Packs);
        return new Compilation(
            all,
            bound.Graph,
            DiagnosticList.Sorted(DiagnosticList.Levelled(OfProject(problems, sources), bound.LintLevels))
        )
        {
            Files = [.. files],
            LintLevels = bound.LintLevels,
        };
    }
}
