using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR1061 and on: where a program of an action runs, and what it is given.
public static partial class DiagnosticCatalog
{
    public static Diagnostic BadActionFolder(SourceRef at, string folder) =>
        Error(
            "HR1061",
            at,
            $"\"in\" must name a folder below the project folder, and \"{folder}\" does not",
            "write a relative folder without \"..\", for example in \"frontend\""
        );

    public static Diagnostic VariableIsSet(SourceRef at, string name) =>
        Error(
            "HR1062",
            at,
            $"{name} is set by hookrules itself",
            "choose another name; CLAUDE_PROJECT_DIR and HOOK_… say where the project is and what the event holds"
        );

    public static Diagnostic VariableDecides(SourceRef at, string name) =>
        Error(
            "HR1063",
            at,
            $"{name} decides which program or library runs, and a value of the event must not",
            "write the value itself, or give the event's value under another name"
        );

    public static Diagnostic VariableTwice(SourceRef at, string name) =>
        Error("HR1064", at, $"{name} stands here twice", "keep one of the two");

    public static Diagnostic WordOfNoCommand(SourceRef at, string word) =>
        Error(
            "HR1065",
            at,
            $"\"{word}\" is to be replaced in the commands that match, and this rule asks for no command",
            "say which: where runs \"npm install\""
        );

    public static Diagnostic PermissionRuleInTrigger(SourceRef at, string text, string meant, string @event) =>
        Error("HR1066", at, $"{text} is a permission rule of Claude Code, which a trigger does not know", $"write: on {@event} {meant}");

    /// <param name="instead">What the others have for it.</param>
    public static Diagnostic FieldOfSomeTools(
        SourceRef at,
        string field,
        IReadOnlyCollection<string> lacking,
        IReadOnlyCollection<string> instead
    ) =>
        Warning(
            "HR1067",
            at,
            $"{string.Join(" and ", lacking)} {(lacking.Count == 1 ? "has" : "have")} no {field}, so this never holds there",
            instead.Count > 0
                ? $"ask both, joined by \"or\": {string.Join(", ", instead)}"
                : "leave that tool out of the matcher, or ask with \"or\" for a field that it has"
        );
}
