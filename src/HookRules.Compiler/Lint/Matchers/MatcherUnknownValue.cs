using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherUnknownValue()
    : SettingsRule("HR3036", "matcher-unknown-value", Severity.Error, "An event never has the value that its matcher asks for.")
{
    public override string Why =>
        "Outside of tool events a matcher is compared with another field: the source of SessionStart (startup, resume, clear, "
        + "compact, fork), the reason of SessionEnd, the trigger of PreCompact. A value that never comes never matches; init and "
        + "maintenance belong to Setup.";

    public override string Bad =>
        """
            {
              "hooks": {
                "SessionStart": [{ "matcher": "init", "hooks": [{ "type": "command", "command": "set-up" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Setup": [{ "matcher": "init", "hooks": [{ "type": "command", "command": "set-up" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in document.Matchers
        where !matcher.Event.IsToolEvent && matcher.Mistake == MatcherMistake.None && matcher.Event.MatcherValues.Length > 0
        from found in matcher.IsList ? matcher.Names.Select(name => OfName(document, matcher, name)) : [OfExpression(matcher)]
        where found is not null
        select found;

    private Finding? OfName(SettingsDocument document, MatcherText matcher, string name)
    {
        var known = matcher.Event;
        if (known.MatcherValues.Contains(name) || MatcherWrongCase.RightCase(matcher, name) is not null)
            return null;
        var nearest = NearestName.Find(name, known.MatcherValues);
        if (known.OpenMatcherValues && nearest is null)
            return null;
        var other = HookEvents.All.FirstOrDefault(one => one.MatcherValues.Contains(name));
        return Found(
            document.Place(matcher.Node, matcher.StartOf(name), name.Length),
            $"{known.Name} never has the {known.MatcherField} \"{name}\"{(other is not null ? $" ({other.Name} has)" : "")}, so "
                + $"this never matches{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
            nearest is not null ? $"write \"{nearest}\""
                : other is not null ? $"put it under \"{other.Name}\""
                : $"use {string.Join(", ", known.MatcherValues)}",
            known.OpenMatcherValues ? Severity.Hint : null
        );
    }

    private Finding? OfExpression(MatcherText matcher) =>
        !matcher.Event.OpenMatcherValues
        && matcher.Pattern is { } pattern
        && !matcher.Event.MatcherValues.Any(value => pattern.IsMatch(value))
            ? Found(
                matcher.At,
                $"the expression \"{matcher.Text}\" matches no {matcher.Event.MatcherField} of {matcher.Event.Name}: it silently "
                    + "never fires",
                $"use {string.Join('|', matcher.Event.MatcherValues.Take(3))}"
            )
            : null;
}
