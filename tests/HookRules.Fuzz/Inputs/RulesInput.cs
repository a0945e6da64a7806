using System.Text;

namespace HookRules.Fuzz;

/// <summary>Random rules files that are mostly right.</summary>
internal static class RulesInput
{
    public static readonly string[] Words =
    [
        "on",
        "before",
        "after",
        "failed",
        "where",
        "and",
        "or",
        "not",
        "->",
        ",",
        "action",
        "rule",
        "let",
        "run",
        "shell",
        "http",
        "POST",
        "log",
        "notify",
        "slack",
        "deny",
        "ask",
        "allow",
        "block",
        "stop",
        "warn",
        "context",
        "defer",
        "set",
        "reply",
        "await",
        "prompt",
        "agent",
        "mcp",
        "command",
        "webhook",
        "with",
        "timeout",
        "retry",
        "dedup",
        "debounce",
        "throttle",
        "batch",
        "concurrency",
        "busy",
        "group",
        "feedback",
        "turn",
        "skip",
        "sqlite",
        "stream",
        "else",
        "local",
        "\"{files}\"",
        "sync",
        "open",
        "closed",
        "as",
        "pass",
        "by",
        "first",
        "per",
        "1s",
        "250ms",
        "0",
        "Write",
        "Bash",
        "Edit|Write",
        "mcp__a__*",
        "Stop",
        "SessionStart",
        "startup",
        "*.py",
        "src/**",
        "!gen/",
        "$x",
        "\"text\"",
        "\"{file}\"",
        "\"a {tool_input.command} b\"",
        "/re+/i",
        "/^a|b$/",
        "command",
        "file",
        "tool_input.x[0].y",
        "==",
        "!=",
        "<=",
        ">",
        "matches",
        "glob",
        "contains",
        "starts",
        "ends",
        "in",
        "(",
        ")",
        "exists",
        "{",
        "}",
        "[",
        "]",
        ":",
        "=",
        "queue",
        "file",
        "consumer",
        "auto",
        "durability",
        "fsync",
        "requires",
        "claude-code",
        ">=",
        "2.1.0",
        "env.HOME",
        "payload",
        "json",
        "headers",
        "on failure",
        "failure",
        "use",
        "pack",
        "param",
        "lint",
        "record",
        "runs",
        "reads",
        "writes",
        "opaque",
        "only runs",
        "only",
        "may run",
        "overwrites",
        "outside",
        "project",
        "pipes",
        "into",
        "forkbomb",
        "without",
        "with env",
        "(--force, -f)",
        "in \"sub\"",
        "env {",
        "sound",
        "max",
        "coalesce",
        "restart",
        "by (file, session)",
        "feedback wake",
        "install",
        "disable",
        "allow \"\"",
        "Bash(git push:*)",
        "Write(*.py)",
        "\"$pack/x\"",
        "PreSkillShellCommand",
        "PostToolBatch",
        "async",
        "when",
        "if",
        "=~",
        "&&",
        "\u202e",
        "# comment\n",
        "\n",
        "\n  ",
        "\t",
        "\"\"\"",
        "\"\\u{41}\"",
        "matcher",
    ];

    private static readonly string[] Events =
    [
        "PreToolUse",
        "before",
        "after",
        "failed",
        "",
        "Stop",
        "SessionStart",
        "UserPromptSubmit",
        "Notification",
        "PreCompact",
        "FileChanged",
        "SubagentStop",
        "TaskCompleted",
        "PreModelSwitch",
        "ConfigChange",
        "Elicitation",
        "PermissionRequest",
        "PreSkillShellCommand",
        "PostToolBatch",
        "WorktreeCreate",
    ];
    private static readonly string[] Matchers =
    [
        "",
        "Bash",
        "Write|Edit",
        "Task",
        "mcp__s__*",
        "/^W/",
        "startup|resume",
        "*",
        "\"a b\"",
        "Wirte",
        "manual",
        "Write*",
        "Bash(npm run:*)",
        "Read(.env)",
    ];
    private static readonly string[] Globs =
    [
        "",
        "*.py",
        "src/**",
        "!**/gen/**",
        "$src",
        "\"a b/*.{ts,tsx}\"",
        "[a-c]?.x",
        "/top",
        "{a,b}/",
        "dir/",
    ];
    private static readonly string[] Fields =
    [
        "command",
        "file",
        "tool_input.n",
        "tool_input.list[0].x",
        "cwd",
        "session",
        "prompt",
        "tool_response.interrupted",
        "url",
        "agent",
        "tool_input.file_path",
        "nosuch",
        "tool",
    ];
    private static readonly string[] Values = ["\"x\"", "5", "true", "\"é \\\" \\\\ \\n\"", "-1.5e3", "false", "\"\"", "word"];
    private static readonly string[] Signs = ["==", "!=", "<", ">=", "contains", "starts with", "ends with"];
    private static readonly string[] Regexes = ["/a/", "/^git\\s+push/i", "/(a|b)*c{2,5}$/", "/[^a-z\\d]+/", "/\\/x\\b/", "/(?=a)/", "/(/"];
    private static readonly string[] Modifiers =
    [
        "",
        " timeout 5s",
        " retry 2",
        " dedup 1s by file",
        " dedup 2m first",
        " concurrency 1",
        " group g",
        " pass HOME",
        " as n",
        " sync",
        " sync closed",
        " feedback",
        " busy skip",
        " busy wait",
        " batch turn",
        " batch 5s throttle 3 per 1m",
        " timeout 0s",
        " retry 2 retry 3",
        " debounce 1s",
        " debounce 1s max 5s",
        " in \"sub\"",
        " env { A: \"{file}\" }",
        " sound",
        " feedback wake",
        " busy coalesce",
    ];

