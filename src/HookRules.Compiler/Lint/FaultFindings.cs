using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>What cannot be loaded of a file's entries, told by the rule that has its code.</summary>
internal static class FaultFindings
{
    public delegate Finding Report(
        SourceRef at,
        string message,
        string? fix,
        Severity? severity = null,
        params ImmutableArray<JsonTextEdit> edits
    );

    /// <summary>With what the loss of the entry means, which for a guard is the loss of the file.</summary>
    public static IEnumerable<Finding> Of(SettingsDocument document, Report report, string code) =>
        from fault in document.Faults
        where fault.Code == code
        select report(document.Place(fault.Node), $"{fault.Problem}: {document.Outcome(fault.Event)}", fault.Fix);
}
