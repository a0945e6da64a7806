using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class MatcherNotText() : SettingsRule("HR3015", "matcher-not-text", Severity.Error, "A matcher is a string.")
{
    public override string Why =>
        "Several tools stand in one string, \"Write|Edit\". A list or an object as matcher voids the entry; under PreToolUse and "
        + "PermissionRequest the whole file, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": ["Write", "Edit"], "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => FaultFindings.Of(document, Found, Code);
}