    public static string File(Choices choices)
    {
        var text = new StringBuilder();
        for (var count = choices.Between(1, 4); count > 0; count--)
        {
            if (choices.OneIn(8))
                text.Append("# a comment\n");
            text.Append(Statement(choices)).Append(choices.OneIn(12) ? "\r\n" : "\n");
        }

        return text.ToString();
    }

    private static readonly (string Trigger, string[] Decisions)[] SoundTriggers =
    [
        ("before Bash", ["deny", "ask", "allow", "defer", "stop", "warn", "context"]),
        ("after Write|Edit *.py", ["block", "stop", "warn", "context"]),
        ("before mcp__s__*", ["deny", "ask"]),
        ("failed Bash", ["block", "warn"]),
        ("Stop", ["block", "stop", "warn", "context"]),
        ("SessionStart startup|resume", ["context", "warn"]),
        ("UserPromptSubmit", ["deny", "context"]),
        ("PreCompact manual", ["deny", "context"]),
        ("Notification", []),
        ("FileChanged \".env|x.json\"", ["warn"]),
        ("before /^(Write|Task)$/ src/** !**/gen/**", ["deny", "ask"]),
        ("SubagentStop Explore", ["block"]),
        ("TaskCompleted", ["block", "stop"]),
        ("PreModelSwitch", ["deny", "ask"]),
        ("ConfigChange user_settings", ["deny"]),
        ("Elicitation", ["deny"]),
        ("PermissionRequest Bash", ["deny", "allow"]),
        ("after Read \"a b/*.{ts,tsx}\"", ["warn"]),
        ("after", ["warn"]),
        ("before Task", ["deny"]),
        ("PreSkillShellCommand Bash", ["deny", "ask"]),
        ("PostToolBatch", ["context", "stop"]),
    ];

    private static readonly string[] SoundTexts = ["\"x\"", "\"é {{ }} \\\"q\\\" \\u{1F600}\\n\"", "\"{session_id} in {cwd}\"", "\"\""];
    private static readonly string[] SoundActions =
    [
        "run \"ruff check --fix {session_id}\"",
        "run [\"sh\", \"-c\", \"a 'b'\", env.HOME, 5]",
        "shell \"cat $HOOK_FILE | wc\"",
        "http POST env.URL headers { \"X-A\": \"1\", B: env.C } json { a: [1, \"{cwd}\", payload, {\"b c\": null}] }",
        "slack \"done {cwd}\"",
        "notify \"x\"",
        "log \"logs/{session_id}.jsonl\"",
        "log \"logs/lines.txt\" \"{cwd} at {session_id}\"",
        "notify \"x {cwd}\" sound",
        "run \"make\" in \"packages/web\" env { A: \"text {cwd}\", B: \"\" }",
        "shell \"echo $A\" env { A: \"{session_id}\" }",
        "slack env.TEAM \"done\"",
        "run \"sh -c 'a b' \\\"c d\\\" --x={cwd}\"",
    ];
    private static readonly string[] SoundModifiers =
    [
        "",
        " timeout 5s",
        " retry 2",
        " dedup 1s by session",
        " dedup 2m first",
        " concurrency 1",
        " group g",
        " pass HOME",
        " timeout 1h retry 0 pass A pass B",
        " dedup 250ms by (session, cwd)",
        " debounce 3s by cwd",
        " debounce 3s max 1m",
        " throttle 3 per 1m feedback",
        " batch 5s busy restart",
        " batch turn busy coalesce",
    ];
    private static readonly string[] SoundConditions =
    [
        "cwd starts with \"/a\"",
        "session == \"x\"",
        "cwd matches /(a|b)*c{2,5}$/i",
        "not cwd glob \"src/**\"",
        "session in (\"a\", \"b\", \"é\")",
        "(cwd exists or session ends with \"x\")",
        "cwd contains \"#\"",
        "transcript_path != \"y\"",
        "session in (\"a\")",
    ];

