using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class DuplicateKey()
    : SettingsRule("HR3009", "duplicate-key", Severity.Warning, "Of two equal keys only the last one counts.")
{
    public override string Why =>
        "JSON readers keep the last of two equal keys. A second \"PreToolUse\" replaces the first one with all its hooks, and "
        + "nothing says so.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }],
                "Stop": [{ "hooks": [{ "type": "command", "command": "save-notes" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [
                  { "hooks": [{ "type": "command", "command": "notify-send done" }] },
                  { "hooks": [{ "type": "command", "command": "save-notes" }] }
                ]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        var open = new Stack<JsonTextNode>();
        if (document.Root is not null)
            open.Push(document.Root);
        while (open.TryPop(out var node))
        {
            var seen = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in node.Children.Reverse())
            {
                if (member.Value.IsContainer)
                    open.Push(member.Value);
                if (member.Name is not null && !seen.Add(member.Name))
                    yield return Found(
                        document.Key(member),
                        $"\"{member.Name}\" stands here twice, and only the last one counts: this one is lost",
                        "merge the two into one"
                    );
            }
        }
    }
}
