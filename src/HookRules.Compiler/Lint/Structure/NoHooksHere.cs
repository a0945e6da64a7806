using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class NoHooksHere()
    : SettingsRule("HR3012", "no-hooks-here", Severity.Hint, "A JSON file without anything that lint knows was named.")
{
    public override string Why =>
        "Lint reads settings files, plugin hooks and rules files. A JSON file of another kind gives nothing to check, which is no "
        + "praise of it.";

    public override string ExamplePath => "hooks.local.json";

    public override string Bad =>
        """
            { "name": "my-package", "private": true }
            """;

    public override string Good =>
        """
            { "hooks": {} }
            """;

    private static readonly string[] Settings =
    [
        "hooks",
        "permissions",
        "env",
        "model",
        "statusLine",
        "mcpServers",
        "enabledPlugins",
        "disableAllHooks",
        "sandbox",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        document.Root is { Kind: JsonTextKind.Object, Children.Count: > 0 } root
        && document.Kind == SettingsKind.Settings
        && !document.IsNamedSettings
        && !root.Children.Any(member => Settings.Contains(member.Name) || HookEvents.Find(member.Name!) is not null)
            ?
            [
                Found(
                    document.Place(root),
                    "there are no hooks here: this looks like neither a settings file nor a plugin's hooks.json",
                    "name the file that holds the hooks"
                ),
            ]
            : [];
}
