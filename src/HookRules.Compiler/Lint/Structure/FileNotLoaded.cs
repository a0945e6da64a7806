using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class FileNotLoaded()
    : SettingsRule(
        "HR3004",
        "file-not-loaded",
        Severity.Error,
        "Guards that stand outside \"hooks\", or \"hooks\" as an array, void the whole file."
    )
{
    public override string Why =>
        "A PreToolUse or PermissionRequest hook may be what guards the permissions beside it. Where Claude Code finds one in a "
        + "place where it would not run, or \"hooks\" as an array, it applies nothing of the file: no hook, no permission rule, no "
        + "environment. `compile` warns of every defect with this outcome.";

    public override string Bad =>
        """
            {
              "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command" }] }]
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        if (document.Root is null)
            yield break;
        if (document.Root.Kind != JsonTextKind.Object)
            yield return Found(
                document.Place(document.Root),
                $"a settings file is an object, but this is {document.Root.Description}: Claude Code drops the "
                    + "whole file, permissions included",
                "write { \"hooks\": { … } }"
            );
        else if (document.Hooks is { Kind: JsonTextKind.Array })
            yield return Found(
                document.Place(document.Hooks),
                "\"hooks\" is an array: Claude Code drops the whole file, permissions included",
                "make it an object with event names as keys: { \"PostToolUse\": [{ \"matcher\": \"Write\", \"hooks\": […] }] }"
            );
        if (document.IsPlugin || document.Root.Kind != JsonTextKind.Object)
            yield break;
        foreach (var member in SettingsFaults.MisplacedGuards(document.Json!))
            yield return Found(
                document.Key(member),
                $"\"{member.Name}\" stands outside \"hooks\": Claude Code drops the whole file, permissions included",
                "move it into the file's own \"hooks\" object"
            );
    }
}
