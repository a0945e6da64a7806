using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HeaderVariable()
    : SettingsRule("HR3047", "header-variable", Severity.Error, "A variable in a header must be allowed.")
{
    public override string Why =>
        "In the headers of an http handler only variables that \"allowedEnvVars\" lists are replaced; the others become empty "
        + "text. The request goes out without its token.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "http", "url": "https://example.org/hook", "headers": { "Authorization": "Bearer $HOOK_TOKEN" } }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "http", "url": "https://example.org/hook", "headers": { "Authorization": "Bearer $HOOK_TOKEN" }, "allowedEnvVars": ["HOOK_TOKEN"] }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Type == "http" && entry.Node["headers"] is { Kind: JsonTextKind.Object }
        let allowed = (entry.Node["allowedEnvVars"]?.Children ?? []).Select(child => document.StringOf(child.Value)).ToHashSet()
        from header in entry.Node["headers"]!.Children
        from variable in ShellText.Read($"\"{document.StringOf(header.Value)?.Replace('"', '\'').Replace('`', '\'')}\"").Variables
        where !allowed.Contains(variable.Name)
        select Found(
            document.Place(header.Value),
            $"\"allowedEnvVars\" does not list {variable.Name}, so Claude Code sends empty text in its place",
            $"add \"allowedEnvVars\": [\"{variable.Name}\"]"
        );
}
