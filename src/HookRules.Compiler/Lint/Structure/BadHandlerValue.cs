using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class BadHandlerValue()
    : SettingsRule("HR3020", "bad-handler-value", Severity.Error, "A field of a handler has a value that Claude Code refuses.")
{
    public override string Why =>
        "onFailure is continue or block, shell is bash or powershell, args is an array of strings, url is a whole URL. Anything "
        + "else voids the entry; under PreToolUse and PermissionRequest the whole file, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "shell": "zsh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "shell": "bash" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => FaultFindings.Of(document, Found, Code);
}
