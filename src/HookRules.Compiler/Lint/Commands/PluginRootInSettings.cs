using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class PluginRootInSettings()
    : SettingsRule(Number, "plugin-root-in-settings", Severity.Error, "CLAUDE_PLUGIN_ROOT is for plugins alone.")
{
    internal const string Number = "HR3058";
    private const string Variable = "CLAUDE_PLUGIN_ROOT";

    /// <summary>The text names the variable, whether rightly or not.</summary>
    internal static bool Names(string text) => text.Contains(Variable, StringComparison.Ordinal);

    public override string Why =>
        "In settings files ${CLAUDE_PLUGIN_ROOT} is not set, so the path begins at the root of the file system and the script is "
        + "not found: exit code 127, which blocks nothing.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "\"${CLAUDE_PLUGIN_ROOT}\"/hooks/stop.sh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "\"${CLAUDE_PROJECT_DIR}\"/.claude/hooks/stop.sh" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where !document.IsPlugin
        from text in entry.Texts
        let at = text.Text.IndexOf(Variable, StringComparison.Ordinal)
        where
            at > 0
            && text.Text[at - 1] is '$' or '{'
            && !text.Text.Contains(Variable + ":-", StringComparison.Ordinal)
            && !text.Text.Contains(Variable + "=", StringComparison.Ordinal)
        select Found(
            document.Place(text.Node, at, Variable.Length),
            Variable + " is set for the hooks of plugins alone, not for those of a settings file",
            "write ${CLAUDE_PROJECT_DIR}/…"
        );
}
