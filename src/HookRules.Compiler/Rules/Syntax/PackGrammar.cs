using System.Collections.Frozen;
using HookRules.Compiler.Diagnostics;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.Terminals;
using static HookRules.Compiler.Rules.Syntax.ValueGrammar;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Packs: <c>pack</c>, <c>param</c>, <c>use</c> and <c>disable</c>.</summary>
internal static class PackGrammar
{
    /// <summary>The types of parameters, as they are spelt.</summary>
    public static readonly FrozenDictionary<string, ConstantType> Types = new Dictionary<string, ConstantType>
    {
        ["text"] = ConstantType.Text,
        ["string"] = ConstantType.Text,
        ["int"] = ConstantType.Int,
        ["bool"] = ConstantType.Bool,
        ["duration"] = ConstantType.Duration,
        ["list"] = ConstantType.List,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly Parser<StringSyntax> Reference = Text.Or(
        Word("a pack such as std/git-guard", Words.ValueEnd).Select(word => new StringSyntax(word.Span, word.Text, word.Span.Start))
    );

    /// <summary>A parameter's value: as JSON spells it, a duration or <c>$name</c>.</summary>
    private static readonly Parser<ValueSyntax> ParameterValue = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        var end = Words.ValueEnd(state.Text, at, state.End);
        return Durations.Parse(state.Text[at..end]) is null
            ? Value(input)
            : Result.Success(new DurationValueSyntax(state.Span(at, end), state.Text[at..end]), state.At(end));
    };

    private static readonly Parser<NameSyntax> EqualSign = Sign("=").Or(Sign(":"));

    private static readonly Parser<MemberSyntax> Argument =
        from name in Name("the name of a parameter")
        from sign in EqualSign
        from value in ParameterValue
        select new MemberSyntax(name.Span.To(value.Span), name, value);

    private static readonly Parser<MapSyntax> Arguments =
        from open in Sign("{")
        from members in Many(Argument)
        from close in Close(open, '}')
        from once in EachOnce(members)
        select new MapSyntax(open.Span.To(close.Span), members);

    /// <summary>What follows <c>use</c>.</summary>
    public static Parser<UseSyntax> Use(TextSpan start) =>
        from reference in Reference
        from with in Keyword("with").Then(_ => Arguments).Optional()
        from alias in Keyword("as").Then(_ => Name("a name for the pack")).Optional()
        let end = (SyntaxNode?)alias.GetOrDefault() ?? (SyntaxNode?)with.GetOrDefault() ?? reference
        select new UseSyntax(start.To(end.Span), reference, with.GetOrDefault(), alias.GetOrDefault());

    /// <summary>What follows <c>pack</c>.</summary>
    public static Parser<PackSyntax> Pack(TextSpan start) =>
        from name in Name("the name of the pack")
        from word in Keyword("version")
        from version in Text
        select new PackSyntax(start.To(version.Span), name, version);

    private static readonly Parser<ValueSyntax?> Default = Sign("=")
        .Then(_ => ParameterValue)
        .Optional()
        .Select(value => value.GetOrDefault());

    /// <summary>What follows the name of a parameter and its colon.</summary>
    public static Parser<ParamSyntax> Param(TextSpan start, NameSyntax name) =>
        from type in Name("the type of the parameter")
        from value in Default
        select new ParamSyntax(start.To((value ?? (SyntaxNode)type).Span), name, type, value);

    public static readonly Parser<NameSyntax> RuleName = Name("PACK.RULE");

    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<StatementSyntax>>> Statements = new Dictionary<
        string,
        Func<NameSyntax, Parser<StatementSyntax>>
    >
    {
        ["use"] = word => Use(word.Span),
        ["pack"] = word => Pack(word.Span),
        ["param"] = word =>
            from name in Name("the name of the parameter")
            from colon in Sign(":")
            from param in Param(word.Span, name)
            select param,
        ["disable"] = word => from name in RuleName select new DisableSyntax(word.Span.To(name.Span), name),
    }.ToFrozenDictionary(StringComparer.Ordinal);
}
