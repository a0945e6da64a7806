using System.Globalization;
using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR4001 to HR4099: packs, parameters and other constants in the language.
public static partial class DiagnosticCatalog
{
    public static Diagnostic BadPackReference(SourceRef at, string reference, string problem, string fix) =>
        Error("HR4001", at, $"\"{reference}\" names no pack: {problem}", fix);

    public static Diagnostic UnknownBundledPack(SourceRef at, string name, string? nearest, IEnumerable<string> known) =>
        Error(
            "HR4002",
            at,
            $"unknown bundled pack \"std/{name}\"{DidYouMean(nearest is null ? null : $"std/{nearest}")}",
            nearest is null ? $"use {OneOf(known.Select(one => $"std/{one}"))}" : $"write \"std/{nearest}\""
        );

    public static Diagnostic PackMissing(SourceRef at, string reference, string why, string fix) =>
        Error("HR4003", at, $"the pack \"{reference}\" is missing: {why}", fix);

    public static Diagnostic PackOutside(SourceRef at, string reference, string root) =>
        Error(
            "HR4004",
            at,
            $"the pack \"{reference}\" lies outside of {root}, which neither \"..\" nor a link may leave",
            "copy the pack into the repository, or use it from a git repository of its own"
        );

    public static Diagnostic PackCycle(SourceRef at, string chain) =>
        Error("HR4005", at, $"packs use each other in a circle: {chain}", "remove one of these uses");

    public static Diagnostic PackVersionConflict(
        SourceRef at,
        string pack,
        string first,
        string firstChain,
        string second,
        string secondChain
    ) =>
        Error(
            "HR4006",
            at,
            $"the pack \"{pack}\" is used in two versions: {first} ({firstChain}) and {second} ({secondChain})",
            "use one version in both places"
        );

    public static Diagnostic PackParameterConflict(
        SourceRef at,
        string pack,
        string parameter,
        string first,
        string firstChain,
        string second,
        string secondChain
    ) =>
        Error(
            "HR4007",
            at,
            $"the pack \"{pack}\" is used with two values of \"{parameter}\": {Shown(first)} ({firstChain}) and {Shown(second)} "
                + $"({secondChain})",
            $"give it the same value in both places, or the second use a name of its own: as {pack}-2"
        );

    public static Diagnostic PackPrefixClash(SourceRef at, string prefix, string firstChain, string secondChain, string reference) =>
        Error(
            "HR4008",
            at,
            $"two packs are called \"{prefix}\": {firstChain}, and {secondChain}",
            $"give one of them another name: use {Quoted(reference)} as {prefix}-2"
        );

    public static Diagnostic NoPackHeader(SourceRef at, string reference, string file) =>
        Error("HR4009", at, $"\"{reference}\" is no pack: {file} has no header", "begin that file with: pack NAME version \"1.0.0\"");

    public static Diagnostic PackHeaderMisplaced(SourceRef at, string expected) =>
        Error("HR4010", at, $"\"pack\" must be {expected}", "let the file begin with the one header that it has");

    public static Diagnostic UnknownParameter(SourceRef at, string pack, string name, string? nearest, IReadOnlyCollection<string> known) =>
        Error(
            "HR4011",
            at,
            $"the pack \"{pack}\" has no parameter \"{name}\"{DidYouMean(nearest)}",
            nearest is not null ? $"write \"{nearest}\""
                : known.Count > 0 ? $"use {OneOf(known)}"
                : "remove it: the pack has no parameters"
        );

    public static Diagnostic MissingParameter(SourceRef at, string pack, IReadOnlyCollection<string> names) =>
        Error(
            "HR4012",
            at,
            $"the pack \"{pack}\" needs a value for {OneOf(names, "and")}",
            $"write: use {Quoted(pack)} with {{ {string.Join(", ", names.Select(name => $"{name} = …"))} }}"
        );

    public static Diagnostic WrongParameterType(SourceRef at, string name, string expected) =>
        Error("HR4013", at, $"the parameter \"{name}\" must be {expected}", $"write {expected}");

    public static Diagnostic UnknownParameterType(SourceRef at, string type, string? nearest, IEnumerable<string> known) =>
        Error(
            "HR4014",
            at,
            $"unknown type \"{type}\"{DidYouMean(nearest)}",
            nearest is null ? $"use {OneOf(known)}" : $"write \"{nearest}\""
        );

    public static Diagnostic ReservedParameter(SourceRef at, string name) =>
        Error(
            "HR4015",
            at,
            $"a parameter cannot be called \"{name}\": in a text {{{name}}} means something else",
            $"choose another name, for example {name}_name"
        );

    public static Diagnostic ParamOutsidePack(SourceRef at, string name) =>
        Error(
            "HR4016",
            at,
            "only a pack has parameters, and this file has no header",
            $"write: let {name} = \"…\", or begin the file with: pack NAME version \"1.0.0\""
        );

    public static Diagnostic NotInPack(SourceRef at, string what) =>
        Error(
            "HR4017",
            at,
            $"{what} is the project's to say, not a pack's",
            "remove it from the pack, and say it in the rules file that uses the pack"
        );

    public static Diagnostic UnknownPackRule(SourceRef at, string name, string? nearest) =>
        Error(
            "HR4018",
            at,
            $"no pack has a rule \"{name}\"{DidYouMean(nearest)}",
            nearest is null ? "write PACK.RULE, with the name of a rule in a pack that this file uses" : $"write \"{nearest}\""
        );

    public static Diagnostic UnknownPackAction(SourceRef at, string name, string? nearest) =>
        Error(
            "HR4019",
            at,
            $"no pack has an action \"{name}\" that this could replace{DidYouMean(nearest)}",
            nearest is null ? "write the name of an action in a pack that this file uses, or a name without a dot" : $"write \"{nearest}\""
        );

    public static Diagnostic ConstantNotFitting(SourceRef at, string name, string found, string expected) =>
        Error("HR4020", at, $"\"${name}\" is {found}, and here {expected} is expected", $"use a value that is {expected}");

    public static Diagnostic PackHasNoFolder(SourceRef at) =>
        Error(
            "HR4021",
            at,
            "a bundled pack has no folder that \"pack\" could stand for",
            "write what the script does in the rules themselves"
        );

    public static Diagnostic ConstantInShell(SourceRef at, string name) =>
        Error(
            "HR4022",
            at,
            $"a shell text is left as it is, so {{{name}}} would stay in it",
            name == "pack"
                ? "write $pack: in a script of a pack it is a variable with the pack's folder"
                : "use run, whose texts take values; or hand it over with env { NAME: \"…\" }"
        );

    public static Diagnostic ConstantsTooLong(SourceRef at, int most) =>
        Error(
            "HR4023",
            at,
            $"values of parameters and lets would make this text more than {most.ToString("N0", CultureInfo.InvariantCulture)} "
                + "characters longer",
            "put a shorter value in, or leave it out of the text"
        );

    // A pack as the text form spells it behind "use".
    private static string Quoted(string reference) =>
        reference.StartsWith("std/", StringComparison.Ordinal) || reference.StartsWith("git+", StringComparison.Ordinal)
            ? reference
            : $"\"{reference}\"";

    private static string Shown(string value) => value.Length == 0 ? "nothing" : $"\"{value}\"";
}
