using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Which rules a payload can concern at all, by event, matcher value and cheap necessary conditions (file extension, base name, folder, text).</summary>
internal static class RuleIndex
{
    public const string AnyValue = "*";
    public const string NoClue = "";

    /// <summary>A text that a rule's condition needs in a field; of several, one.</summary>
    public readonly record struct Prefilter(FieldPath Field, ImmutableArray<string> Texts, bool IgnoreCase)
    {
        public bool MayHold(Payload payload)
        {
            if (!payload.TryGet(Field, out var value)) return false;
            if (value.ValueKind != JsonValueKind.String) return true;
            var text = Payload.StringOf(value);
            var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            foreach (var one in Texts)
                if (text.Contains(one, comparison)) return true;
            return false;
        }
    }

    /// <summary>The keys under which each rule is filed, in the order of the rules. Where a glob offers several clues, the one fewest rules share is taken.</summary>
    public static IEnumerable<(int Rule, string Key)> Keys(ImmutableArray<Rule> rules)
    {
        var clues = rules.Select(rule => CluesOf(rule)).ToArray();
        var frequency = new Dictionary<string, int>(StringComparer.Ordinal);
        foreach (var clue in clues.SelectMany(alternatives => alternatives).SelectMany(alternative => alternative))
            frequency[clue] = frequency.GetValueOrDefault(clue) + 1;

        for (var i = 0; i < rules.Length; i++)
        {
            if (!rules[i].NeedsHook) continue;
            string[] chosen = clues[i].Length == 0 ? [NoClue] : [.. clues[i].Select(alternative => alternative.MinBy(clue => frequency[clue])!).Distinct()];
            foreach (var value in rules[i].Matcher is Matcher.Names names ? names.Values : [AnyValue])
                foreach (var clue in chosen)
                    yield return (i, PlanFormat.RuleKey(rules[i].Event, value, clue));
        }
    }

    /// <summary>The keys under which rules for this payload may be filed; null where it lacks the value that matchers are compared with, so that any rule may apply.</summary>
    public static IEnumerable<string>? Keys(Payload payload)
    {
        var value = MatcherValue.Of(payload);
        if (value is null && HookEvents.Find(payload.Event)?.MatcherField is not null) return null;
        return KeysOf(payload.Event, value, payload.File);
    }

    private static IEnumerable<string> KeysOf(string @event, string? value, string? file)
    {
        List<string> clues = [NoClue];
        if (file is not null) AddClues(clues, file);
        foreach (var clue in clues)
        {
            if (value is not null && value != AnyValue) yield return PlanFormat.RuleKey(@event, value, clue);
            yield return PlanFormat.RuleKey(@event, AnyValue, clue);
        }
    }

    private static void AddClues(List<string> clues, string file)
    {
        if (OperatingSystem.IsWindows()) file = file.Replace('\\', '/');
        var start = 0;
        while (start < file.Length)
        {
            var slash = file.IndexOf('/', start);
            if (slash < 0) break;
            if (slash > start)
            {
                var clue = FolderClue(file[start..slash]);
                if (!clues.Contains(clue)) clues.Add(clue);
            }

            start = slash + 1;
        }

        var name = file[start..];
        clues.Add(NameClue(name));
        var dot = name.LastIndexOf('.');
        if (dot >= 0) clues.Add(ExtensionClue(name[dot..]));
    }

    private static string NameClue(string name) => "=" + name;

    private static string ExtensionClue(string extension) => extension;

    private static string FolderClue(string folder) => "/" + folder;

    /// <summary>For each positive glob the clues of which its file certainly has all; empty where one glob has none.</summary>
    private static ImmutableArray<ImmutableArray<string>> CluesOf(Rule rule)
    {
        if (rule.Globs.IsEmpty || rule.Globs[0].Negated) return [];
        var alternatives = ImmutableArray.CreateBuilder<ImmutableArray<string>>();
        foreach (var glob in rule.Globs)
        {
            if (glob.Negated) continue;
            var clues = CluesOf(glob.Text);
            if (clues.IsEmpty) return [];
            alternatives.Add(clues);
        }

        return alternatives.ToImmutable();
    }

    private static ImmutableArray<string> CluesOf(string glob)
    {
        if (glob.Contains('\\')) return [];
        // A slash inside braces would cut them apart.
        for (int i = 0, braces = 0; i < glob.Length; i++)
        {
            if (glob[i] == '{') braces++;
            else if (glob[i] == '}') braces--;
            else if (glob[i] == '/' && braces > 0) return [];
        }

        var clues = ImmutableArray.CreateBuilder<string>();
        var parts = glob.Split('/');
        for (var i = 0; i < parts.Length - 1; i++)
            if (parts[i].Length > 0 && !IsSpecial(parts[i]) && parts[i] is not ("." or "..")) clues.Add(FolderClue(parts[i]));

        var name = parts[^1];
        if (name.Length > 0 && !IsSpecial(name))
        {
            clues.Add(NameClue(name));
        }
        else if (name.Length > 0)
        {
            var literal = name[(name.LastIndexOfAny(['*', '?', ']', '}']) + 1)..];
            var dot = literal.LastIndexOf('.');
            if (dot >= 0 && !literal.Contains('[', StringComparison.Ordinal) && !literal.Contains('{', StringComparison.Ordinal)) clues.Add(ExtensionClue(literal[dot..]));
        }

        return clues.ToImmutable();
    }

    private static readonly SearchValues<char> Special = SearchValues.Create("*?[]{}");

    private static bool IsSpecial(string part) => part.AsSpan().ContainsAny(Special);

    /// <summary>A text without which the rule's condition cannot hold; null where there is none.</summary>
    public static Prefilter? PrefilterOf(Condition? condition)
    {
        switch (condition)
        {
            case Condition.All all:
                return all.Terms.Select(PrefilterOf).Where(found => found is not null).MaxBy(found => found!.Value.Texts.Min(text => text.Length));
            case Condition.Matches { Pattern.RequiredLiterals.IsEmpty: false } matches:
                return new Prefilter(matches.Field, matches.Pattern.RequiredLiterals, matches.Pattern.IgnoreCase);
            case Condition.Compare { Operator: CompareOperator.Equal or CompareOperator.StartsWith or CompareOperator.EndsWith or CompareOperator.Contains, Values: [{ Text.Length: > 0 }] } compare:
                return new Prefilter(compare.Field, [compare.Values[0].Text!], false);
            // A name in a command line may be spelt with quotes, backslashes, expansions, braces or patterns; without any of these it stands there in full.
            case Condition.Runs runs when !runs.Command[0].AsSpan().ContainsAny('*', '?'):
                return new Prefilter(runs.Field, [runs.Command[0], .. ShellSpellings], true);
            default:
                return null;
        }
    }

    private static readonly ImmutableArray<string> ShellSpellings = ["'", "\"", "\\", "$", "`", "{", "*", "?", "["];
}
