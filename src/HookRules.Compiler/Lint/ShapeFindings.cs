using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>What cannot be loaded of a file's entries, told by the rules that each have their kinds of it.</summary>
internal static class ShapeFindings
{
    public delegate Finding Report(
        SourceRef at,
        string message,
        string? fix,
        Severity? severity = null,
        params ImmutableArray<JsonTextEdit> edits
    );

    public static IEnumerable<ShapeProblem> Problems(SettingsDocument document, params IReadOnlyCollection<ShapeKind> kinds) =>
        from item in document.Events()
        from problem in SettingsShape.Of(document.Json!, item.Event.Name, item.Member.Value)
        where kinds.Contains(problem.Kind)
        select problem;

    /// <summary>With what the loss of the entry means, which for a guard is the loss of the file.</summary>
    public static IEnumerable<Finding> Of(SettingsDocument document, Report report, params IReadOnlyCollection<ShapeKind> kinds) =>
        from problem in Problems(document, kinds)
        select report(document.Place(problem.Node), $"{problem.Problem}: {document.Outcome(problem.Event)}", problem.Fix);
}
