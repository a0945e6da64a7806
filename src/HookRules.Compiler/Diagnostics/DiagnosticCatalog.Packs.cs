using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR4001 to HR4049: packs in the language. HR4050 and above: what is fetched and locked.
public static partial class DiagnosticCatalog
{
    public static Diagnostic BadPackReference(SourceRef at, string reference, string problem, string mend) =>
        Error("HR4001", at, $"\"{reference}\" names no pack: {problem}", mend);

    public static Diagnostic UnknownBundledPack(SourceRef at, string name, string? nearest, IEnumerable<string> known) =>
        Error("HR4002", at, $"unknown bundled pack \"std/{name}\"{DidYouMean(nearest is null ? null : $"std/{nearest}")}", nearest is null ? $"use {OneOf(known.Select(one => $"std/{one}"))}" : $"write \"std/{nearest}\"");

    public static Diagnostic PackMissing(SourceRef at, string reference, string why, string mend) =>
        Error("HR4003", at, $"the pack \"{reference}\" is missing: {why}", mend);

    public static Diagnostic PackOutside(SourceRef at, string reference, string root) =>
        Error("HR4004", at, $"the pack \"{reference}\" lies outside of {root}, which neither \"..\" nor a link may leave", "copy the pack into the repository, or use it from a git repository of its own");
}
