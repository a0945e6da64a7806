using System.Text.RegularExpressions;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Filters of jq that surely read the event: from standard input, or from a variable that holds it.</summary>
internal static class EventFilters
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly Regex Kept = new(
        @"(?:^|[\s;&(])(?<name>[A-Za-z_]\w*)=""?(?:\$\(cat(?: -| /dev/stdin)?\)|`cat`|\$\(</dev/stdin\))",
        RegexOptions.CultureInvariant,
        Longest
    );
    private static readonly Regex First = new(@"^\s*[\[(]?\s*\.(?<name>[A-Za-z_]\w*)", RegexOptions.CultureInvariant, Longest);
    private static readonly Regex Other = new(@"//\s*\.(?<name>[A-Za-z_]\w*)", RegexOptions.CultureInvariant, Longest);
    private static readonly Regex Filled = new(@"\\\(\s*\.(?<name>[A-Za-z_]\w*)", RegexOptions.CultureInvariant, Longest);

    public static IEnumerable<(string Filter, int Start)> Of(HookCode code)
    {
        if (code.Shell is not { } shell)
            yield break;
        var commands = shell.Commands;
        for (var i = 0; i < commands.Count; i++)
        {
            if (JqFilter.Of(commands[i]) is not { ReadsInput: true } filter || !ReadsEvent(code, commands, i))
                continue;
            // A word in quotes with escapes would shift what is found in it.
            var start = code.Text.IndexOf(
                filter.Text,
                filter.Start,
                Math.Min(code.Text.Length, filter.End) - filter.Start,
                StringComparison.Ordinal
            );
            if (start >= 0)
                yield return (filter.Text, start);
        }
    }

    /// <summary>The fields of the event with which a filter begins, and those that it takes instead.</summary>
    public static IEnumerable<(string Name, int At)> Heads(string filter)
    {
        var isText = filter.TrimStart().StartsWith('"');
        var found = isText ? Filled.Matches(filter) : First.Matches(filter).Concat(Other.Matches(filter));
        foreach (Match match in found)
            yield return (match.Groups["name"].Value, match.Groups["name"].Index);
    }

    private static bool ReadsEvent(HookCode code, IReadOnlyList<WrittenCommand> commands, int index)
    {
        var command = commands[index];
        var end = code.Text.AsSpan(command.Words[^1].End).IndexOfAny(";|&\n)");
        var rest = code.Text[command.Words[0].Start..(end < 0 ? code.Text.Length : command.Words[^1].End + end)];
        if (rest.Contains('<', StringComparison.Ordinal))
            return false;
        if (command.Before != "|")
            return command.Input is null && !commands.Take(index).Any(before => before.Words[0].Text is "read" or "cat" && !before.Inner);
        return index > 0
            && commands[index - 1] switch
            {
                { Words: [{ Text: "cat" }], Input: null } => true,
                { Words: [{ Text: "echo" or "printf" }, .., { Expands: true } value] } => Kept.Matches(code.Text)
                    .Any(match => value.Text == $"${match.Groups["name"].Value}" || value.Text == $"${{{match.Groups["name"].Value}}}"),
                _ => false,
            };
    }
}
