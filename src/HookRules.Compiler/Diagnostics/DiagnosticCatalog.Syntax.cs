using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR0xxx: what cannot be read.
public static partial class DiagnosticCatalog
{
    public static Diagnostic Unexpected(SourceRef at, string found, IReadOnlyCollection<string> expected) =>
        Error(
            "HR0001",
            at,
            $"expected {Alternatives(expected)}, but found {found}",
            Meant(found, expected) ?? $"write {Alternatives(expected)} here"
        );

    /// <param name="isTrigger">It is an event or a tool.</param>
    public static Diagnostic UnknownStatement(
        SourceRef at,
        string word,
        string? nearest,
        IEnumerable<string> statements,
        bool isTrigger = false
    ) =>
        Error(
            "HR0002",
            at,
            $"\"{word}\" starts no statement{DidYouMean(isTrigger ? null : nearest)}",
            isTrigger ? $"write \"on\" before it: on {word} … -> …"
                : word is "if" or "when" ? "start with the event, and write \"where\": on before Bash where command contains \"…\" -> …"
                : nearest is null ? $"start the line with {OneOf(statements)}, or indent it if it continues the statement above"
                : $"write \"{nearest}\""
        );

    public static Diagnostic UnclosedString(SourceRef at) =>
        Error(
            "HR0003",
            at,
            "this text is not closed: its quote is missing before the end of the line",
            "close the text with \" on the same line; a quote inside it is written \\\""
        );

    public static Diagnostic UnclosedRegex(SourceRef at) =>
        Error(
            "HR0004",
            at,
            "this regular expression is not closed",
            "end it with / before white space, for example /^git push/; a file pattern that begins with / stands behind a matcher, "
                + "which * is too"
        );

    public static Diagnostic MissingArrow(SourceRef at) =>
        Error(
            "HR0005",
            at,
            "this rule has no \"->\": nothing says what it does",
            "write \"->\" and a step after the trigger, for example: on Write *.py -> run \"ruff check {file}\""
        );

    public static Diagnostic BadEscape(SourceRef at, string escape) =>
        Error("HR0006", at, $"unknown escape {escape} in a text", "use \\\" \\\\ \\n \\t or \\u{1F600}; write \\\\ for a backslash");

    public static Diagnostic Unclosed(SourceRef at, char open, char close) =>
        Error("HR0007", at, $"this \"{open}\" is never closed", $"add \"{close}\"");

    public static Diagnostic ContinuesNothing(SourceRef at) =>
        Error("HR0008", at, "an indented line continues the statement above, but there is none", "start the line in column 1");

    public static Diagnostic NotSupportedYet(SourceRef at, string feature, string instead) =>
        Error(
            "HR0009",
            at,
            $"{(feature.Contains('"') ? feature : $"\"{feature}\"")} is not supported yet by this version of HookRules",
            instead
        );

    public static Diagnostic UnknownStep(SourceRef at, string word, string? near) =>
        Steps.GetValueOrDefault(word) is { } ours ? UnknownStepMeant(at, word, ours) : UnknownStepMeant(at, word, near);

    private static Diagnostic UnknownStepMeant(SourceRef at, string word, string? nearest) =>
        Error(
            "HR0010",
            at,
            $"unknown step \"{word}\"{DidYouMean(nearest)}",
            nearest is null
                ? "steps with a text are: deny ask allow block stop warn context run shell slack notify log prompt agent command webhook"
                : $"write \"{nearest}\""
        );

    public static Diagnostic BadDuration(SourceRef at, string found) =>
        Error("HR0011", at, $"\"{found}\" is not a duration", "write a whole number and a unit: 250ms, 1s, 5m or 1h");

    public static Diagnostic BadNumber(SourceRef at, string found, string expected) =>
        Error("HR0012", at, $"\"{found}\" is not {expected}", $"write {expected}, for example 3");

    public static Diagnostic NotText(SourceRef at, bool isNul) =>
        Error(
            "HR0013",
            at,
            isNul ? "a NUL character stands here" : "this is not text in UTF-8",
            $"{(isNul ? "delete it, or " : "")}save the file in the encoding UTF-8"
        );

    public static Diagnostic DuplicateKey(SourceRef at, string key) =>
        Error("HR0014", at, $"\"{key}\" stands here twice", "keep one of the two");

    public static Diagnostic BareText(SourceRef at, string word) =>
        Error("HR0015", at, $"\"{word}\" is neither a number, true, false, null, payload nor env.NAME", $"put it in quotes: \"{word}\"");

    public static Diagnostic TooDeep(SourceRef at) => Error("HR0016", at, "this is nested too deeply", "use fewer brackets");

