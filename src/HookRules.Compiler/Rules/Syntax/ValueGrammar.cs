using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.Terminals;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Values: JSON with bare keys, <c>env.NAME</c> and <c>payload</c>.</summary>
internal static class ValueGrammar
{
    private static readonly Parser<NameSyntax> Key = Text.Select(text => new NameSyntax(text.Span, text.Text))
        .Or(
            Word(
                "a key",
                static (text, at, end) =>
                {
                    while (at < end && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '$'))
                        at++;
                    return at;
                }
            )
        );

    private static readonly Parser<ValueSyntax> BareValue = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        var end = Words.ValueEnd(state.Text, at, state.End);
        if (end == at)
            return Fail<ValueSyntax>(state, at, "a value");
        if (ConstantOf(state.Span(at, end), state.Text[at..end]) is { } constant)
            return Result.Success(constant, state.At(end));
        return Bare(state.Span(at, end), state.Text[at..end]) is { } value
            ? Result.Success(value, state.At(end))
            : Fail<ValueSyntax>(state, at, DiagnosticCatalog.BareText(state.Locate(at, end), state.Text[at..end]));
    };

    public static readonly Parser<ValueSyntax> Value = input =>
        PeekChar(Of(input), input.Position) switch
        {
            '"' => Text(input),
            '[' => Nested(() => List!)(input),
            '{' => Nested(() => Map!)(input),
            _ => BareValue(input),
        };

    private static readonly Parser<MemberSyntax> Member =
        from key in Key
        from colon in Sign(":")
        from value in Value
        select new MemberSyntax(key.Span.To(value.Span), key, value);

    public static Parser<int> EachOnce(ImmutableArray<MemberSyntax> members) =>
        input =>
        {
            var keys = new HashSet<string>(StringComparer.Ordinal);
            foreach (var member in members)
            {
                if (!keys.Add(member.Key.Text))
                    Of(input).Report(DiagnosticCatalog.DuplicateKey(Of(input).Locate(member.Key.Span), member.Key.Text));
            }

            return Result.Success(0, input);
        };

    public static readonly Parser<ListSyntax> List =
        from open in Sign("[")
        from items in Many(Value)
        from close in Close(open, ']')
        select new ListSyntax(open.Span.To(close.Span), items);

    public static readonly Parser<MapSyntax> Map =
        from open in Sign("{")
        from members in Many(Member)
        from close in Close(open, '}')
        from once in EachOnce(members)
        select new MapSyntax(open.Span.To(close.Span), members);

    /// <summary>A text, or the variable or constant that holds it.</summary>
    public static readonly Parser<ValueSyntax> TextOrEnv = ((Parser<ValueSyntax>)Text)
        .Or(Constant)
        .Or(
            Word("env.NAME", Words.ValueEnd)
                .Where(word => word.Text.StartsWith("env.", StringComparison.Ordinal))
                .Select(word => new EnvSyntax(word.Span, word.Text[4..]))
        );

    /// <summary>A bare word as a value: a number, <c>true</c>, <c>false</c>, <c>null</c>, <c>payload</c> or <c>env.NAME</c>; null if it is
    /// none of them.</summary>
    public static ValueSyntax? Bare(TextSpan span, string word) =>
        word == "payload" ? new PayloadSyntax(span)
        : word.StartsWith("env.", StringComparison.Ordinal) && word.Length > 4 ? new EnvSyntax(span, word[4..])
        : word == "null" ? new LiteralSyntax(span, word)
        : Literal(span, word);

    public static LiteralSyntax? Literal(TextSpan span, string word) =>
        word is "true" or "false" || IsNumber(word) ? new LiteralSyntax(span, word) : null;

    /// <summary>As JSON spells numbers.</summary>
    private static bool IsNumber(string word)
    {
        if (
            word.Length == 0
            || !(char.IsAsciiDigit(word[0]) || (word[0] == '-' && word.Length > 1))
            || !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
            || !double.IsFinite(number)
        )
            return false;
        try
        {
            using var json = JsonDocument.Parse(word);
            return json.RootElement.ValueKind == JsonValueKind.Number;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    /// <summary>Items between commas; the last one may have a comma too.</summary>
    public static Parser<ImmutableArray<T>> Many<T>(Parser<T> item) =>
        from items in item.DelimitedBy(Sign(",")).Optional()
        from comma in Sign(",").Optional()
        select items.GetOrElse([]).ToImmutableArray();
}
