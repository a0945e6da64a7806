using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Output;

internal sealed class WorktreeWithoutPath()
    : SettingsRule("HR3072", "worktree-without-path", Severity.Error, "A WorktreeCreate hook must make the worktree and print its path.")
{
    public override string Why =>
        "A hook on WorktreeCreate replaces git's own creation. It has to create the folder and print its path as the last line; "
        + "one that only logs makes `claude --worktree` fail.";

    public override string Bad =>
        """
            {
              "hooks": {
                "WorktreeCreate": [{ "hooks": [{ "type": "command", "command": "echo new worktree >> /tmp/worktrees.log" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "WorktreeCreate": [{ "hooks": [{ "type": "command", "command": "git worktree add /tmp/worktree >&2 && echo /tmp/worktree" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Name == "WorktreeCreate" && entry.Shell is { Commands.Count: > 0 }
        where
            entry.Shell!.Commands.All(command =>
                command.Redirected || Scripts.Program(command.Words[0]) is "mkdir" or "touch" or "ln" or "cp" or "chmod" or "cd"
            )
        select Found(
            entry.At,
            "this prints no path, so no worktree can be created any more",
            "create the worktree here and print its path as the last line"
        );
}
