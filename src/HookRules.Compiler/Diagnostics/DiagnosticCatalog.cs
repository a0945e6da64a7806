using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>
/// Every problem that HookRules can report: one method a code, named by meaning. Codes are never used again for something else.
/// HR0xxx syntax · HR1xxx names and types · HR2xxx lint of rules · HR3xxx settings.json and import · HR4xxx packs · HR5xxx runtime.
/// </summary>
public static partial class DiagnosticCatalog
{
    private static Diagnostic Error(string code, SourceRef at, string message, string? fix = null) =>
        new(code, Severity.Error, at, message, fix);

    private static Diagnostic Warning(string code, SourceRef at, string message, string? fix = null) =>
        new(code, Severity.Warning, at, message, fix);

    private static Diagnostic Hint(string code, SourceRef at, string message, string? fix = null) =>
        new(code, Severity.Hint, at, message, fix);

    private static string DidYouMean(string? nearest) => nearest is null ? "" : $"; did you mean \"{nearest}\"?";

    /// <summary>Sorted and quoted: <c>"a"</c>, <c>"a" or "b"</c>, <c>"a", "b" or "c"</c>.</summary>
    internal static string OneOf(IEnumerable<string> names, string last = "or")
    {
        var quoted = names.Order(StringComparer.Ordinal).Select(name => $"\"{name}\"").ToArray();
        return quoted.Length < 2 ? string.Concat(quoted) : $"{string.Join(", ", quoted[..^1])} {last} {quoted[^1]}";
    }
}
