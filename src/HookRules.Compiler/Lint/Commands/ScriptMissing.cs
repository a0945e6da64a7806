using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class ScriptMissing() : SettingsRule("HR3077", "script-missing", Severity.Hint, "A hook's script is not there.")
{
    public override string Why =>
        "A missing script ends with exit code 127, which blocks nothing: the tool runs, and only a line in the transcript tells of "
        + "it. Lint looks for scripts below $CLAUDE_PROJECT_DIR (in a plugin $CLAUDE_PLUGIN_ROOT); one that is generated later is "
        + "no mistake, so this is a hint.";

    public override IReadOnlyDictionary<string, string>? ExampleFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal) { [".claude/hooks/format.sh"] = "true\n" };

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "bash \"$CLAUDE_PROJECT_DIR\"/.claude/hooks/formatt.sh" }] }]
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
        where document.Context.ProjectDir is not null && !File.Exists(script.FullPath)
        select Found(script.At, $"there is no file {script.Path} here", "create it, or mend the path");
}
