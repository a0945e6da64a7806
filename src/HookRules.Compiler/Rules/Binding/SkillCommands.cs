using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Shell commands in the text of a skill or slash command: Claude Code has an event of its own for them, on which the rules that
/// guard Bash have to stand as well.</summary>
internal static class SkillCommands
{
    private static readonly HookEvent Known = HookEvents.Find(HookEvents.SkillCommand)!;

    public static string Since => Known.Since!;

    /// <summary>A rule about files concerns no command line; one that only allows or tells keeps none from running.</summary>
    public static bool AreGuardedBy(Rule rule) =>
        rule.Event == "PreToolUse"
        && rule.Globs.IsEmpty
        && rule.Guards
        && Known.MatcherValues.Any(tool =>
            rule.Matcher switch
            {
                Matcher.Names names => names.Values.Contains(tool),
                Matcher.Expression expression => expression.Pattern.IsMatch(tool),
                _ => true,
            }
        );

    /// <summary>False where the rules are written for an older Claude Code too, which warns of an event that it does not know.</summary>
    public static bool AreSeenBy(ClientVersion? requires) =>
        requires is not { } oldest || ClientVersion.Parse(Since)!.Value.CompareTo(oldest) <= 0;
}
