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
}
