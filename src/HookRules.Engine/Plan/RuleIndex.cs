using System.Buffers;
using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Which rules a payload can concern at all, by event, matcher value and cheap necessary conditions (file extension, base name,
/// folder, text).</summary>
internal static class RuleIndex
{
    public const string AnyValue = "*";
    public const string NoClue = "";
    public const string GuardDuty = "guard";
    public const string QueueDuty = "queue";

    // How long a clue from the beginning or the end of a name is: a payload's name is looked up by each of these lengths.
    private static ReadOnlySpan<int> Lengths => [2, 4, 6, 8, 12, 16, 24];

    private const int LongestPath = 8192;

    /// <summary>The keys under which each rule is filed, in the order of the rules. Where a glob offers several clues, the one fewest rules
    /// share is taken.</summary>
    public static IEnumerable<(int Rule, string Key)> Keys(ImmutableArray<Rule> rules)
    {
        var clues = rules.Select(rule => CluesOf(rule)).ToArray();
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var clue in clues.SelectMany(alternatives => alternatives).SelectMany(alternative => alternative))
            frequency[clue] = frequency.GetValueOrDefault(clue) + 1;

        for (var i = 0; i < rules.Length; i++)
        {
            if (!rules[i].NeedsHook)
                continue;
            string[] chosen =
                clues[i].Length == 0
                    ? [NoClue]
                    : [.. clues[i].Select(alternative => alternative.MinBy(clue => frequency[clue])!).Distinct()];
            foreach (var value in rules[i].Matcher is Matcher.Names names ? names.Values : [AnyValue])
            foreach (var clue in chosen)
            foreach (var @event in rules[i].Events)
                yield return (i, PlanFormat.RuleKey(@event, value, clue));
        }
    }

    /// <summary>Keys under which stands that some rule of an event, or of one of its matcher values, guards or queues: for payloads that
    /// cannot be compared with any rule.</summary>
    public static IEnumerable<string> DutyKeys(ImmutableArray<Rule> rules)
    {
        var keys = new SortedSet<string>(StringComparer.Ordinal);
        foreach (var rule in rules)
        {
            if (!rule.NeedsHook)
                continue;
            foreach (var duty in new[] { (Is: rule.Guards, Name: GuardDuty), (Is: rule.Queues, Name: QueueDuty) })
            {
                if (!duty.Is)
                    continue;
                foreach (var @event in rule.Events)
                {
                    keys.Add(PlanFormat.DutyKey(duty.Name, @event, ""));
                    foreach (var value in rule.Matcher is Matcher.Names names ? names.Values : [AnyValue])
                        keys.Add(PlanFormat.DutyKey(duty.Name, @event, value));
                }
            }
        }

        return keys;
    }

    /// <summary>The keys under which rules for this payload may be filed; null where it lacks the value that matchers are compared with, so
    /// that any rule may apply.</summary>
    public static IEnumerable<string>? Keys(Payload payload)
    {
        var value = payload.MatcherText;
        if (value is null && HookEvents.Find(payload.Event)?.MatcherField is not null)
            return null;
        var clues = new HashSet<string>(StringComparer.Ordinal) { NoClue };
        if (payload.File is { } file)
        {
            // No file system knows such a path; whoever writes one must not make the look-up slow.
            if (file.Length > LongestPath)
                return null;
            AddClues(clues, file);
            // Globs with a slash are compared with the whole path, as it is without ".." in it.
            if (RouteContext.FullPath(file, payload.Cwd) is not { } full)
                return null;
            if (full != file)
                AddClues(clues, full);
        }

        return KeysOf(payload.Event, value, clues);
    }

    private static IEnumerable<string> KeysOf(string @event, string? value, IEnumerable<string> clues)
    {
        foreach (var clue in clues)
        {
            if (value is not null && value != AnyValue)
                yield return PlanFormat.RuleKey(@event, value, clue);
            yield return PlanFormat.RuleKey(@event, AnyValue, clue);
        }
    }

    private static void AddClues(HashSet<string> clues, string file)
    {
        if (OperatingSystem.IsWindows())
            file = file.Replace('\\', '/');
        var start = 0;
        while (start < file.Length)
        {
            var slash = file.IndexOf('/', start);
            if (slash < 0)
                break;
            if (slash > start)
                clues.Add(FolderClue(file[start..slash]));
            start = slash + 1;
        }

        var name = file[start..];
        clues.Add(NameClue(name));
        var dot = name.LastIndexOf('.');
        if (dot >= 0)
            clues.Add(ExtensionClue(name[dot..]));
        foreach (var length in Lengths)
        {
            if (length > name.Length)
                break;
            clues.Add(StartClue(name[..length]));
            clues.Add(EndClue(name[^length..]));
        }
    }

    private static string NameClue(string name) => "=" + name;

    private static string ExtensionClue(string extension) => extension;

    private static string FolderClue(string folder) => "/" + folder;

    private static string StartClue(string start) => "<" + start;

    private static string EndClue(string end) => ">" + end;

    /// <summary>For each positive glob the clues of which its file certainly has all; empty where one glob has none.</summary>
    private static ImmutableArray<ImmutableArray<string>> CluesOf(Rule rule)
    {
        if (rule.Globs.IsEmpty || rule.Globs[0].Negated)
            return [];
        var alternatives = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var glob in rule.Globs)
        {
            if (glob.Negated)
                continue;
            var clues = CluesOf(glob.Text);
            if (clues.IsEmpty)
                return [];
            alternatives.Add(clues);
        }

        return alternatives.ToImmutable();
    }

    private static ImmutableArray<string> CluesOf(string glob)
    {
        if (glob.Contains('\\'))
            return [];
        // A slash inside braces would cut them apart.
        for (int i = 0, braces = 0; i < glob.Length; i++)
        {
            if (glob[i] == '[')
            {
                // Nor does one inside a class part folders.
                var close = Glob.CloseOfClass(glob, i);
                if (glob.AsSpan(i, close - i).Contains('/'))
                    return [];
                i = close;
            }
            else if (glob[i] == '{')
                braces++;
            else if (glob[i] == '}' && braces > 0)
                braces--;
            else if (glob[i] == '/' && braces > 0)
                return [];
        }

        var clues = ImmutableArray.CreateBuilder<string>();
        var parts = glob.Split('/');
        for (var i = 0; i < parts.Length - 1; i++)
            if (parts[i].Length > 0 && !IsSpecial(parts[i]) && parts[i] is not ("." or ".."))
                clues.Add(FolderClue(parts[i]));

        var name = parts[^1];
        if (name.Length > 0 && !IsSpecial(name))
        {
            clues.Add(NameClue(name));
        }
        else if (name.Length > 0)
        {
            var end = name[(name.LastIndexOfAny(['*', '?', ']', '}']) + 1)..];
            if (!end.Contains('[', StringComparison.Ordinal) && !end.Contains('{', StringComparison.Ordinal))
            {
                var dot = end.LastIndexOf('.');
                if (dot >= 0)
                    clues.Add(ExtensionClue(end[dot..]));
                if (Longest(end.Length) is var last and > 0)
                    clues.Add(EndClue(end[^last..]));
            }

            // Two stars run across slashes, and the name begins behind the last of them.
            var start = name.Contains("**", StringComparison.Ordinal) ? "" : name[..name.AsSpan().IndexOfAny(Special)];
            if (Longest(start.Length) is var first and > 0)
                clues.Add(StartClue(start[..first]));
        }

        return clues.ToImmutable();
    }

    private static int Longest(int available)
    {
        var longest = 0;
        foreach (var length in Lengths)
            if (length <= available)
                longest = length;
        return longest;
    }

    private static readonly SearchValues<char> Special = SearchValues.Create("*?[]{}");

    private static bool IsSpecial(string part) => part.AsSpan().ContainsAny(Special);
}
