using System.Collections.Frozen;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.ConditionGrammar;
using static HookRules.Compiler.Rules.Syntax.Terminals;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Modifiers: how an action runs.</summary>
internal static class ModifierGrammar
{
    /// <summary>One field, or several in parentheses.</summary>
    public static readonly Parser<ImmutableArray<NameSyntax>> Fields = input =>
        PeekChar(Of(input), input.Position) == '(' ? FieldList(input) : Field.Select(field => ImmutableArray.Create(field))(input);

    private static readonly Parser<ImmutableArray<NameSyntax>> By = from word in Keyword("by") from fields in Fields select fields;

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<(NameSyntax Word, BusyMode Mode)>>> BusyModes =
        Enum.GetValues<BusyMode>()
            .ToFrozenDictionary(
                mode => mode.ToString().ToLowerInvariant(),
                mode => (Func<NameSyntax, Parser<(NameSyntax, BusyMode)>>)(word => Parse.Return((word, mode))),
                StringComparer.Ordinal
            );

    /// <summary>What follows the first word of a modifier; the YAML form reads its values with the same parsers.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ModifierSyntax>>> Modifiers = new Dictionary<
        string,
        Func<NameSyntax, Parser<ModifierSyntax>>
    >
    {
        ["dedup"] = word =>
            from length in Duration
            from first in Keyword("first").Optional()
            from fields in By.Optional()
            select new DedupSyntax(word.Span.To(length.Span), word, length, first.IsDefined, fields.GetOrElse([])),
        ["timeout"] = word => from length in Duration select new TimeoutSyntax(word.Span.To(length.Span), word, length),
        ["retry"] = word =>
            from count in Count(0)
            from backoff in Keyword("backoff").Then(_ => Duration).Optional()
            let delay = backoff.GetOrDefault()
            select new RetrySyntax(word.Span.To((delay ?? (SyntaxNode)count).Span), word, count, delay),
        ["concurrency"] = word => from count in Count(1) select new CountModifierSyntax(word.Span.To(count.Span), word, count),
        ["group"] = word => from name in Name("the name of a group") select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["as"] = word => from name in Name("a name") select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["pass"] = word =>
            from name in Name("the name of an environment variable")
            select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["sync"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["open"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["closed"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["feedback"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["debounce"] = word =>
            from length in Duration
            from most in Keyword("max").Then(_ => Duration).Optional()
            from fields in By.Optional()
            let longest = most.GetOrDefault()
            select new DebounceSyntax(word.Span.To((longest ?? length).Span), word, length, longest, fields.GetOrElse([])),
        ["in"] = word =>
            from folder in Text.Select(text => (ValueSyntax)text).Or(Constant)
            select new FolderSyntax(word.Span.To(folder.Span), word, folder),
        ["env"] = word =>
            from variables in Nested(() => ValueGrammar.Map)
            select new VariablesSyntax(word.Span.To(variables.Span), word, variables),
        ["throttle"] = word =>
            from count in Count(1)
            from per in Keyword("per")
            from length in Duration
            select new ThrottleSyntax(word.Span.To(length.Span), word, count, length),
        ["batch"] = word =>
            input =>
            {
                var at = input.Position;
                return Peek(Of(input), ref at) == "turn"
                    ? (from turn in Keyword("turn") select new BatchSyntax(word.Span.To(turn.Span), word, null))(input)
                    : (from length in Duration select new BatchSyntax(word.Span.To(length.Span), word, length))(input);
            },
        ["busy"] = word =>
            Choose(DiagnosticCatalog.OneOf(BusyModes.Keys), BusyModes)
                .Select(mode => new BusySyntax(word.Span.To(mode.Word.Span), word, mode.Mode)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ModifierSyntax> Modifier = Choose("a modifier", Modifiers);

    /// <summary>The modifiers of one action. A word behind them that is none is the likeliest slip, so it is noted here.</summary>
    public static readonly Parser<ImmutableArray<ModifierSyntax>> ModifierList = input =>
    {
        var list = Modifier.Many()(input);
        var state = Of(input);
        var at = list.Remainder.Position;
        var word = Peek(state, ref at);
        if (word.Length > 0 && word != "on" && !Modifiers.ContainsKey(word))
            state.Wrong(
                at,
                DiagnosticCatalog.UnknownModifier(state.Locate(at, at + word.Length), word, NearestName.Find(word, Modifiers.Keys))
            );
        return Result.Success(list.Value.ToImmutableArray(), list.Remainder);
    };
}
