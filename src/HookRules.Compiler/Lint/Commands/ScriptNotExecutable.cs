using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class ScriptNotExecutable()
    : SettingsRule("HR3078", "script-not-executable", Severity.Error, "A script that is started directly may not be executed.")
{
    public override string Why =>
        "Without its executable bit a script that is the command itself ends with exit code 126, which blocks nothing. Start it "
        + "with its interpreter (bash x.sh), which needs no bit, or set it: chmod +x, and git update-index --chmod=+x.";

    public override IReadOnlyDictionary<string, string>? ExampleFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [".claude/hooks/format.sh"] = "true\n" };

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "\"$CLAUDE_PROJECT_DIR\"/.claude/hooks/format.sh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "bash \"$CLAUDE_PROJECT_DIR\"/.claude/hooks/format.sh" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from script in ProjectScript.Of(document)
        where script.Direct && document.Context.IsExecutable(script.FullPath) is false
        select Found(
            script.At,
            $"{script.Path} is started directly but has no executable bit: exit code 126, which blocks nothing",
            $"run chmod +x {script.Path}, or start it with its interpreter"
        );
}
