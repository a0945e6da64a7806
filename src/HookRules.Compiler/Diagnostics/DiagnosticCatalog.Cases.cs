using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>What is wrong with tables of cases and with timelines.</summary>
public static partial class DiagnosticCatalog
{
    public static Diagnostic BadCase(SourceRef at, string problem, string fix) => Error("HR5010", at, problem, fix);

    public static Diagnostic BadTimeline(SourceRef at, string problem, string fix) => Error("HR5012", at, problem, fix);

    /// <summary>For annotations: in text a failed case has a report of its own.</summary>
    public static Diagnostic CaseFailed(SourceRef at, string message, string fix) => Error("HR5011", at, message, fix);
}
