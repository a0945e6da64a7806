using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A parsed regular expression.</summary>
internal abstract record RegexNode
{
    private RegexNode() { }

    public sealed record Empty : RegexNode;

    public sealed record Set(CharSet Chars) : RegexNode;

    public sealed record Sequence(ImmutableArray<RegexNode> Items) : RegexNode;

    public sealed record Choice(ImmutableArray<RegexNode> Options) : RegexNode;

    /// <summary>Max is null for "any number".</summary>
    public sealed record Repeat(RegexNode Item, int Min, int? Max) : RegexNode;

    public sealed record Assert(RegexAssertion Kind) : RegexNode;
}

internal enum RegexAssertion
{
    TextStart,
    TextEnd,
    LineStart,
    LineEnd,
    WordEdge,
    NotWordEdge,
}
