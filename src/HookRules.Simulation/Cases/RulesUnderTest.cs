using System.Collections.Concurrent;
using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>The rules that a table of cases is about: a bundled pack, a pack of the project, or the project's own rules.</summary>
internal sealed class RulesUnderTest
{
    private readonly string? bundled;
    private readonly ProjectFiles? files;
    private readonly ConcurrentDictionary<string, Lazy<Compilation>> compiled = new(StringComparer.Ordinal);

    private RulesUnderTest(string name, string? bundled, ProjectFiles? files, PackHeader? pack) =>
        (Name, this.bundled, this.files, Pack) = (name, bundled, files, pack);

    /// <summary>How reports name them.</summary>
    public string Name { get; }

    /// <summary>Null where they are no pack.</summary>
    public PackHeader? Pack { get; }

    /// <summary>The rules file; null of a bundled pack.</summary>
    public string? File => files?.File;

    public static RulesUnderTest Bundled(string name) => new($"std/{name}", name, null, PackHeader.Of(BundledPacks.Read(name)));

    public static RulesUnderTest Of(string file, string name)
    {
        var files = ProjectFiles.Of(file);
        return new RulesUnderTest(name, null, files, PackHeader.Of(files.Load()));
    }

    public Compilation Compile(CaseParameters with) =>
        compiled.GetOrAdd(with.Text, text => new Lazy<Compilation>(() => Compiled(text))).Value;

    /// <summary>It stands in the file that is tested, and not in a pack that this one uses.</summary>
    public bool IsOwn(Rule rule) => Own(Compile(CaseParameters.None)).Contains(rule.Source.File);

    /// <summary>What keeps these parameters from being used, at the place of the parameters; the rules' own mistakes where there are
    /// no parameters.</summary>
    public IEnumerable<Diagnostic> Problems(CaseParameters with)
    {
        var errors = Compile(with).Diagnostics.Where(one => one.Severity == Severity.Error);
        if (with.Text.Length == 0)
            return errors;
        return Pack is null
            ? [DiagnosticCatalog.BadCase(with.At, $"{Name} is no pack, so it has no parameters", "take this line out")]
            : errors.Take(1).Select(error => DiagnosticCatalog.BadCase(with.At, error.Message, error.Fix ?? "mend the parameters"));
    }

    public IEnumerable<SourceText> Sources => Compile(CaseParameters.None).Sources;

    private ImmutableHashSet<string> Own(Compilation compilation) =>
        bundled is not null ? [$"std/{bundled}.hookrules"]
        : Pack is not null ? [files!.RelativePath]
        : [.. compilation.Files.Select(file => file.Source.Path)];

    private Compilation Compiled(string with)
    {
        var parameters = with.Length == 0 ? "" : $" with {{ {with} }}";
        if (bundled is not null)
            return Compilation.Create(new SourceText("cases.hookrules", $"use std/{bundled}{parameters}\n"));
        if (Pack is null && with.Length == 0)
            return Compilation.Of(files!);
        // As a project that uses the pack sees it. A rules file without a header is told so.
        var folder = Path.GetDirectoryName(files!.File)!;
        var user = new ProjectFiles(Path.Combine(folder, "cases.hookrules"), files.ProjectDir);
        return Compilation.Create(
            new ProjectPacks(user),
            new SourceText("cases.hookrules", $"use \"./{Path.GetFileName(files.File)}\"{parameters}\n")
        );
    }
}