    /// <summary>The parts of a rule without errors, for the YAML form.</summary>
    public static (string Trigger, string? Where, string Word, string Text) SoundParts(Choices choices)
    {
        var (trigger, decisions) = choices.Pick(SoundTriggers);
        return (
            trigger,
            choices.OneIn(2) ? choices.Pick(SoundConditions) : null,
            decisions.Length > 0 ? choices.Pick(decisions) : "notify",
            choices.Pick(SoundTexts)
        );
    }

    /// <summary>A file without errors, as far as that can be had cheaply.</summary>
    public static string Sound(Choices choices)
    {
        var text = new StringBuilder("action a = " + choices.Pick(SoundActions) + choices.Pick(SoundModifiers) + "\n");
        for (var number = choices.Between(1, 4); number > 0; number--)
        {
            var (trigger, decisions) = choices.Pick(SoundTriggers);
            var where = string.Join(
                choices.Pick([" and ", " or "]),
                Enumerable.Range(0, choices.Next(3)).Select(_ => choices.Pick(SoundConditions))
            );
            var steps = Enumerable
                .Range(0, choices.Between(1, 3))
                .Select(_ =>
                    choices.Next(3) switch
                    {
                        0 when decisions.Length > 0 => $"{choices.Pick(decisions)} {choices.Pick(SoundTexts)}",
                        1 => "a",
                        _ => choices.Pick(SoundActions) + choices.Pick(SoundModifiers),
                    }
                );
            text.Append(choices.OneIn(3) ? $"rule r{number}:\n  on " : "on ")
                .Append(trigger)
                .Append(where.Length > 0 ? " where " + where : "")
                .Append(choices.Pick([" -> ", " → ", "\n  # why\n  -> "]))
                .AppendJoin(choices.Pick([", ", " -> "]), steps)
                .Append(choices.OneIn(8) ? ", closed" : "")
                .Append(choices.OneIn(8) ? "\n  on failure -> a" : "")
                .Append('\n');
        }

        return text.ToString();
    }

    public static string Soup(Choices choices) =>
        string.Join(choices.OneIn(4) ? "" : " ", Enumerable.Range(0, choices.Between(1, 16)).Select(_ => choices.Pick(Words)));

    public static string Condition(Choices choices, int depth = 0) =>
        choices.Next(depth > 3 ? 6 : 9) switch
        {
            0 => $"{choices.Pick(Fields)} {choices.Pick(Signs)} {choices.Pick(Values)}",
            1 => $"{choices.Pick(Fields)} exists",
            2 => $"{choices.Pick(Fields)} matches {choices.Pick(Regexes)}",
            3 => $"{choices.Pick(Fields)} glob \"{choices.Pick(Globs).Trim('"')}\"",
            4 => $"{choices.Pick(Fields)} in ({choices.Pick(Values)}, {choices.Pick(Values)})",
            5 => $"{choices.Pick(Fields)} == {choices.Pick(Values)}",
            6 => $"not {Condition(choices, depth + 1)}",
            7 => $"({Condition(choices, depth + 1)} or {Condition(choices, depth + 1)})",
            _ => $"{Condition(choices, depth + 1)} and {Condition(choices, depth + 1)}",
        };

