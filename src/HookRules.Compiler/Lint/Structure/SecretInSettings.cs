using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class SecretInSettings()
    : SettingsRule(Number, "secret-in-settings", Severity.Error, "A token or a webhook's address stands in a settings file.")
{
    internal const string Number = "HR3076";

    public override string Why =>
        "Settings files are committed, copied and read by the model. Whoever has the token can use it. Keep it in an environment "
        + "variable: $NAME in a command, \"allowedEnvVars\" for headers.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "curl -s -d done https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "curl -s -d done \"$SLACK_WEBHOOK\"" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        from text in Strings(entry.Node)
        let secret = Secrets.In(document.StringOf(text)!)
        where secret is not null
        select Found(document.Place(text), $"{secret} stands here for everybody to read", "keep it in an environment variable");

    private static IEnumerable<JsonTextNode> Strings(JsonTextNode node) =>
        node.Kind == JsonTextKind.String ? [node] : node.Children.SelectMany(child => Strings(child.Value));
}
