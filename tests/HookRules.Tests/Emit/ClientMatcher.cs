using System.Text.RegularExpressions;
using HookRules.Engine;

namespace HookRules.Tests.Emit;

/// <summary>How Claude Code decides whether an entry runs, as measured: the tests' own model, independent of what wrote the
/// matcher.</summary>
internal static class ClientMatcher
{
    private static readonly Dictionary<string, string[]> EarlierNames = new(StringComparer.Ordinal)
    {
        ["Agent"] = ["Task"],
        ["TaskStop"] = ["KillShell", "KillBash"],
    };

    public static bool Runs(string @event, string? matcher, string? value)
    {
        if (matcher is null or "" or "*" || HookEvents.Find(@event)!.MatcherField is null || value is null)
            return true;
        var barOnly = @event is "FileChanged" or "StopFailure";
        var isList = Regex.IsMatch(matcher, barOnly ? @"^[A-Za-z0-9_|]*\z" : @"^[A-Za-z0-9_|, -]*\z");
        if (isList)
            return matcher
                .Split(barOnly ? ['|'] : ['|', ','])
                .Select(name => name.Trim())
                .Where(name => name.Length > 0)
                .Any(name => name == value || EarlierNames.GetValueOrDefault(value, []).Contains(name));
        var expression = new Regex(matcher, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
        return EarlierNames.GetValueOrDefault(value, []).Prepend(value).Any(name => expression.IsMatch(name));
    }
}
