using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

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

    /// <summary>What a rule's condition needs in a field: one of some texts or, where no text is certain, a match of its
    /// expression.</summary>
    public readonly record struct Prefilter(FieldPath Field, ImmutableArray<string> Texts, bool IgnoreCase)
    {
        public RegexPattern? Expression { get; init; }

        public RequiredCharacters? Characters { get; init; }

        /// <summary>The texts are names of programs, of which the command line runs one for certain where the condition holds.</summary>
        public bool ArePrograms { get; init; }

        /// <summary>It is enough that the line may run one: its program is a variable, or a program that we do not know has the name among
        /// its words.</summary>
        public bool OrMay { get; init; }

        /// <summary>Length of the shortest text; longer is better.</summary>
        public int Strength => Texts.IsEmpty ? 0 : Texts.Min(text => text.Length);

        public bool MayHold(Payload payload)
        {
            if (!payload.TryGet(Field, out var value))
                return false;
            if (value.ValueKind != JsonValueKind.String)
                return true;
            var text = payload.Text(Field)!;
            if (Characters is not null && !Characters.MayMatch(payload.CharactersOf(text)))
                return false;
            if (Expression is not null)
                return Expression.IsMatch(text, payload.Budget);
            if (Texts.IsEmpty)
                return true;
            if (ArePrograms)
                return MayRun(text, payload);
            payload.Budget.Scan(text.Length * Texts.Length);
            var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
            foreach (var one in Texts)
                if (text.Contains(one, comparison))
                    return true;
            return false;
        }

        /// <summary>A name may be spelt with quotes, backslashes, expansions, braces or patterns; without any of these it stands there in
        /// full. Only a line that passes is taken apart, once for all rules.</summary>
        private bool MayRun(string line, Payload payload)
        {
            payload.Budget.Scan(line.Length * (Texts.Length + 1));
            var letters = payload.CharactersOf(line);
            return (
                    IsSpelt(line)
                    || Texts.Any(name => letters.MayName<char>(name) && line.Contains(Known(name), StringComparison.OrdinalIgnoreCase))
                ) && ShellMatch.RunsOneOf(payload.ShellLine(line), Texts, OrMay);
        }

        /// <summary>A command line in which the name of a program may stand otherwise than in full.</summary>
        public static bool IsSpelt(string line) => line.AsSpan().ContainsAny(ShellSpellings);

        /// <summary>What stands before a wildcard.</summary>
        private static string Known(string name) => name.AsSpan().IndexOfAny('*', '?') is >= 0 and var wildcard ? name[..wildcard] : name;
    }

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

    /// <summary>A text without which the rule cannot match; null where there is none.</summary>
    public static Prefilter? PrefilterOf(Rule rule)
    {
        var (condition, globs) = (PrefilterOf(rule.Where), PrefilterOf(rule.Globs));
        return (condition is null || (globs is not null && globs.Value.Strength > condition.Value.Strength) ? globs : condition)
            ?? PrefilterOf(rule.Matcher, rule.Events);
    }

    /// <summary>An expression such as <c>^mcp__</c> is about few tools, and every call of another one would make it.</summary>
    private static Prefilter? PrefilterOf(Matcher matcher, IEnumerable<string> events)
    {
        if (
            matcher is not Matcher.Expression { Pattern: { RequiredLiterals: { IsEmpty: false } literals } pattern }
            || literals.Any(literal => literal.Length < 2)
            || !events.All(name => HookEvents.Find(name) is { IsToolEvent: true })
        )
            return null;
        // An expression for a tool's former name is about the tool.
        var comparison = pattern.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var renamed =
            from tool in HookTools.All
            where tool.Aliases.Any(former => literals.Any(literal => former.Contains(literal, comparison)))
            select tool.Name;
        return new Prefilter(FieldPath.Tool, [.. literals, .. renamed], pattern.IgnoreCase);
    }

    private static Prefilter? PrefilterOf(ImmutableArray<Glob> globs)
    {
        const int FewestChars = 2,
            MostTexts = 8;
        if (globs.IsEmpty || globs[0].Negated)
            return null;
        var texts = globs
            .Where(glob => !glob.Negated)
            .Select(glob => LongestText(glob.Text))
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        return texts.Length <= MostTexts && texts.All(text => text.Length >= FewestChars)
            ? new Prefilter(FieldPath.File, texts, false)
            : null;
    }

    /// <summary>The longest text that a glob has outside its braces and brackets; no file that it matches lacks it.</summary>
    private static string LongestText(string glob)
    {
        if (glob.Contains('\\'))
            return "";
        var longest = "";
        var from = 0;
        for (int at = 0, depth = 0; at <= glob.Length; at++)
        {
            var c = at < glob.Length ? glob[at] : '/';
            if (depth == 0 && c is '/' or '*' or '?' or '{' or '[')
            {
                if (at - from > longest.Length)
                    longest = glob[from..at];
                from = at + 1;
            }

            // A bracket may hold what closes others; it is not worth reading here.
            if (c == '[' && (depth > 0 || glob.AsSpan(at + 1).TrimStart("!^").StartsWith(']')))
                return "";
            if (c is '{' or '[')
                depth++;
            if (c is not ('}' or ']'))
                continue;
            depth = Math.Max(0, depth - 1);
            from = at + 1;
        }

        return longest is "." or ".." ? "" : longest;
    }

    private static Prefilter? PrefilterOf(Condition? condition)
    {
        switch (condition)
        {
            case Condition.All all:
                return all.Terms.Select(PrefilterOf).Where(found => found is not null).MaxBy(found => found!.Value.Strength);
            // A single character is in too many texts to rule an expression out.
            case Condition.Matches { Pattern.RequiredLiterals: { IsEmpty: false } literals } matches
                when literals.All(literal => literal.Length > 1):
                return new Prefilter(matches.Field, matches.Pattern.RequiredLiterals, matches.Pattern.IgnoreCase);
            case Condition.Matches matches:
                return new Prefilter(matches.Field, [], false)
                {
                    Expression = matches.Pattern,
                    Characters = matches.Pattern.RequiredCharacters,
                };
            case Condition.Compare
            {
                Operator: CompareOperator.Equal or CompareOperator.StartsWith or CompareOperator.EndsWith or CompareOperator.Contains,
                Values: [{ Text.Length: > 0 }]
            } compare:
                return new Prefilter(compare.Field, [compare.Values[0].Text!], false);
            case Condition.Any any when any.Terms.Select(PrefilterOf).ToArray() is var terms:
                return terms.All(term => term is { ArePrograms: true } && term.Value.Field.Text == terms[0]!.Value.Field.Text)
                    ? Programs(terms[0]!.Value.Field, terms.SelectMany(term => term!.Value.Texts), terms.Any(term => term!.Value.OrMay))
                    : null;
            case Condition.Runs runs:
                return Programs(runs.Field, runs.Commands.Select(command => command[0]), runs.OrMay);
            case Condition.Pipes pipes:
                return Programs(pipes.Field, pipes.From);
            default:
                return null;
        }
    }

    private static Prefilter Programs(FieldPath field, IEnumerable<string> names, bool orMay = false) =>
        new(field, [.. names.Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal)], true)
        {
            ArePrograms = true,
            OrMay = orMay,
        };

    private static readonly SearchValues<char> ShellSpellings = SearchValues.Create("'\"\\$`{*?[");
}
