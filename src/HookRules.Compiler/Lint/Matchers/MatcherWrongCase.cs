using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherWrongCase()
    : SettingsRule("HR3027", "matcher-wrong-case", Severity.Error, "Names in matchers are case-sensitive.")
{
    public override string Why => "Claude Code compares names exactly. write and bash never match, and nothing says so.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "write|edit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
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
        from matcher in document.Matchers
        from name in matcher.Names
        let right = RightCase(matcher, name)
        where right is not null
        let start = matcher.StartOf(name)
        select Found(
            document.Place(matcher.Node, start, name.Length),
            $"\"{name}\" never matches: names are case-sensitive; did you mean \"{right}\"?",
            $"write \"{right}\"",
            null,
            document.Edit(matcher.Node, start, name.Length, right!)
        );

    internal static string? RightCase(MatcherText matcher, string name)
    {
        var known = matcher.Event.IsToolEvent
            ? HookTools.All.SelectMany(tool => tool.Aliases.Prepend(tool.Name)).ToArray()
            : [.. matcher.Event.MatcherValues];
        return known.Contains(name) ? null : known.FirstOrDefault(one => one.Equals(name, StringComparison.OrdinalIgnoreCase));
    }
}
