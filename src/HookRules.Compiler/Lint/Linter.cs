using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>The two doors of lint: a compilation, or the text of a settings file, in; every finding out.</summary>
public static class Linter
{
    private const int MostRounds = 10;

    /// <summary>What is wrong with rules files: all that compiling says, and what the rules of lint find.</summary>
    /// <param name="levels">Severities that take the place of a rule's own, by code; null switches it off. If not given, those of the
    /// files.</param>
    public static ImmutableArray<Diagnostic> Rules(
        Compilation compilation,
        ProjectContext? context = null,
        IReadOnlyDictionary<string, Severity?>? levels = null
    )
    {
        var sound = Sound(compilation);
        var found =
            from rule in LintRules.All.OfType<GraphRule>()
            from finding in rule.Check(sound, context ?? ProjectContext.TextOnly)
            select finding.Diagnostic;
        var handlers = NativeHandlers.Check(sound, context ?? ProjectContext.TextOnly).ToArray();
        // Of a name in a raw matcher the compiler only hints at what these say outright.
        var outright = handlers.Where(one => one.Code is "HR3027" or "HR3028").SelectMany(one => Lines(one.At)).ToHashSet();
        var said = compilation.Diagnostics.Where(diagnostic => diagnostic.Code != "HR1009" || !Lines(diagnostic.At).Any(outright.Contains));
        var own = compilation.Files.Select(file => file.Source);
        // The scripts that handlers name are the project's, though no rules file.
        var scripts = handlers.Where(one => compilation.Sources.All(source => source.Path != one.At.File));
        return Finish(
            Compilation.OfProject(Suppressions.Read(compilation.Sources).Apply(said.Concat(found).Concat(handlers)), own).Concat(scripts),
            levels ?? compilation.LintLevels
        );
    }

    /// <summary>The findings that the files themselves raise to errors, which keep them from being compiled.</summary>
    public static ImmutableArray<Diagnostic> Raised(Compilation compilation, ProjectContext? context = null) =>
        compilation.LintLevels.Values.Contains(Severity.Error)
            ?
            [
                .. Rules(compilation, context)
                    .Where(diagnostic =>
                        compilation.LintLevels.GetValueOrDefault(diagnostic.Code) == Severity.Error
                        // Compiling is what mends it.
                        && diagnostic.Code != LintRules.NotCompiled
                        && !compilation.Diagnostics.Contains(diagnostic)
                    ),
            ]
            : [];

    /// <summary>What lint says of native handlers that compile says too, as a warning: their path leads nowhere.</summary>
    public static IEnumerable<Diagnostic> Unreachable(Compilation compilation, ProjectContext context) =>
        compilation.Graph.Rules.SelectMany(rule => rule.Natives).Any(native => Commands.PluginRootInSettings.Names(native.Json))
            ? Rules(compilation, context)
                .Where(diagnostic => diagnostic.Code == Commands.PluginRootInSettings.Number)
                .Select(diagnostic => diagnostic with { Severity = Severity.Warning })
            : [];

    /// <summary>What is wrong with a settings file or a plugin's hooks.</summary>
    /// <param name="path">How messages name the file; its name also says what it is.</param>
    public static ImmutableArray<Diagnostic> Settings(
        string path,
        string text,
        ProjectContext? context = null,
        IReadOnlyDictionary<string, Severity?>? levels = null
    ) => Finish(Findings(path, text, context).Select(finding => finding.Diagnostic), levels);

    /// <summary>A settings file with every repair that is certain; the same text where there is none.</summary>
    public static string Fix(string path, string text, ProjectContext? context = null)
    {
        for (var round = 0; round < MostRounds; round++)
        {
            var edits = new List<JsonTextEdit>();
            foreach (var finding in Findings(path, text, context))
                if (
                    finding.Edits.Length > 0
                    && !finding.Edits.Any(edit => edits.Exists(other => edit.Start < other.End && other.Start < edit.End))
                )
                    edits.AddRange(finding.Edits);
            if (edits.Count == 0)
                break;
            var mended = Applied(text, edits);
            // A repair must never cost the permissions that stand beside it.
            if (Loads(path, text) && !Loads(path, mended))
            {
                edits.RemoveAll(edit => !Loads(path, Applied(text, [edit])));
                mended = Applied(text, edits);
                if (edits.Count == 0 || !Loads(path, mended))
                    break;
            }

            text = mended;
        }

        return text;
    }