    public static Diagnostic FailureIsReserved(SourceRef at) =>
        Error(
            "HR0017",
            at,
            "\"on failure\" ends a rule, but here it starts a statement",
            "indent this line, so that it belongs to the rule above"
        );

    public static Diagnostic WrongQuotes(SourceRef at, string found) =>
        Error("HR0018", at, $"expected a text in double quotes, but found {found}", "put the text in double quotes: \"…\"");

    public static Diagnostic UnknownModifier(SourceRef at, string word, string? nearest) =>
        Error(
            "HR0019",
            at,
            // What is next to it by its letters is the opposite.
            $"\"{word}\" is no modifier{(word is "async" or "sound" or "max" ? "" : DidYouMean(nearest))}",
            word == "async" ? RunsBehind
                : word == "sound" ? "put it behind a notify: notify \"…\" sound"
                : word == "max" ? "put it behind a debounce: debounce 1s max 10s"
                : word.StartsWith("env.", StringComparison.Ordinal) ? $"put the webhook before the text: slack {word} \"…\""
                : nearest is null ? "put \",\" or \"->\" before it if it is a step; a command stands in quotes: run \"…\""
                : $"write \"{nearest}\""
        );

    public static Diagnostic UnclosedLongText(SourceRef at) =>
        Error("HR0020", at, "this text is not closed: its second \"\"\" is missing", "close the text with \"\"\"");

    public static Diagnostic RulesConflict(SourceRef at, IEnumerable<string> lines) =>
        Error(
            "HR0021",
            at,
            $"this file holds a merge conflict: {string.Join(", ", lines)}",
            "keep one side of these lines, or both, and take the marks of git out"
        );

    public static Diagnostic BareCommand(SourceRef at, string line) =>
        Error("HR0022", at, "a command stands in quotes", $"write: {Rules.Syntax.BareCommand.Step(line)}");

    // The YAML form

    public static Diagnostic YamlSyntax(SourceRef at, string problem) =>
        Error("HR0101", at, $"this is not valid YAML: {problem}", "mend the YAML here; a value with special characters belongs in quotes");

    public static Diagnostic YamlReadsOtherwise(SourceRef at, string how, string quoted) =>
        Error("HR0102", at, $"YAML reads this otherwise than it looks: {how}", $"put it in quotes: {quoted}");

    public static Diagnostic YamlFeatureRefused(SourceRef at, string feature, string fix) =>
        Error("HR0103", at, $"{feature} are not allowed in rules files", fix);

    /// <param name="below">The key below which it would mean something.</param>
    public static Diagnostic UnknownKey(
        SourceRef at,
        string key,
        string where,
        string? nearest,
        IEnumerable<string> known,
        string? below = null
    ) =>
        Error(
            "HR0104",
            at,
            $"unknown key \"{key}\" in {where}{(below is null ? DidYouMean(nearest) : $": it stands below \"{below}\"")}",
            below is not null ? $"write {below}: {{ {key}: … }}"
                : nearest is null ? $"use {OneOf(known)}"
                : $"write \"{nearest}\""
        );

    public static Diagnostic WrongKind(SourceRef at, string what, string expected, string found, string? fix = null) =>
        Error("HR0105", at, $"{what} must be {expected}, but this is {found}", fix ?? $"write {expected}");

    public static Diagnostic MissingKey(SourceRef at, string what, string key, string example) =>
        Error("HR0106", at, $"{what} has no \"{key}\"", $"add {example}");

    public static Diagnostic BadVersion(SourceRef at, string found) =>
        Error("HR0107", at, $"version {found} of the rules format is unknown", "write version: 1");

    public static Diagnostic OneStepOnly(SourceRef at, string first, string second) =>
        Error(
            "HR0108",
            at,
            $"one mapping is one step, but this has both \"{first}\" and \"{second}\"",
            $"write a list: [{{ {first}: … }}, {{ {second}: … }}]"
        );

    public static Diagnostic TooManyErrors(SourceRef at) =>
        Error("HR0109", at, "the rest of this file cannot be read until the YAML above is mended", "mend the errors above first");

    public static Diagnostic NoVersion(SourceRef at) =>
        Hint("HR0110", at, "this file does not say which version of the rules format it is written in", "add version: 1");

    private static string Alternatives(IReadOnlyCollection<string> expected)
    {
        var sorted = expected.Order(StringComparer.Ordinal).ToArray();
        return sorted.Length < 2 ? string.Concat(sorted) : $"{string.Join(", ", sorted[..^1])} or {sorted[^1]}";
    }
}
