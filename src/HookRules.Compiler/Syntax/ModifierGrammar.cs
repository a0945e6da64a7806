using System.Collections.Frozen;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using Sprache;
using static HookRules.Compiler.Syntax.Terminals;
using static HookRules.Compiler.Syntax.ConditionGrammar;
using static HookRules.Compiler.Syntax.ValueGrammar;

namespace HookRules.Compiler.Syntax;

/// <summary>Modifiers: how an action runs.</summary>
internal static class ModifierGrammar
{
    private static readonly Parser<ImmutableArray<NameSyntax>> Fields = input =>
        PeekChar(Of(input), input.Position) == '('
            ? (from open in Sign("(") from fields in Many(Field) from close in Close(open, ')') select fields)(input)
            : Field.Select(field => ImmutableArray.Create(field))(input);

    private static readonly Parser<ImmutableArray<NameSyntax>> By =
        from word in Keyword("by")
        from fields in Fields
        select fields;

    /// <summary>What follows the first word of a modifier; the YAML form reads its values with the same parsers.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ModifierSyntax>>> Modifiers = new Dictionary<string, Func<NameSyntax, Parser<ModifierSyntax>>>
    {
        ["dedup"] = word =>
            from length in Duration
            from first in Keyword("first").Optional()
            from fields in By.Optional()
            select new DedupSyntax(word.Span.To(length.Span), word, length, first.IsDefined, fields.GetOrElse([])),
        ["timeout"] = word => from length in Duration select new TimeoutSyntax(word.Span.To(length.Span), word, length),
        ["retry"] = word =>
            from count in Count(0, "a whole number of at least 0")
            from backoff in Keyword("backoff").Then(_ => Duration).Optional()
            let delay = backoff.GetOrDefault()
            select new RetrySyntax(word.Span.To((delay ?? (SyntaxNode)count).Span), word, count, delay),
        ["concurrency"] = word => from count in Count(1, "a whole number of at least 1") select new CountModifierSyntax(word.Span.To(count.Span), word, count),
        ["group"] = word => from name in Name("the name of a group") select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["as"] = word => from name in Name("a name") select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["pass"] = word => from name in Name("the name of an environment variable") select new NameModifierSyntax(word.Span.To(name.Span), word, name),
        ["sync"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["open"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["closed"] = word => Parse.Return(new FlagSyntax(word.Span, word)),
        ["feedback"] = word => LaterModifier(word, Parse.Return(0), "leave it out"),
        ["debounce"] = word => LaterModifier(word, Duration.Then(_ => By.Optional()), "use dedup, which runs once for all events within its time"),
        ["throttle"] = word => LaterModifier(word, from count in Count(1, "a whole number of at least 1") from per in Keyword("per") from length in Duration select 0, "use dedup"),
        ["batch"] = word => LaterModifier(word, Keyword("turn").Select(_ => 0).Or(Duration.Select(_ => 0)), "use dedup"),
        ["busy"] = word => LaterModifier(word, Name("\"queue\", \"coalesce\", \"restart\" or \"skip\""), "leave it out"),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ModifierSyntax> Modifier = Choose("a modifier", Modifiers);

    /// <summary>The modifiers of one action. A word behind them that is none is the likeliest slip, so it is noted here.</summary>
    public static readonly Parser<ImmutableArray<ModifierSyntax>> ModifierList = input =>
    {
        var list = Modifier.Many()(input);
        var reading = Of(input);
        var at = list.Remainder.Position;
        var word = Peek(reading, ref at);
        if (word.Length > 0 && word != "on" && !Modifiers.ContainsKey(word))
            reading.Wrong(at, DiagnosticCatalog.UnknownModifier(reading.Locate(at, at + word.Length), word, NearestName.Find(word, Modifiers.Keys)));
        return Result.Success(list.Value.ToImmutableArray(), list.Remainder);
    };

    private static Parser<ModifierSyntax> LaterModifier<T>(NameSyntax word, Parser<T> tail, string instead) =>
        from rest in tail
        from told in Later(word.Text, word, instead)
        select new UnsupportedModifierSyntax(word.Span, word);
}
