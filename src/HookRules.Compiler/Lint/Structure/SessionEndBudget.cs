using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class SessionEndBudget()
    : SettingsRule("HR3046", "session-end-budget", Severity.Hint, "All SessionEnd hooks share a second and a half.")
{
    public override string Why =>
        "When a session ends its hooks have 1.5 seconds together, unless one of them in a settings file says a longer \"timeout\" "
        + "(60 seconds at most; the timeouts of plugins do not count). A package runner, a push or a download does not fit.";

    public override string Bad =>
        """
            {
              "hooks": {
                "SessionEnd": [{ "hooks": [{ "type": "command", "command": "curl -s -X POST https://example.org/ended" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "SessionEnd": [{ "hooks": [{ "type": "command", "command": "curl -s -X POST https://example.org/ended", "timeout": 10 }] }]
              }
            }
            """;

    private static readonly string[] Slow =
    [
        "curl",
        "wget",
        "npm",
        "npx",
        "pnpm",
        "yarn",
        "uv",
        "uvx",
        "pip",
        "docker",
        "cargo",
        "dotnet",
        "go",
        "make",
        "rsync",
        "scp",
        "ssh",
        "gh",
        "pytest",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        var entries = document.Entries.Where(entry => entry.Event.Name == "SessionEnd").ToArray();
        if (!document.IsPlugin && entries.Any(entry => entry.Timeout > 1.5))
            return [];
        return from entry in entries
            where !entry.IsAsync && entry.Shell is not null && entry.Shell.Commands.Any(command => command.After != "&" && IsSlow(command))
            select Found(
                entry.At,
                "all SessionEnd hooks share 1.5 seconds, after which they are cut off"
                    + (document.IsPlugin ? ", and a plugin's timeout does not change that" : ""),
                document.IsPlugin ? "detach what takes longer" : "say \"timeout\", or detach what takes longer"
            );
    }

    private static bool IsSlow(WrittenCommand command) =>
        command.Words.Select(Scripts.Program).SkipWhile(word => word is "exec" or "env" or "nohup").FirstOrDefault() is { } program
        && (
            Slow.Contains(program)
            || program == "sleep" && command.Words is [_, { Text: not ("0" or "1" or "0.1" or "0.5") }]
            || program == "git" && command.Words.Any(word => word.Text is "push" or "fetch" or "pull" or "clone")
        );
}
