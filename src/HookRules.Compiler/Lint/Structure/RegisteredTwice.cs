using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class RegisteredTwice()
    : SettingsRule("HR3087", "registered-twice", Severity.Hint, "One hook in the settings and in the plugin of the same folder.")
{
    public override string Why =>
        "Claude Code runs a handler once that stands in several settings files, but a plugin's copy counts as another one. In a "
        + "repository that is a plugin and has the same script in .claude/settings.json, it runs twice for everybody who has the "
        + "plugin enabled; where the settings enable it themselves, that is certain and a warning.";

    public override IReadOnlyDictionary<string, string>? ExampleFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal)
        {
            ["hooks/stop.sh"] = "true\n",
            ["hooks/check.sh"] = "true\n",
            ["hooks/hooks.json"] =
                """{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "bash \"${CLAUDE_PLUGIN_ROOT}\"/hooks/stop.sh" }] }] } }""",
        };

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "bash \"$CLAUDE_PROJECT_DIR\"/hooks/stop.sh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "bash \"$CLAUDE_PROJECT_DIR\"/hooks/check.sh" }] }]
              }
            }
            """;

    private const int LongestFile = 1024 * 1024;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        if (document.IsPlugin || document.Context.ProjectDir is not { } folder || document.Entries.IsEmpty)
            return [];
        var path = Path.Combine(folder, "hooks", "hooks.json");
        if (Read(path) is not { } text)
            return [];
        var theirs = SettingsDocument.Read(path, text).Entries.Select(entry => (entry.Event.Name, Plain(entry))).ToHashSet();
        var isEnabled =
            PluginName(folder) is { } name
            && document.Root!["enabledPlugins"] is { Kind: JsonTextKind.Object } enabled
            && enabled.Children.Any(member =>
                member.Name!.StartsWith($"{name}@", StringComparison.Ordinal) && member.Value.Kind == JsonTextKind.True
            );
        return from entry in document.Entries
            where entry.Type == "command" && theirs.Contains((entry.Event.Name, Plain(entry)))
            select isEnabled
                ? Found(
                    entry.At,
                    "the plugin in hooks/hooks.json, which this file enables, has the same hook: it runs twice",
                    "remove one of the two",
                    Severity.Warning
                )
                : Found(
                    entry.At,
                    "the plugin in hooks/hooks.json has the same hook: with the plugin enabled it runs twice",
                    "remove one of the two"
                );
    }

    /// <summary>Without quotes, and with one name for both folders.</summary>
    private static string Plain(HookHandler entry) =>
        string.Join(
            ' ',
            entry.Texts.Select(text =>
                text.Text.Replace("\"", "", StringComparison.Ordinal)
                    .Replace("'", "", StringComparison.Ordinal)
                    .Replace("{", "", StringComparison.Ordinal)
                    .Replace("}", "", StringComparison.Ordinal)
                    .Replace("$CLAUDE_PLUGIN_ROOT/", "./", StringComparison.Ordinal)
                    .Replace("$CLAUDE_PROJECT_DIR/", "./", StringComparison.Ordinal)
            )
        );

    private static string? PluginName(string folder) =>
        Read(Path.Combine(folder, ".claude-plugin", "plugin.json")) is { } text
        && JsonText.TryParse(text, out _) is { Root: { Kind: JsonTextKind.Object } root } json
            ? json.StringOf(root["name"])
            : null;

    private static string? Read(string path)
    {
        try
        {
            return new FileInfo(path) is { Exists: true, Length: <= LongestFile } && RegularFile.Is(path) ? File.ReadAllText(path) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
