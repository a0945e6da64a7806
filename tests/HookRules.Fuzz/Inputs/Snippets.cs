namespace HookRules.Fuzz;

/// <summary>Inputs that show every part of the language once, and settings files in odd layouts.</summary>
internal static class Snippets
{
    public const string Rules = """
        # everything once
        queue file
        consumer manual
        durability fsync
        requires claude-code >= 2.1.295
        use std/git-guard with { protected = ["main"] } as guard
        disable guard.hard-reset
        let sources = "src/**"
        let wait = "2s"
        action slow   = run "sleep {wait}" timeout $wait
        action ruff   = run "ruff check --fix {file}" timeout 30s retry 2 concurrency 1
        action listed = run ["sh", "-c", "echo \"$1\"", "{tool_input.file_path}", env.HOME] pass PATH group lint
        action script = shell "cat \"$HOOK_FILE\" | wc -c" as-is
        action chat   = http POST env.SLACK_WEBHOOK headers { "X-A": "1", B: env.TOKEN } json { text: "Claude wrote {file}", n: [1, true, null, payload] } retry 3
        action audit  = log ".claude/logs/tools.jsonl"
        action tell   = notify "done {{ {session_id} }}"
        action many   = run "ruff check {files}" batch 5s busy coalesce feedback
        on Write *.py -> ruff, listed, chat, dedup 1s first by (file, session)
        on Edit *.py -> many, script throttle 3 per 1m, tell debounce 2s by session, http POST env.X json { all: "{files}" } batch turn
        on SubagentStop -> warn "w", await many, ruff timeout 90s
        record on without (tool_input.content, tool_response)
        on Write|Edit $sources !**/generated/** "with space/*.{ts,tsx}" -> ruff -> audit
          on failure -> tell
        on failed Bash -> audit
        rule no-force-push:
          on before Bash where command matches /^git\s+push\b.*\s--force\b/i and not (cwd starts with "/tmp" or command in ("a", "b"))
          -> deny "Force-push is off limits here: open a pull request instead."
        on before mcp__github__* where tool_input.n >= 5 and tool_input.list[0].x exists or tool_input.a != "é\u{1F600}" -> ask "Really?", closed
        on SessionStart startup|resume -> context "Run `make dev` first."
        on Stop -> agent "Check that every public function has a test. $ARGUMENTS" with { timeout: 120 }
        on Notification -> http POST "http://localhost:5678/webhook/claude" json payload
        on FileChanged ".env|package.json" -> audit
        on before /^(Write|Edit)$/ -> run "true" sync timeout 2s closed
        on PostToolUse Write -> prompt "Is it good?", command ["a", "b"], mcp s.t { a: 1 }, webhook "https://example.org"

        """;

    public const string Pack = """
        pack everything version "1.0.0"
        param length: int = 88
        param words: list = ["-x", "--long"]
        param strict: bool = true
        param window: duration = 1s
        param needed: text
        use std/bash-guard with { removable = $words }
        action ruff = run "ruff --line-length {length} {file}" timeout $window retry $length
        action call = http POST "https://example.org/{needed}" headers { H: $needed } json { n: $length, l: $words, b: $strict }
        on Write|Edit *.py !$words -> ruff -> call, dedup $window
        on before Bash where $strict and runs "git push" with (-f, $words) or command in ($words) -> deny "no {length} {{length}} {words} in {pack}"

        """;

    public const string Yaml = """
        # the same in YAML
        version: 1
        queue: file
        use: [std/bash-guard, { pack: std/git-guard, with: { protected: [main] }, as: guard }]
        disable: [guard.hard-reset]
        let: { sources: "src/**" }
        actions:
          ruff:   { run: "ruff check --fix {file}", timeout: 30s }
          pytest: { run: [pytest, -q], timeout: 5m, concurrency: 1 }   # comment
          chat:   { http: { method: POST, url: env.SLACK_WEBHOOK, json: { text: "Claude wrote {file}" } }, retry: 3 }
        rules:
          - on Write *.py → ruff, pytest, chat, dedup 1s
          - name: no-force-push
            on: before Bash
            where: command matches /^git\s+push\b.*\s--force\b/
            do: { deny: "Force-push is off limits here: open a pull request instead." }
          - on: "Write|Edit *.py"
            do: [ruff, pytest]
            dedup: { window: 1s, by: [file, session] }
          - on Stop -> run "true" sync
          - { on: Stop, do: { await: [ruff, pytest], timeout: 2m } }
          - { on: Write, do: [{ run: [lint, "{files}"], batch: turn, busy: skip }], feedback: true }
        """;

    public static readonly string[] Settings =
    [
        "{}",
        "{\n}\n",
        "{ \"hooks\": { \"Stop\": [ { \"hooks\": [ ] } ], \"SessionEnd\": [ ] } }",
        "\uFEFF{\r\n\t\"env\": {\"A\": \"1\"},\r\n\t\"hooks\": {}\r\n}",
        "{\n  \"hooks\": {\n    \"PreToolUse\": [],\n    \"PostToolUse\": [\n\n    ]\n  },\n"
            + "  \"hooks\": {\"Stop\": [], \"Stop\": [{\"hooks\": []}]}\n}\n",
        "{\n    \"hooks\": {\n        \"PostToolUse\": [\n            {\n                \"matcher\": \"Write\",\n"
            + "                \"hooks\": [{\"type\": \"command\", \"command\": \"true\"}]\n            }\n        ]\n    }\n}",
        "{\"a\": 1.50, \"b\": -0, \"c\": 1E+400, \"\\u0068ooks\": {\"Stop\": []}, \"e\": \"\\ud83d\\ude80 \\ud800\"}\n",
        " \n\t",
    ];
}
