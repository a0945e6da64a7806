using System.Text;
using System.Text.RegularExpressions;
using HookRules.Compiler.Rules.Format;
using static HookRules.Compiler.Import.HookScript;

namespace HookRules.Compiler.Import;

/// <summary>What a hook's shell asks of the event, as patterns of files or as a condition.</summary>
internal static partial class HookScriptFilter
{
    private static readonly string[] Files =
    [
        ".tool_input.file_path",
        ".tool_input.path",
        ".tool_input.notebook_path",
        ".tool_response.filePath",
        ".tool_response.file_path",
    ];

    /// <summary>The field that a filter of jq gives, as a rule names it.</summary>
    public static string? Path(string filter, string @event)
    {
        var paths = filter
            .Split("//", StringSplitOptions.TrimEntries)
            .Where(path => path is not ("empty" or "\"\"" or "''" or "null"))
            .Distinct(StringComparer.Ordinal)
            .ToList();
        if (paths.Count > 0 && paths.All(Files.Contains))
            return paths is [".tool_response.filePath" or ".tool_response.file_path"] && @event != "PostToolUse" ? null : "file";
        return paths switch
        {
            [".tool_input.command"] => "command",
            [".tool_name"] => "tool",
            [var one] when Dotted().IsMatch(one) => one[1..],
            _ => null,
        };
    }

    /// <summary>What jq prints for a line of a log: one field, or a text with fields in it.</summary>
    public static string? Line(string filter, string @event)
    {
        if (!filter.StartsWith('"'))
            return Path(filter, @event) is { } field ? $"{{{(field == "command" ? "tool_input.command" : field)}}}" : null;
        if (!filter.EndsWith('"') || filter.Length < 3)
            return null;
        var line = new StringBuilder();
        var at = 1;
        foreach (Match put in Interpolated().Matches(filter))
        {
            if (filter.AsSpan(at, put.Index - at).ContainsAny("\\\"{}") || Path(put.Groups["path"].Value, @event) is not { } field)
                return null;
            line.Append(filter, at, put.Index - at).Append('{').Append(field == "command" ? "tool_input.command" : field).Append('}');
            at = put.Index + put.Length;
        }

        var rest = filter.AsSpan(at, filter.Length - 1 - at);
        return rest.ContainsAny("\\\"{}") ? null : line.Append(rest).ToString();
    }

    /// <summary>Patterns of files; null where it is something else, or more.</summary>
    public static string? Globs(Test test, Func<Source, string?> fieldOf)
    {
        switch (test)
        {
            case Test.Grep grep when fieldOf(grep.Text) == "file" && !grep.Flags.Contains('i', StringComparison.Ordinal):
                return Extended(grep) is { } expression && Extensions().Match(expression) is { Success: true } extensions
                    ? Braces(extensions.Groups["one"].Value.Split('|'))
                    : null;
            case Test.Matches matches when fieldOf(matches.Text) == "file":
                return Extensions().Match(matches.Pattern) is { Success: true } named ? Braces(named.Groups["one"].Value.Split('|')) : null;
            case Test.Like like when fieldOf(like.Text) == "file":
                return Joined(like.Patterns);
            case Test.Either
            or Test.Both { Other: Test.Given } when Likes(test) is { } patterns && patterns.TrueForAll(one => fieldOf(one.Text) == "file"):
                return Joined([.. patterns.SelectMany(one => one.Patterns)]);
            default:
                return null;
        }
    }

    /// <summary>A condition; null where the language has none for it.</summary>
    public static string? Where(Test test, Func<Source, string?> fieldOf)
    {
        switch (test)
        {
            case Test.Grep grep when fieldOf(grep.Text) is { } field:
                if (Extended(grep) is not { } expression)
                    return null;
                return $"{field} matches {Slashed(field == "file" ? expression : Lines(expression), grep.Flags)}";
            case Test.Matches matches when fieldOf(matches.Text) is { } field:
                return Classes(matches.Pattern) is { } pattern ? $"{field} matches {Slashed(pattern, "")}" : null;
            case Test.Like like when fieldOf(like.Text) is { } field:
                var all = like.Patterns.Select(one => Like(field, one)).ToList();
                return all.Contains(null) ? null : string.Join(" or ", all);
            case Test.Not not:
                return Where(not.Inner, fieldOf) is { } inner ? $"not ({inner})" : null;
            case Test.Both both:
                return Where(both.One, fieldOf) is { } one && Where(both.Other, fieldOf) is { } other ? $"({one}) and ({other})" : null;
            case Test.Either either:
                return Where(either.One, fieldOf) is { } first && Where(either.Other, fieldOf) is { } second
                    ? $"{first} or {second}"
                    : null;
            default:
                return null;
        }
    }

    private static List<Test.Like>? Likes(Test test) =>
        test switch
        {
            Test.Like like => [like],
            Test.Either either => Likes(either.One) is { } one && Likes(either.Other) is { } other ? [.. one, .. other] : null,
            _ => null,
        };

