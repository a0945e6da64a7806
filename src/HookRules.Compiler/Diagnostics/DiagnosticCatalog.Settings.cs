using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR3xxx: settings.json and import.
public static partial class DiagnosticCatalog
{
    /// <summary>What a guard that cannot be loaded means.</summary>
    internal const string FileDropped = "Claude Code drops the whole file, permissions included";

    public static Diagnostic SettingsNotJson(SourceRef at, string problem, string fix) =>
        new("HR3001", Severity.Error, at, $"this settings file is not valid JSON: {problem}", fix);

    public static Diagnostic SettingsWrongShape(SourceRef at, string what, string expected, string found) =>
        new(
            "HR3002",
            Severity.Error,
            at,
            $"cannot add hooks here: {what} should be {expected}, but is {found}",
            $"make it {expected}, or remove it"
        );

    public static Diagnostic SettingsNotUtf8(SourceRef at) =>
        new("HR3003", Severity.Error, at, "this settings file is not UTF-8 text", "save it as UTF-8");

    public static Diagnostic SettingsFileNotLoaded(SourceRef at, string problem, string fix) =>
        SettingsFileNotLoaded("HR3004", at, problem, fix);

    /// <param name="code">Of the lint rule that explains the fault: a guard's entry that cannot be loaded takes the whole file with
    /// it.</param>
    public static Diagnostic SettingsFileNotLoaded(string code, SourceRef at, string problem, string fix) =>
        new(code, Severity.Warning, at, $"{problem}: {FileDropped}", fix);

    public static Diagnostic SettingsUnknownEvent(SourceRef at, string name, string? nearest) =>
        new(
            "HR3005",
            Severity.Warning,
            at,
            $"unknown hook event \"{name}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
            nearest is null
                ? "Claude Code ignores what stands under it; `hookrules events` lists the events"
                : $"Claude Code ignores what stands under it: rename the key to \"{nearest}\""
        );

    // Suppression comments of rules files

    public static Diagnostic SuppressionWithoutReason(SourceRef at, string code) =>
        Warning("HR2090", at, $"this silences {code} without a reason", $"write: # hookrules: disable {code} because …");

    public static Diagnostic UnusedSuppression(SourceRef at, string code) =>
        Hint("HR2091", at, $"nothing on the line below gives {code}, so this silences nothing", "remove it");

    public static Diagnostic HandAndRule(SourceRef at, string rule) =>
        new("HR3101", Severity.Hint, at, $"the rule {rule} does the same as this hook, and both run", "take one of the two out");
}
