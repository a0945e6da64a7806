using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherSpaces()
    : SettingsRule("HR3030", "matcher-spaces", Severity.Error, "Names in a matcher are separated by | or a comma, not by a space alone.")
{
    public override string Why =>
        "\"Write Edit\" is one name with a space in it, which no tool has. It never matches and nothing says so. (For FileChanged "
        + "and StopFailure only | separates.)";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write Edit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
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

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        from name in matcher.Names
        where name.Contains(' ', StringComparison.Ordinal)
        select Found(
            document.Place(matcher.Node, matcher.StartOf(name), name.Length),
            $"\"{name}\" is one name to Claude Code, so this never matches",
            $"write \"{string.Join('|', name.Split(' ', StringSplitOptions.RemoveEmptyEntries))}\""
        );
}