    private static string Statement(Choices choices) =>
        choices.Next(10) switch
        {
            0 => $"action {Name(choices)} = {Handler(choices)}{choices.Pick(Modifiers)}",
            1 => $"let src = {choices.Pick(["\"src/**\"", "\"*.py\"", "\"[\"", "\"\""])}",
            2 => $"rule {Name(choices)}:\n  on {Trigger(choices)}\n  -> {Steps(choices)}",
            3 => choices.Pick([
                "queue file",
                "consumer manual",
                "durability fsync",
                "requires claude-code >= 2.1.295",
                "use std/x",
                "use std/git-guard with { protected = [$x] } as g",
                "disable g.hard-reset",
                "pack p version \"1\"",
                "param n: int = 3",
                "param l: list = [\"*.py\"]",
                "consumer never",
                "queue sqlite \"x\"",
                "queue redis env.X stream \"s\"",
                "record on",
                "record on without (tool_input.content)",
                "lint HR2004 off",
            ]),
            4 => $"on {Trigger(choices)} -> {Steps(choices)}\n  on failure -> {Steps(choices)}",
            _ => $"on {Trigger(choices)} -> {Steps(choices)}",
        };

    private static readonly string[] ShellConditions =
    [
        "runs \"git push\" with (--force, -f) without (-n)",
        "runs \"git commit\" with env (HUSKY)",
        "runs (npm, yarn) with (install)",
        "only runs (\"npm test\", ls)",
        "only runs \"git status\" without (-s)",
        "may run \"rm\" with (-r) outside (project, \"/tmp\")",
        "writes (\"*.lock\", \"!a.lock\")",
        "overwrites (\".env\")",
        "reads (\"~/.ssh/**\")",
        "pipes (curl) into (sh, \"python*\")",
        "forkbomb",
        "opaque",
        "tool_input.run_in_background",
    ];

    private static string ShellCondition(Choices choices) =>
        choices.Pick(ShellConditions)
        + (choices.OneIn(3) ? $" {choices.Pick(["and", "or", "and not"])} {choices.Pick(ShellConditions)}" : "");

    private static string Name(Choices choices) => choices.Pick(["a", "b", "lint-it", "x.y", "deny", "run"]);

    private static string Trigger(Choices choices)
    {
        var trigger =
            $"{choices.Pick(Events)} {choices.Pick(Matchers)} {choices.Pick(Globs)}{(choices.OneIn(4) ? " " + choices.Pick(Globs) : "")}";
        return choices.OneIn(3) ? $"{choices.Pick(["before Bash", "Bash"])} where {ShellCondition(choices)}"
            : choices.OneIn(2) ? $"{trigger} where {Condition(choices)}"
            : trigger;
    }

    private static string Steps(Choices choices) =>
        string.Concat(Enumerable.Range(0, choices.Between(1, 3)).Select(i => (i == 0 ? "" : choices.Pick([", ", " -> "])) + Step(choices)));

    private static string Step(Choices choices) =>
        choices.Next(6) switch
        {
            0 => $"{choices.Pick(["deny", "ask", "allow", "block", "stop", "warn", "context", "defer"])} {Text(choices)}",
            1 => Name(choices) + choices.Pick(Modifiers),
            2 => $"{choices.Pick(["prompt", "agent", "command", "webhook"])} "
                + $"{Text(choices)}{choices.Pick(["", " with { timeout: 5 }", " with { model: \"x\", a: [1, {b: null}] }"])}",
            3 => choices.Pick([
                "dedup 1s",
                "closed",
                "open",
                "allow",
                "mcp a.b { x: 1 }",
                "set tool_input.x = 1",
                "await a",
                "await a, b, timeout 2m",
                "await a timeout 3s",
                "batch 1s",
                "feedback",
                "reply { x: 1 }",
            ]),
            _ => Handler(choices) + choices.Pick(Modifiers),
        };

    private static string Handler(Choices choices) =>
        choices.Next(6) switch
        {
            0 => $"run {Text(choices)}",
            1 => $"run [{string.Join(", ", Enumerable.Range(0, choices.Next(4)).Select(_ => Argument(choices)))}]",
            2 => $"shell {Text(choices)}",
            3 => $"http {choices.Pick(["POST", "GET", "post", "FETCH"])} "
                + $"{choices.Pick(["\"https://example.org/{file}\"", "env.URL", "http://x/y,", "\"ftp://x\""])}"
                + $"{choices.Pick(["", " headers { \"X-A\": \"1\" }", " headers { A: env.B }"])}"
                + $"{choices.Pick(["", " json payload", " json { a: [1, \"{cwd}\", {\"b c\": env.X}] }", " json \"x\""])}",
            4 => $"{choices.Pick(["slack", "notify", "log"])} {choices.Pick([Text(choices), "env.X"])}",
            _ => $"log \"logs/{choices.Pick(["x", "{session_id}", "{file}"])}.jsonl\"",
        };

    private static string Argument(Choices choices) => choices.Pick(["\"sh\"", "env.HOME", "5", Text(choices)]);

    private static string Text(Choices choices) =>
        choices.Pick([
            "\"x\"",
            "\"ruff check {file}\"",
            "\"a {tool_input.command} b\"",
            "\"\"",
            "\"é {{ }} {\"",
            "\"sh -c 'a b' \\\"c d\\\"\"",
            "\"a && b\"",
            "\"$HOME ~/x *.py\"",
            "\"echo $HOOK_FILE\"",
            "\"it's\"",
            "\"\\u{1F600}\\n\\t\"",
            "\"{nosuch}\"",
            "\"lint {files}\"",
            "\"\\q\"",
        ]);
}
