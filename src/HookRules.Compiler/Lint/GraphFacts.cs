using System.Buffers;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>What several rules want to know about a graph.</summary>
internal static class GraphFacts
{
    private static readonly SearchValues<char> HexDigits = SearchValues.Create("0123456789abcdef");

    /// <summary>The sync branches of every rule that are more than a line in a log.</summary>
    public static IEnumerable<(Rule Rule, Branch Branch)> SyncWork(RuleGraph graph)
    {
        var logs = graph
            .Actions.Where(action => action.Handler is Handler.Log)
            .Select(action => action.Name)
            .ToHashSet(StringComparer.Ordinal);
        return from rule in graph.Rules from branch in rule.Sync where !logs.Contains(branch.Action) select (rule, branch);
    }

    /// <summary>The action as messages name it: an inline one has a name that nobody wrote.</summary>
    public static string NameOf(Branch branch) =>
        branch.Action is [.., '-', _, _, _, _, _, _, _, _] name && name.AsSpan(name.Length - 8).IndexOfAnyExcept(HexDigits) < 0
            ? "this action"
            : $"\"{branch.Action}\"";

    public static IEnumerable<FieldPath> Fields(Condition? condition) =>
        condition switch
        {
            null => [],
            Condition.All all => all.Terms.SelectMany(Fields),
            Condition.Any any => any.Terms.SelectMany(Fields),
            Condition.Not not => Fields(not.Term),
            _ => [ConditionText.FieldOf(condition)],
        };

    /// <summary>Texts that a rule compares with, or gives to a field.</summary>
    public static IEnumerable<string> Texts(Rule rule) => Texts(rule.Where).Concat(rule.Sets.SelectMany(change => Texts(change.Value)));

    private static IEnumerable<string> Texts(JsonTemplate value) =>
        value switch
        {
            JsonTemplate.Value { Text: TextValue.Text { Template: var template } } => [template.Text],
            JsonTemplate.Array array => array.Items.SelectMany(Texts),
            JsonTemplate.Object map => map.Members.SelectMany(member => Texts(member.Value)),
            _ => [],
        };

    /// <summary>Texts that a condition compares with.</summary>
    public static IEnumerable<string> Texts(Condition? condition) =>
        condition switch
        {
            Condition.All all => all.Terms.SelectMany(Texts),
            Condition.Any any => any.Terms.SelectMany(Texts),
            Condition.Not not => Texts(not.Term),
            Condition.Compare compare => compare.Values.Where(value => value.Text is not null).Select(value => value.Text!),
            Condition.Matches matches => [matches.Pattern.Source],
            Condition.InGlob inGlob => [inGlob.Glob.Text],
            Condition.Runs runs =>
            [
                .. runs.Commands.Select(command => string.Join(' ', command)),
                .. runs.With,
                .. runs.Without,
                .. runs.Outside,
                .. runs.Given.Concat(runs.NotGiven).Select(pattern => pattern.Source),
            ],
            Condition.OnlyRuns only => only.Allowed.SelectMany(Texts),
            Condition.Writes writes => writes.Files.Select(glob => glob.Text),
            Condition.Reads reads => reads.Files.Select(glob => glob.Text),
            Condition.Pipes pipes => [.. pipes.From, .. pipes.Into],
            _ => [],
        };
}