    /// <summary>The star of <c>case</c> takes slashes too: <c>*.lock</c>, <c>*/dist/*</c>.</summary>
    private static string? Joined(IEnumerable<string> patterns)
    {
        var all = patterns.ToList();
        if (all.TrueForAll(one => Extension().IsMatch(one)))
            return Braces(all.Select(one => one[2..]));
        return all.TrueForAll(one => Extension().IsMatch(one) || InFolder().IsMatch(one))
            ? string.Join(
                ' ',
                all.Select(one =>
                    one.StartsWith("*/", StringComparison.Ordinal) ? $"**{one[1..].Replace("/*", "/**", StringComparison.Ordinal)}" : one
                )
            )
            : null;
    }

    private static string? Like(string field, string pattern)
    {
        var inner = pattern.Trim('*');
        if (inner.Length == 0 || inner.AsSpan().ContainsAny("*?[]\\"))
            return null;
        var sign = (pattern[0] == '*', pattern[^1] == '*') switch
        {
            (true, true) => "contains",
            (true, false) => "ends with",
            (false, true) => "starts with",
            _ => "==",
        };
        return $"{field} {sign} {TextLayout.Quote(inner)}";
    }

    /// <summary>The expression of grep as an extended one.</summary>
    private static string? Extended(Test.Grep grep)
    {
        var pattern = grep.Pattern;
        if (pattern.AsSpan().ContainsAny("\r\n") || pattern.Length == 0)
            return null;
        if (grep.Program == "fgrep" || grep.Flags.Contains('F', StringComparison.Ordinal))
            pattern = Signs().Replace(pattern, "\\$0");
        else if (
            grep.Program == "grep"
            && !grep.Flags.AsSpan().ContainsAny("EP")
            && !grep.Flags.Contains("extended", StringComparison.Ordinal)
        )
            pattern = Basic().Replace(pattern, sign => sign.Length == 2 ? sign.Value[1..] : $"\\{sign.Value}");
        if (Classes(pattern) is not { } known)
            return null;
        return grep.Flags.Contains('w', StringComparison.Ordinal) ? $"\\b({known})\\b" : known;
    }

    private static string? Classes(string pattern)
    {
        foreach (var (name, by) in Posix)
            pattern = pattern.Replace($"[:{name}:]", by, StringComparison.Ordinal);
        pattern = pattern
            .Replace("[\\s]", "\\s", StringComparison.Ordinal)
            .Replace("[\\d]", "\\d", StringComparison.Ordinal)
            .Replace("\\<", "\\b", StringComparison.Ordinal)
            .Replace("\\>", "\\b", StringComparison.Ordinal);
        return pattern.Contains("[:", StringComparison.Ordinal) ? null : pattern;
    }

    private static readonly (string Name, string By)[] Posix =
    [
        ("space", "\\s"),
        ("digit", "\\d"),
        ("blank", " \\t"),
        ("alpha", "A-Za-z"),
        ("alnum", "A-Za-z0-9"),
        ("upper", "A-Z"),
        ("lower", "a-z"),
        ("word", "\\w"),
    ];

    /// <summary>grep looks at each line of its own: its anchors hold at any line's ends.</summary>
    private static string Lines(string pattern)
    {
        var text = new StringBuilder();
        var isClass = false;
        for (var i = 0; i < pattern.Length; i++)
        {
            var c = pattern[i];
            if (c == '\\' && i + 1 < pattern.Length)
            {
                text.Append(c).Append(pattern[++i]);
                continue;
            }

            isClass = isClass ? c != ']' : c == '[';
            text.Append(
                c == '^' && !isClass ? "(^|\\n)"
                : c == '$' && !isClass ? "($|\\n)"
                : c.ToString()
            );
        }

        return text.ToString();
    }

    private static string Slashed(string pattern, string flags) =>
        $"/{pattern.Replace("\\/", "/", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal)}/"
        + (flags.Contains('i', StringComparison.Ordinal) ? "i" : "");

    private static string Braces(IEnumerable<string> extensions) =>
        extensions.ToArray() is [var only] ? $"*.{only}" : $"*.{{{string.Join(',', extensions)}}}";

    [GeneratedRegex(@"^\.[A-Za-z_][\w.]*$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Dotted();

    [GeneratedRegex(@"\\\((?<path>\.[\w.]+)(?: // ""[^""\\]*"")?\)", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Interpolated();

    [GeneratedRegex(@"^\\\.(?:(?<one>[A-Za-z0-9]+)|\((?<one>[A-Za-z0-9]+(?:\|[A-Za-z0-9]+)*)\))\$$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Extensions();

    [GeneratedRegex(@"^\*\.[A-Za-z0-9.]+$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Extension();

    [GeneratedRegex(@"^\*/[A-Za-z0-9._-]+(?:/[A-Za-z0-9._-]+)*(?:/\*)?$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex InFolder();

    [GeneratedRegex(@"[.*+?^$()\[\]{}|\\]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Signs();

    [GeneratedRegex(@"\\[|(){}+?]|[|(){}+?]", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Basic();
}