    /// <summary>The findings whose repair is certain, for an editor that makes them one at a time. None of them costs the file that
    /// Claude Code loads it.</summary>
    internal static IEnumerable<Finding> Repairs(string path, string text, ProjectContext? context = null)
    {
        var loads = Loads(path, text);
        return Findings(path, text, context)
            .Where(finding => finding.Edits.Length > 0 && (!loads || Loads(path, Applied(text, finding.Edits))));
    }

    private static string Applied(string text, IEnumerable<JsonTextEdit> edits)
    {
        // From the end, so that the offsets before it stay true.
        foreach (var edit in edits.OrderByDescending(edit => edit.Start))
            text = string.Concat(text.AsSpan(0, edit.Start), edit.Text, text.AsSpan(edit.End));
        return text;
    }

    /// <summary>Claude Code applies the file, though perhaps not every entry of it.</summary>
    private static bool Loads(string path, string text)
    {
        var document = SettingsDocument.Read(path, text);
        return document is { Json: not null, Errors.Count: 0 }
            && !new Structure.FileNotLoaded().Check(document).Any()
            && document
                .Events()
                .Where(item => EntryFault.Guards.Contains(item.Event.Name))
                .All(item => !EntryFault.Of(document.Json, item.Event.Name, item.Member.Value).Any());
    }

    /// <summary>Without the rules and actions that hold an error: what was left out of them may be what lint would miss.</summary>
    private static Compilation Sound(Compilation compilation)
    {
        if (!compilation.HasErrors)
            return compilation;
        var broken = compilation
            .Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error)
            .Select(diagnostic => (diagnostic.At.File, diagnostic.At.Line))
            .ToHashSet();
        return compilation with
        {
            Graph = compilation.Graph with
            {
                Rules = [.. compilation.Graph.Rules.Where(rule => !Holds(rule.Source))],
                Actions = [.. compilation.Graph.Actions.Where(action => !Holds(action.Source))],
            },
        };

        bool Holds(SourceRef source) => Lines(source).Any(broken.Contains);
    }

    private static IEnumerable<(string File, int Line)> Lines(SourceRef at) =>
        Enumerable.Range(at.Line, at.EndLine - at.Line + 1).Select(line => (at.File, line));

    /// <summary>What compile wrote is judged where it was written: at its rule. Only that an old entry is dangerous is said here.</summary>
    private static IEnumerable<Finding> Findings(string path, string text, ProjectContext? context)
    {
        var document = SettingsDocument.Read(path, text, context);
        var generated = Generated(document).ToArray();
        return Findings(document)
            .Where(finding =>
                finding.Diagnostic.Code == Commands.ShellWithArgs.Number || !generated.Any(part => IsIn(finding.Diagnostic, part))
            );

        static bool IsIn(Diagnostic finding, SourceRef part) =>
            finding.At.File == part.File
            && (finding.At.Line, finding.At.Column).CompareTo((part.Line, part.Column)) >= 0
            && (finding.At.Line, finding.At.Column).CompareTo((part.EndLine, part.EndColumn)) < 0;
    }

    /// <summary>Our groups of handlers, and our handlers in other groups.</summary>
    private static IEnumerable<SourceRef> Generated(SettingsDocument document) =>
        from item in document.Json is null ? [] : document.Events()
        where item.Member.Value.Kind == JsonTextKind.Array
        from @group in MatcherGroup.In(document.Json!, item.Member.Value)
        where @group.IsObject && @group.Ours.Length > 0
        from node in @group.OnlyOurs ? [@group.Node] : @group.Ours.Select(index => @group.Handlers!.Children[index].Value)
        select document.Place(node.Start, node.End);

    /// <summary>What the rules of settings files say of one that was read already.</summary>
    internal static IEnumerable<Finding> Findings(SettingsDocument document)
    {
        return LintRules
            .All.OfType<SettingsRule>()
            .Where(rule => document.Json is not null || rule.NeedsNoJson)
            .SelectMany(rule => rule.Check(document));
    }

    private static ImmutableArray<Diagnostic> Finish(IEnumerable<Diagnostic> diagnostics, IReadOnlyDictionary<string, Severity?>? levels) =>
        DiagnosticList.Sorted(levels is null ? diagnostics : DiagnosticList.Levelled(diagnostics, levels));
}
