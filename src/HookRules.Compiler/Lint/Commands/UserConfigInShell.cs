using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UserConfigInShell()
    : SettingsRule("HR3059", "user-config-in-shell", Severity.Error, "${user_config.…} needs the exec form.")
{
    public override string Why =>
        "The options of a plugin are replaced in the exec form alone, with \"args\". In a shell command ${user_config.token} is an "
        + "error of the shell.";

    public override string ExamplePath => "hooks/hooks.json";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "report --token ${user_config.token}" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "report", "args": ["--token", "${user_config.token}"] }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.CommandNode is not null && entry.Args is null
        let at = entry.Command.IndexOf("${user_config.", StringComparison.Ordinal)
        where at >= 0
        select Found(
            document.Place(entry.CommandNode!, at, "${user_config.".Length),
            "${user_config.…} is replaced in the exec form alone: the shell fails on it",
            "put the arguments into \"args\""
        );
}
