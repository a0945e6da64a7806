using System.Text.RegularExpressions;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Format;

namespace HookRules.Compiler.Import;

/// <summary>A matcher that says its condition in full, which Claude Code reads as an expression that matches nothing.</summary>
/// <param name="Matcher">The tools.</param>
/// <param name="Rest">Patterns and condition, as they follow a matcher in a rule.</param>
/// <param name="If">The same as Claude Code's own filter, where that can say it.</param>
internal sealed record SpokenMatcher(string Matcher, string Rest, string? If)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1);

    private static readonly Regex Compared = new(
        "^tool(?:_name)? ?== ?\"(?<tool>[A-Za-z_|*]+)\""
            + "(?: ?(?:&&|and|AND) ?(?<field>tool_input\\.\\w+) (?<op>matches|contains|==) ?\"(?<value>[^\"]+)\")?$",
        RegexOptions.CultureInvariant,
        Patience
    );

    private static readonly Regex Listed = new(
        "^tools?: ?(?<tool>[A-Za-z_|*]+) (?:AND|and|&&) file_paths?: ?(?<globs>\\S+)$",
        RegexOptions.CultureInvariant,
        Patience
    );

    /// <summary>Null for any other matcher.</summary>
    public static SpokenMatcher? Of(string matcher)
    {
        try
        {
            if (PermissionRule.Of(matcher) is var (tool, meant))
                return new SpokenMatcher(tool, meant[tool.Length..], matcher);
            if (Compared.Match(matcher) is { Success: true } compared)
                return new SpokenMatcher(compared.Groups["tool"].Value, Where(compared), null);
            return Listed.Match(matcher) is { Success: true } listed
                ? new SpokenMatcher(listed.Groups["tool"].Value, " " + listed.Groups["globs"].Value, null)
                : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static string Where(Match match)
    {
        if (!match.Groups["field"].Success)
            return "";
        var value = match.Groups["value"].Value.Replace("\\\\", "\\", StringComparison.Ordinal);
        return match.Groups["op"].Value == "matches"
            ? $" where {match.Groups["field"].Value} matches /{value.Replace("/", "\\/", StringComparison.Ordinal)}/"
            : $" where {match.Groups["field"].Value} {match.Groups["op"].Value} {TextLayout.Quote(value)}";
    }
}
