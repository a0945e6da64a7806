using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

// HR1xxx: names and types, what can be read but means nothing.
public static partial class DiagnosticCatalog
{
    public static Diagnostic UnknownEvent(SourceRef at, string name, string? nearest) =>
        Error(
            "HR1001",
            at,
            $"unknown event \"{name}\"{DidYouMean(nearest)}",
            nearest is null ? "run \"hookrules events\" for the events of Claude Code" : $"write \"{nearest}\""
        );

    public static Diagnostic UnknownTool(SourceRef at, string name, string? nearest) =>
        Error(
            "HR1002",
            at,
            $"unknown tool \"{name}\"{DidYouMean(nearest)}",
            name.IndexOfAny(['(', ':']) is > 0 and var open && HookEvents.Find(name[..open]) is { } known
                    ? $"write a space between event and tool: {known.Name} {name[(open + 1)..].TrimEnd(')')}"
                : nearest is null ? $"write a tool that Claude Code has, or /^{name}$/ if it is newer than this version of HookRules"
                : $"write \"{nearest}\""
        );

    /// <param name="isStep">A step has this name, but needs something behind it.</param>
    public static Diagnostic UnknownAction(SourceRef at, string name, string? nearest, bool isStep = false) =>
        Error(
            "HR1003",
            at,
            "unknown action "
                + $"\"{name}\"{(isStep ? $", and the step \"{name}\" says nothing without what belongs behind it" : DidYouMean(nearest))}",
            isStep
                    ? $"write what it is to do, such as {name} "
                        + $"{(name switch { "http" => "POST \"https://…\"", "mcp" => "SERVER.TOOL", _ => "\"…\"" })}, or declare the "
                        + $"action: action {name} = …"
                : name == "async" ? RunsBehind
                : nearest is null ? $"declare it: action {name} = run \"…\""
                : $"write \"{nearest}\""
        );

    public static Diagnostic UnknownField(SourceRef at, string field, string reason, string? nearest) =>
        Error(
            "HR1004",
            at,
            $"unknown field \"{field}\": {reason}{DidYouMean(nearest)}",
            nearest is null ? "see \"hookrules events\" for the fields of each event" : $"write \"{nearest}\""
        );

    public static Diagnostic ImpossibleComparison(SourceRef at, string field, string type, string comparison, string fix) =>
        Error("HR1005", at, $"\"{field}\" is {type}, so {comparison} never holds", fix);

    public static Diagnostic DecisionNotHonoured(
        SourceRef at,
        string step,
        string @event,
        IReadOnlyCollection<string> possible,
        string? instead,
        string? why = null
    )
    {
        var (honoured, fix) =
            possible.Count > 0
                ? (
                    $"Claude Code honours {OneOf(possible, "and")} there",
                    instead is null ? $"use {OneOf(possible)}" : $"write \"{instead}\""
                )
                : (
                    "Claude Code honours no decision there, only actions run",
                    "use an action, for example log \".claude/logs/events.jsonl\""
                );
        return Error("HR1006", at, $"\"{step}\" is not possible on {@event}: {(why is null ? honoured : $"{why}. {honoured}")}", fix);
    }

    public static Diagnostic MatcherIgnored(SourceRef at, string matcher, string @event) =>
        Error(
            "HR1007",
            at,
            $"{@event} ignores matchers, so \"{matcher}\" would change nothing",
            "remove it, or put the condition behind \"where\""
        );

    public static Diagnostic UnknownMatcherValue(
        SourceRef at,
        string value,
        string @event,
        string field,
        string? nearest,
        IEnumerable<string> known
    ) =>
        Error(
            "HR1008",
            at,
            $"{@event} never has the {field} \"{value}\"{DidYouMean(nearest)}",
            nearest is null ? $"use {OneOf(known)}" : $"write \"{nearest}\""
        );

    public static Diagnostic SuspectMatcherValue(SourceRef at, string value, string nearest) =>
        Hint("HR1009", at, $"\"{value}\" is no value that HookRules knows here; did you mean \"{nearest}\"?", $"write \"{nearest}\"");

    public static Diagnostic BadRegex(SourceRef at, string problem) =>
        Error(
            "HR1010",
            at,
            $"bad regular expression: {problem}",
            "write an expression without look-around and back-references that JavaScript reads alike"
        );

    public static Diagnostic BadGlob(SourceRef at, string glob, string problem) =>
        Error("HR1011", at, $"bad file pattern \"{glob}\": {problem}", "write a pattern as in a .gitignore, for example *.py or src/**");

    /// <param name="joined">Two names that the word joins, as they are joined here.</param>
    public static Diagnostic NotAGlob(SourceRef at, string word, string? joined = null) =>
        Error(
            "HR1012",
            at,
            joined is not null
                ? $"\"{word}\" is no file pattern, and names are joined by |"
                : $"\"{word}\" is no file pattern: it has none of * ? [ {{ . /",
            joined is not null ? $"write: {joined}"
                : Clauses.TryGetValue(word, out var clause) ? clause
                : $"put a plain file name in quotes: \"{word}\"; steps follow \"->\""
        );

    public static Diagnostic BadMatcher(SourceRef at, string matcher, string problem) =>
        Error(
            "HR1013",
            at,
            $"bad matcher \"{matcher}\": {problem}",
            "write a name, names joined by |, a name with *, or a /regular expression/"
        );

    public static Diagnostic UnknownLet(SourceRef at, string name, string? nearest) =>
        Error(
            "HR1014",
            at,
            $"unknown value \"${name}\"{DidYouMean(nearest is null ? null : "$" + nearest)}",
            nearest is null ? $"declare it: let {name} = \"…\"" : $"write \"${nearest}\""
        );

    public static Diagnostic DuplicateName(SourceRef at, string kind, string name, SourceRef first) =>
        Error("HR1015", at, $"there is already {kind} \"{name}\" ({first})", "choose another name, or remove one of the two");

    public static Diagnostic ReservedName(SourceRef at, string name) =>
        Error(
            "HR1016",
            at,
            $"\"{name}\" is a word of the language and cannot name an action",
            $"choose another name, for example {name}-it"
        );

    public static Diagnostic EventNeeded(SourceRef at) =>
        Error(
            "HR1017",
            at,
            "this rule both decides and runs actions, so it must say when",
            "start it with \"on before …\" or \"on after …\""
        );

    public static Diagnostic EventNeededForHandler(SourceRef at, string handler) =>
        Error(
            "HR1018",
            at,
            $"a rule with \"{handler}\" must name its event",
            "start it with an event, for example \"on before …\" or \"on Stop\""
        );

    public static Diagnostic NoFile(SourceRef at, string glob, string reason) =>
        Error(
            "HR1019",
            at,
            $"the file pattern \"{glob}\" can never match: {reason}",
            "remove the pattern, or choose an event and a tool that name a file"
        );

    public static Diagnostic FileNameList(SourceRef at, string word, string problem) =>
        Error(
            "HR1020",
            at,
            $"FileChanged watches a list of literal file names, and \"{word}\" is {problem}",
            "write the names in quotes: on FileChanged \".envrc\" \"package.json\""
        );

    public static Diagnostic WorktreeNeedsPath(SourceRef at) =>
        Error(
            "HR1021",
            at,
            "a hook on WorktreeCreate replaces git's own creation of the worktree and must say its path, which this rule does not",
            "let a sync action make the worktree and print its path last: shell \"…\" sync"
        );

    public static Diagnostic NewerThanRequired(SourceRef at, string what, string since, string requires) =>
        Error(
            "HR1022",
            at,
            $"{what} came with Claude Code {since}, but these rules are for {requires} and newer",
            $"write: requires claude-code >= {since}"
        );

    public static Diagnostic BadClientVersion(SourceRef at, string found) =>
        Error(
            "HR1023",
            at,
            $"\"{found}\" is not a version of Claude Code",
            "write three numbers, for example: requires claude-code >= 2.1.295"
        );

    /// <param name="decides">A decision stands there, as if it came when the action failed.</param>
    public static Diagnostic BehindSync(SourceRef at, bool decides, bool canBlock) =>
        Error(
            "HR1068",
            at,
            "nothing can stand behind a stage with \"sync\": it runs while Claude Code waits, and later stages are queued",
            !decides ? "leave \"sync\" out, or move what follows into a rule of its own"
                : canBlock
                    ? "leave out the \"->\" and what follows: a \"sync closed\" action that fails blocks with what it printed, and for "
                        + "tests there is std/stop-gate"
                : "leave out the \"->\" and what follows: a sync action that exits with 2 tells Claude what it printed"
        );

    public static Diagnostic SetTwice(SourceRef at, string setting, SourceRef first) =>
        Error("HR1024", at, $"\"{setting}\" is set already ({first})", "keep one of the two");

    /// <param name="canBlock">Of a decision: whether a sync action could make it on this event.</param>
    public static Diagnostic OnlyInFirstStage(SourceRef at, string step, string why, bool? canBlock = null) =>
        Error(
            "HR1025",
            at,
            $"\"{step}\" must stand in the first stage: {why}",
            "move it before the second \"->\", or into a rule of its own"
                + canBlock switch
                {
                    true => "; to block where a program fails, write run \"…\" sync closed, or for tests: use std/stop-gate",
                    false => "; to tell Claude where a program fails, write run \"…\" feedback, or for tests: use std/stop-gate",
                    null => "",
                }
        );

    public static Diagnostic ModifierTwice(SourceRef at, string modifier, string other) =>
        Error(
            "HR1026",
            at,
            modifier == other ? $"\"{modifier}\" stands here twice" : $"\"{modifier}\" contradicts \"{other}\"",
            "keep one of the two"
        );

    public static Diagnostic ModifierMeansNothing(SourceRef at, string modifier, string why, string fix) =>
        Error("HR1027", at, $"\"{modifier}\" means nothing here: {why}", fix);

    public static Diagnostic CannotBeSync(SourceRef at, string kind) =>
        Error("HR1028", at, $"\"{kind}\" cannot run inside the hook process: only run, shell and log can be sync", "remove \"sync\"");

    public static Diagnostic NothingCanFail(SourceRef at) =>
        Error(
            "HR1029",
            at,
            "\"on failure\" can never run: this rule queues no action that could fail",
            "remove it, or add an action to the rule"
        );

    // Actions

    public static Diagnostic ShellSyntaxInRun(SourceRef at, string found) =>
        Error(
            "HR1030",
            at,
            $"\"{found}\" is passed to the program as it stands: run starts no shell",
            "use shell \"…\", or put it in single quotes if it is meant so"
        );

    public static Diagnostic ShellExpansionInRun(SourceRef at, string found) =>
        Warning(
            "HR1031",
            at,
            $"\"{found}\" is not expanded: run starts no shell",
            "use shell \"…\", or put it in single quotes if it is meant so"
        );

    public static Diagnostic UnclosedQuoteInRun(SourceRef at, char quote) =>
        Error(
            "HR1032",
            at,
            $"the quote {quote} is not closed in this command",
            "close it, or write \\\\ before it if it is meant as it stands"
        );

    public static Diagnostic EmptyCommand(SourceRef at) =>
        Error("HR1033", at, "there is no program to run", "name a program, for example run \"pytest -q\"");

    public static Diagnostic ProgramFromPayload(SourceRef at, string program) =>
        Error(
            "HR1034",
            at,
            $"the program \"{program}\" would come from the payload, and so from the model",
            "name the program; a placeholder can be an argument"
        );

    public static Diagnostic PlaceholderInShell(SourceRef at, string placeholder, string variable) =>
        Warning("HR1035", at, $"{placeholder} is not replaced in shell, where a value could become a command", $"write \"${variable}\"");

    public static Diagnostic BadUrl(SourceRef at, string url) =>
        Error("HR1036", at, $"\"{url}\" is not a URL", "write one that starts with https:// or http://, or env.NAME");

    public static Diagnostic UnknownMethod(SourceRef at, string method, string? nearest) =>
        Error(
            "HR1037",
            at,
            $"unknown HTTP method \"{method}\"{DidYouMean(nearest)}",
            nearest is null ? "use GET, POST, PUT, PATCH or DELETE" : $"write \"{nearest}\""
        );

    public static Diagnostic BadVariable(SourceRef at, string name) =>
        Error(
            "HR1038",
            at,
            $"\"{name}\" cannot be the name of an environment variable",
            "use letters, digits and _, for example env.SLACK_WEBHOOK"
        );

    public static Diagnostic WrongValue(SourceRef at, string what, string expected) =>
        Error("HR1039", at, $"{what} must be {expected}", $"write {expected}");

    // Layers

    public static Diagnostic RuleOfTwoLayers(SourceRef at, string other) =>
        new("HR1090", Severity.Hint, at, $"this rule stands in {other} too, and both run", "keep one of the two");

    // Native handlers

    public static Diagnostic HandlerNotSupported(SourceRef at, string handler, string @event, IEnumerable<string> possible) =>
        Error("HR1040", at, $"Claude Code runs no \"{handler}\" handler on {@event}", $"use {OneOf(possible)} there");

    public static Diagnostic UnknownHandlerField(SourceRef at, string field, string handler, string? nearest, IEnumerable<string> known) =>
        Error(
            "HR1041",
            at,
            $"\"{handler}\" has no field \"{field}\"{DidYouMean(nearest)}",
            nearest is null ? $"use {OneOf(known)}" : $"write \"{nearest}\""
        );

    public static Diagnostic HandlerFieldGiven(SourceRef at, string field, string handler) =>
        Error("HR1042", at, $"the \"{field}\" of \"{handler}\" stands before \"with\" already", "remove it here");

    public static Diagnostic HandlerFieldType(SourceRef at, string field, string expected) =>
        Error("HR1043", at, $"\"{field}\" must be {expected}", $"write {expected}");

    public static Diagnostic HandlerCannotFilter(SourceRef at, string handler, string what, string fix) =>
        Error("HR1044", at, $"Claude Code starts \"{handler}\" itself and cannot check {what}", fix);

    public static Diagnostic BadMcpTool(SourceRef at, string found) =>
        Error(
            "HR1045",
            at,
            $"\"{found}\" does not name a tool of an MCP server",
            "write SERVER.TOOL, for example mcp github.create_issue { title: \"…\" }"
        );

    public static Diagnostic NameForRule(SourceRef at, string name, string other) =>
        Error("HR1046", at, $"this rule is called \"{other}\" already, so it cannot be \"{name}\" too", "remove \"as\"");

    public static Diagnostic PlaceholderNotThere(SourceRef at, string action, string placeholder, string reason) =>
        Error(
            "HR1047",
            at,
            $"the action \"{action}\" uses {placeholder}, but {reason}",
            "use another action here, or an event and tool that have this field"
        );

    public static Diagnostic NoCommandLine(SourceRef at, string word, string who) =>
        Error(
            "HR1048",
            at,
            $"\"{word}\" looks at a command line, and {who} has none",
            "use it on a tool that runs commands, for example: on before Bash where …"
        );

    public static Diagnostic BadRunsCommand(SourceRef at, string word, string command, string problem, string fix) =>
        Error(
            "HR1049",
            at,
            $"\"{command}\" is no program with its subcommands: {problem}",
            fix.Contains(' ') && fix.StartsWith(word, StringComparison.Ordinal) ? $"write: {fix}" : fix
        );

    public static Diagnostic SetNotHonoured(SourceRef at, string @event) =>
        Error(
            "HR1050",
            at,
            $"\"set\" is not possible on {@event}: Claude Code takes a changed tool_input on PreToolUse and PermissionRequest, and "
                + "a changed tool_response on PostToolUse",
            "use one of these events"
        );

    public static Diagnostic NotChangeable(SourceRef at, string field, string @event, string changeable) =>
        Error("HR1051", at, $"\"{field}\" cannot be changed on {@event}", $"set {changeable}, or a field of it");

    public static Diagnostic SetFieldTwice(SourceRef at, string field) =>
        Error("HR1052", at, $"this rule gives \"{field}\" two values", "keep one of the two");

    public static Diagnostic ValueNeverFits(SourceRef at, string field, string type, string found) =>
        Error("HR1053", at, $"\"{field}\" is {type}, so it cannot be {found}", $"write {type}");

    public static Diagnostic NothingToReply(SourceRef at, string @event) =>
        Error(
            "HR1054",
            at,
            $"{@event} has no further output fields, so there is nothing to \"reply\"",
            "use a decision, or an event such as SessionStart or UserPromptSubmit"
        );

    public static Diagnostic UnknownReplyField(SourceRef at, string field, string @event, string? nearest, IEnumerable<string> known) =>
        Error(
            "HR1055",
            at,
            $"{@event} has no output field \"{field}\"{DidYouMean(nearest)}",
            nearest is null ? $"use {OneOf(known)}" : $"write \"{nearest}\""
        );

    public static Diagnostic ReplyFieldIsStep(SourceRef at, string field, string step) =>
        Error("HR1056", at, $"\"{field}\" is what the step \"{step}\" gives", $"use {step}");

    public static Diagnostic NeedsDecision(SourceRef at, string what, string @event, string decision) =>
        Error("HR1057", at, $"on {@event} Claude Code takes \"{what}\" only together with \"{decision}\"", $"add {decision} to this rule");

    public static Diagnostic UnknownLintCode(SourceRef at, string code, string? nearest) =>
        Error(
            "HR1058",
            at,
            $"there is no finding \"{code}\"{DidYouMean(nearest)}",
            nearest is null ? "write the code that lint prints, for example: lint HR2004 off" : $"write \"{nearest}\""
        );

    public static Diagnostic NoLintLevel(SourceRef at, string code) =>
        Error(
            "HR1059",
            at,
            $"{code} is an error of the rules themselves, and stays one",
            "mend what it names; levels are for the findings of lint, HR2xxx and HR3xxx"
        );

    public static Diagnostic TwoWindows(SourceRef at, string window, string other) =>
        Error(
            "HR1080",
            at,
            $"\"{window}\" cannot stand beside \"{other}\": both say which events share a run and when it starts, and only one of them can",
            "keep one of the two, or put one behind the action and the other, after a comma, on the rule"
        );

    public static Diagnostic AllowLeavesLineOpen(SourceRef at, string condition, string only) =>
        Error(
            "HR1060",
            at,
            $"\"allow\" approves the whole command line, and {condition} leaves the rest of it open: anything may stand behind it",
            $"write: where {only}; it holds when every command of the line is one of these"
        );

    public static Diagnostic PlainText(SourceRef at, string text, string sign, string pattern, string inQuotes) =>
        Warning(
            "HR1069",
            at,
            $"behind \"{sign}\" {text} is a plain text, each of its signs included",
            $"write: {pattern}; or {inQuotes} if it is meant so"
        );

    public static Diagnostic AwaitNotHonoured(
        SourceRef at,
        string @event,
        IReadOnlyCollection<string> possible,
        IEnumerable<string> events
    ) =>
        Error(
            "HR1081",
            at,
            $"\"await\" is not possible on {@event}: "
                + (
                    possible.Count > 0
                        ? $"Claude Code honours {OneOf(possible, "and")} there"
                        : "Claude Code honours no decision there, only actions run"
                ),
            $"put it on {OneOf(events)}, which come when work is done"
        );

    public static Diagnostic AwaitNeedsEvent(SourceRef at, IEnumerable<string> events) =>
        Error(
            "HR1082",
            at,
            "a rule with \"await\" must name the event that is to wait",
            $"start it with {OneOf(events.Select(name => $"on {name}"))}"
        );

    public static Diagnostic AwaitIsLast(SourceRef at) =>
        Error(
            "HR1083",
            at,
            "\"await\" is the last step of its stage: it takes every name that follows",
            "write this before it; in YAML, { await: [ruff, pytest] } holds several names"
        );

    public static Diagnostic FilesNotAlone(SourceRef at, string argument) =>
        Error(
            "HR1084",
            at,
            $"{{files}} must be an argument of its own, since it becomes one for each file, but here it is part of \"{argument}\"",
            "put a space around it, or use shell \"…\" with $HOOK_FILES"
        );

    // HR2xxx: lint of rules

    public static Diagnostic UnusedLet(SourceRef at, string name) =>
        Warning("HR2001", at, $"the value \"{name}\" is never used", $"use it as ${name} or, in a text, as {{{name}}}; or remove it");

    public static Diagnostic NothingWatched(SourceRef at) =>
        Hint(
            "HR2003",
            at,
            "Claude Code watches the files that a matcher of FileChanged names, and this rule names none",
            "name them: on FileChanged \".envrc\" \"package.json\""
        );

    public static Diagnostic RemovedTool(SourceRef at, string name) =>
        Hint("HR2002", at, $"Claude Code has no tool \"{name}\" any more", "remove it; Edit and Write are what changes files");
}
