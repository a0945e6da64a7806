using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>HR109x: what keeps <c>compile</c> from writing, and what makes that worthless.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>No line of the file says anything about these, and what they are about may be no file that should be read.</summary>
    public static IReadOnlyList<string> AboutWholeFiles { get; } = ["HR1091", "HR1092", "HR1093", "HR1094", "HR1095", "HR1099"];

    public static Diagnostic WrittenThroughLink(SourceRef at, string to) =>
        Error(
            "HR1091",
            at,
            $"{at.File} is a link to {to}, and compile writes through no link",
            "remove the link, then run: hookrules compile"
        );

    public static Diagnostic SettingsLeaveRepository(SourceRef at, string to) =>
        Hint("HR1092", at, $"{at.File} is a link that leaves the repository: {to} is the file that changes");

    public static Diagnostic OutOfDate(SourceRef at, string sentence, string command) => Error("HR1093", at, sentence, $"run: {command}");

    public static Diagnostic LocalNotUsable(SourceRef at, string why, string mend = "run: hookrules compile") =>
        Error("HR1094", at, $"{at.File} does not say where the runtime of this machine is: {why}", mend);

    public static Diagnostic LocalNamesAnother(SourceRef at, string named, string own) =>
        Hint(
            "HR1095",
            at,
            $"{at.File} names the runtime in {named}; this one is in {own}",
            "if you did not choose it, run: hookrules compile"
        );

    public static Diagnostic IgnoredByGit(SourceRef at, IReadOnlyList<string> files) =>
        Warning(
            "HR1096",
            at,
            $"git ignores {string.Join(", ", files)}, so the rules reach nobody else",
            $"take the line out of .gitignore; where it is: git check-ignore -v {ShellQuoting.Quote(files[0])}"
        );

    public static Diagnostic NoRuntimeOnPath(SourceRef at) =>
        Warning(
            "HR1097",
            at,
            "there is no hookrules-hook on PATH, so no rule will run here",
            "run: hookrules install, or compile without --runtime path"
        );

    public static Diagnostic SettingsConflict(SourceRef at, IEnumerable<string> lines) =>
        Error(
            "HR1098",
            at,
            $"{at.File} holds a merge conflict that is not about entries of hookrules alone: {string.Join(", ", lines)}",
            "resolve these lines, then run: hookrules compile"
        );

    public static Diagnostic ServiceNotWritten(SourceRef at, string why, string? mend) =>
        Error("HR1099", at, $"the service file {at.File} cannot be written: {why}", mend);
}
