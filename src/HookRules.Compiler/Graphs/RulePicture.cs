using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

public enum PictureKind
{
    Event,

    /// <summary>Matcher, globs and condition.</summary>
    Filter,
    Rule,
    Decision,
    Action,

    /// <summary>A handler of Claude Code's own.</summary>
    Native,

    /// <summary>Many rules as one, to be opened.</summary>
    Fold,
}

/// <param name="Lines">What is written on it; text from rules, not escaped for anything.</param>
/// <param name="Pack">The pack whose box it stands in; null for the project's own.</param>
/// <param name="Rule">The index of its rule in <see cref="RulePicture.Rules"/>; null of an event.</param>
/// <param name="IsLit">Whether a payload comes by; null where none was given.</param>
/// <param name="Why">Of one that stays dark, the clause that failed.</param>
public sealed record PictureNode(
    string Id,
    PictureKind Kind,
    ImmutableArray<string> Lines,
    string Event,
    string? Pack,
    int? Rule,
    bool? IsLit = null,
    string? Why = null
)
{
    public string Label => string.Join(' ', Lines);

    /// <summary>Of a step the stage, from 0; steps of <c>on failure</c> come after the others.</summary>
    public int Stage { get; init; }
}

/// <param name="Kind"><c>flow</c>, <c>failure</c> or <c>await</c>.</param>
public sealed record PictureEdge(string From, string To, string Label, string Kind, bool? IsLit = null)
{
    /// <summary>What is written beside the arrow.</summary>
    public string Text => Kind == RulePicture.Failure ? "on failure" : Label;
}

/// <summary>One rule of the picture.</summary>
/// <param name="Text">As it stands in its file.</param>
public sealed record PictureRule(Rule Rule, string Name, string? Pack, string Text, bool? IsLit, string? Why)
{
    public string Place => $"{Rule.Source.File}:{Rule.Source.Line}";
}

/// <summary>A rule graph as boxes and arrows: event, what has to match, rule, stages of steps.</summary>
/// <param name="Events">Those that are shown, in the order of the rules.</param>
public sealed record RulePicture(
    ImmutableArray<PictureRule> Rules,
    ImmutableArray<PictureNode> Nodes,
    ImmutableArray<PictureEdge> Edges,
    ImmutableArray<string> Events
)
{
    public const string Failure = "failure",
        Flow = "flow",
        Await = "await";

    /// <summary>The nodes that stand in no pack's box.</summary>
    public IEnumerable<PictureNode> Outside => Nodes.Where(node => node.Pack is null);

    /// <summary>The boxes of packs, each with its number and its nodes.</summary>
    public IEnumerable<(int Number, string Pack, IEnumerable<PictureNode> Nodes)> Packs =>
        Nodes.Where(node => node.Pack is not null).GroupBy(node => node.Pack!).Select((pack, i) => (i, pack.Key, pack.AsEnumerable()));

    /// <summary>The same with one box for all rules of an event and a pack.</summary>
    public RulePicture Folded()
    {
        var nodes = ImmutableArray.CreateBuilder<PictureNode>();
        var edges = ImmutableArray.CreateBuilder<PictureEdge>();
        foreach (var node in Nodes.Where(node => node.Kind == PictureKind.Event))
        {
            nodes.Add(node);
            foreach (var rules in Nodes.Where(one => one.Kind == PictureKind.Rule && one.Event == node.Event).GroupBy(one => one.Pack))
            {
                var lit = node.IsLit is null ? null : (bool?)rules.Any(rule => rule.IsLit is true);
                var fold = new PictureNode(
                    $"f{nodes.Count}",
                    PictureKind.Fold,
                    [
                        rules.Key is null ? "rules of the project" : $"pack {rules.Key}",
                        rules.Count() == 1 ? "1 rule" : $"{rules.Count()} rules",
                    ],
                    node.Event,
                    rules.Key,
                    null,
                    lit
                );
                nodes.Add(fold);
                edges.Add(new PictureEdge(node.Id, fold.Id, "", Flow, lit));
            }
        }

        return this with
        {
            Nodes = nodes.ToImmutable(),
            Edges = edges.ToImmutable(),
        };
    }
}
