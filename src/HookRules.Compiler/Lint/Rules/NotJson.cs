using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class NotJson()
    : SettingsRule("HR3001", "not-json", Severity.Error, "A settings file that is no JSON is not loaded at all.")
{
    public override string Why =>
        "Claude Code reads settings as strict JSON. Of a file that it cannot read it takes nothing: no hook, no permission rule, "
        + "no environment. Nobody is told: only `claude doctor` says so.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
              }
            }
            """;

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from slip in document.Slips
        where slip.Kind == JsonSlipKind.Syntax
        select Found(
            document.Place(slip.Start, slip.End),
            $"this is not JSON, so Claude Code drops the whole file, permissions included: {slip.Message}",
            slip.Mend
        );
}
