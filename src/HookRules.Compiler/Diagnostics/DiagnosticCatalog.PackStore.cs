using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR4101 and above: hookrules.lock, and the copies of packs that it pins.
public static partial class DiagnosticCatalog
{
    private const string NewLock = "run: hookrules pack update (writes it anew from the rules), or take it from git again";

    public static Diagnostic LockDamaged(SourceRef at, string problem) =>
        Error("HR4101", at, $"hookrules.lock cannot be read: {problem}", NewLock);

    public static Diagnostic LockConflict(SourceRef at) =>
        Error(
            "HR4102",
            at,
            "git left a conflict in hookrules.lock",
            "keep the entries of both sides that the rules use, or run: hookrules pack update (writes it anew from the rules)"
        );

    public static Diagnostic LockNewer(SourceRef at, string version, int known) =>
        Error(
            "HR4103",
            at,
            $"hookrules.lock has the format {version}, and this hookrules reads the format {known} alone",
            "install the hookrules that wrote it"
        );

    public static Diagnostic PackNotLocked(SourceRef at, string reference) =>
        Error(
            "HR4104",
            at,
            $"the pack \"{reference}\" is not in hookrules.lock, so nothing says which state of it is meant",
            $"run: hookrules pack add {ShellQuoting.Quote(reference)}"
        );

    public static Diagnostic PackLockedOtherwise(SourceRef at, string reference, string locked, string name) =>
        Error("HR4105", at, $"the rules use {reference}, but hookrules.lock pins {locked}", $"run: hookrules pack update {name}");

    public static Diagnostic PackNotVendored(SourceRef at, string reference, string folder, string name) =>
        Error(
            "HR4106",
            at,
            $"the copy of \"{reference}\" is not in {folder}",
            $"commit that folder together with hookrules.lock, or fetch it again: hookrules pack update {name}"
        );

    public static Diagnostic PackChanged(SourceRef at, string reference, string what, string fix) =>
        Error("HR4107", at, $"the pack \"{reference}\" is not what hookrules.lock pins: {what}", fix);

    public static Diagnostic PackUnfit(SourceRef at, string reference, string problem) =>
        Error("HR4108", at, $"the pack \"{reference}\" cannot be used: {problem}", "take it out of the pack");

    public static Diagnostic PackNotFetched(SourceRef at, string reference, string why) =>
        Error(
            "HR4109",
            at,
            $"\"{reference}\" cannot be fetched: {why}",
            "look at address and tag; git must be able to reach it without a question, as in: git ls-remote --tags URL"
        );

    public static Diagnostic PackTagMoved(SourceRef at, string reference, string locked, string found, string name) =>
        Error(
            "HR4110",
            at,
            $"the tag of \"{reference}\" was moved: hookrules.lock pins the commit {Short(locked)}, and now it is {Short(found)} "
                + "with other content",
            $"ask who published it why; hookrules pack update {name} takes the new content over"
        );

    private static string Short(string commit) => commit.Length > 12 ? commit[..12] : commit;
}
