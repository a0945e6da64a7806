using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Simulation.Mutants;

/// <summary>Looks for a line that tells a rule from its mutant: made-up events near those that the rule is about are asked of
/// both.</summary>
internal static class MissingCase
{
    private const int MostTried = 400;

    public static string? Find(MutantBench bench, Rule rule, Mutation mutation)
    {
        var lines = rule.IsClosed != mutation.Rule.IsClosed ? [] : Subjects(bench.Cases, rule).Distinct().Take(MostTried);
        foreach (var subject in lines)
        {
            if (
                CaseSubject.Read(subject, out _, out _) is not { } bytes
                || Payload.TryParse(bytes, out _) is not { } payload
                || !rule.IsOn(payload.Event)
            )
                continue;
            var (before, after) = bench.Compare(payload, rule, mutation.Rule);
            var line = Expected(before);
            if (line != Expected(after))
                return $"{line} => {subject}";
        }

        return rule.IsClosed == mutation.Rule.IsClosed ? null : Closed(bench, rule);
    }

    /// <summary>Whether a rule fails closed no line of a table says: the YAML form does.</summary>
    private static string? Closed(MutantBench bench, Rule rule) =>
        Subjects(bench.Cases, rule)
            .Where(subject =>
                CaseSubject.Read(subject, out _, out _) is { } bytes
                && Payload.TryParse(bytes, out _) is { } payload
                && rule.IsOn(payload.Event)
                && Router.Match(payload, [rule], CaseJudge.Context).Length > 0
            )
            .Select(subject => $"- {{ case: '{subject.Replace("'", "''", StringComparison.Ordinal)}', expect: {{ closed: true }} }}")
            .FirstOrDefault();

    /// <summary>As a table says it.</summary>
    public static string Expected(ImmutableArray<Outcome> outcomes) =>
        outcomes.IsEmpty ? "nothing" : string.Join(", ", outcomes.Where(outcome => !outcome.IsAlso).Select(Shown));

    private static string Shown(Outcome outcome) =>
        outcome.Rule.Name is { } name ? $"{outcome.Word} {name[(name.LastIndexOf('.') + 1)..]}" : outcome.Word;

    /// <summary>Events that the rule is about, and some beside them, as a table writes them.</summary>
    public static IEnumerable<string> Subjects(IEnumerable<EventCase> cases, Rule rule)
    {
        var word = Word(rule.Event);
        var tools = Tools(rule).ToList();
        var files = rule.Globs.SelectMany(Paths).Concat(["README.md", "src/a.py"]).Distinct().ToList();
        var commands = Clauses.Of(rule.Where).SelectMany(Commands).Concat(["ls"]).Distinct().ToList();
        if (rule.Event is "PreToolUse" or "PostToolUse" or "PostToolUseFailure" or "PermissionRequest")
        {
            foreach (var tool in tools)
                if (HookTools.Find(tool)?.FileField is not null)
                    foreach (var file in files)
                        yield return $"{word} {tool} {file}";
                else if (tool is "Bash" or "PowerShell" or "Monitor")
                    foreach (var command in commands)
                        yield return tool == "Bash" && word == "before" ? command : $"{word} {tool} {command}";
                else
                    yield return $"{word} {tool}";
            foreach (var command in commands)
                yield return word == "before" ? command : $"{word} Bash {command}";
        }
        else
        {
            yield return rule.Event;
            foreach (var value in HookEvents.Find(rule.Event)?.MatcherValues ?? [])
                yield return $"{rule.Event} {value}";
        }

        var known = cases.ToList();
        foreach (var one in known)
            yield return one.Subject;
        foreach (var one in known.Where(one => one.Subject.StartsWith("before ", StringComparison.Ordinal)))
            yield return $"after {one.Subject[7..]}";
    }

    private static string Word(string name) =>
        name switch
        {
            "PreToolUse" => "before",
            "PostToolUse" => "after",
            "PostToolUseFailure" => "failed",
            _ => name,
        };

    /// <summary>Those of the rule first, then others that have the same fields.</summary>
    private static IEnumerable<string> Tools(Rule rule)
    {
        var named = rule.Matcher is Matcher.Names names ? names.Values : [];
        return named.Concat(["Bash", "Write", "Edit", "Read", "NotebookEdit", "Glob", "Grep", "WebFetch", "Monitor"]).Distinct();
    }

    /// <summary>Files that a pattern matches, and some beside it.</summary>
    private static IEnumerable<string> Paths(Glob glob)
    {
        var text = glob.Text.TrimStart('!').TrimStart('/');
        var one = Filled(text, "a");
        var deep = Filled(text, "a/b");
        return [one, deep, $"other/{one}", $"{one}.bak", $"x{one}", $"{one}/x"];
    }

    private static string Filled(string glob, string stars)
    {
        var text = glob.Replace("**", stars, StringComparison.Ordinal).Replace('*', 'a').Replace('?', 'a');
        while (text.IndexOf('{', StringComparison.Ordinal) is >= 0 and var open && text.IndexOf('}', open) is > 0 and var close)
            text = $"{text[..open]}{text[(open + 1)..close].Split(',')[0]}{text[(close + 1)..]}";
        while (text.IndexOf('[', StringComparison.Ordinal) is >= 0 and var open && text.IndexOf(']', open) is > 0 and var close)
            text = $"{text[..open]}{text[open + 1]}{text[(close + 1)..]}";
        return text;
    }

    /// <summary>Command lines that a clause is about: with each of its options, and with one of those it must not have.</summary>
    private static IEnumerable<string> Commands(Condition clause)
    {
        switch (clause)
        {
            case Condition.Runs runs:
                foreach (var command in runs.Commands.Select(words => string.Join(' ', words.Select(Word))))
                {
                    var withs = runs.With.Select(Argument).DefaultIfEmpty("").ToList();
                    foreach (var with in withs)
                    {
                        var line = $"{command} {with}".Trim();
                        yield return line;
                        foreach (var without in runs.Without.Select(Argument))
                            yield return $"{line} {without}";
                        yield return $"{line} src/a";
                        yield return $"{line} /etc/x";
                        foreach (var variable in runs.Variables)
                            yield return $"{variable}=1 {line}";
                    }

                    yield return command;
                    foreach (var without in runs.Without.Select(Argument))
                        yield return $"{command} {without}";
                }

                break;
            case Condition.Writes writes:
                foreach (var path in writes.Files.SelectMany(Paths))
                    yield return $"echo x > {path}";
                break;
            case Condition.Reads reads:
                foreach (var path in reads.Files.SelectMany(Paths))
                    yield return $"cat {path}";
                break;
            case Condition.Pipes pipes:
                foreach (var from in pipes.From)
                foreach (var into in pipes.Into)
                    yield return $"{Word(from)} x | {Word(into)}";
                break;
            case Condition.Compare compare when compare.Field.ToString() is "tool_input.command":
                foreach (var value in compare.Values.Select(value => value.Text).OfType<string>())
                {
                    yield return value;
                    yield return $"{value} x";
                    yield return $"x {value}";
                }

                break;
            case Condition.Opaque:
                yield return "$X";
                break;
            default:
                break;
        }

        static string Word(string pattern) => pattern.Replace("*", "a", StringComparison.Ordinal).Replace('?', 'a');

        static string Argument(string pattern) => Word(pattern);
    }
}
