using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.Terminals;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Triggers: what stands behind <c>on</c>.</summary>
internal static class TriggerGrammar
{
    private static readonly Parser<ImmutableArray<TriggerWordSyntax>> TriggerWords = input =>
    {
        var state = Of(input);
        var words = ImmutableArray.CreateBuilder<TriggerWordSyntax>();
        var at = input.Position;
        while (true)
        {
            var next = at;
            var name = Peek(state, ref next);
            if (next >= state.End || Words.IsArrow(state.Text, next, state.End) || name == "where")
                break;
            var word = TriggerWord(state, next, words);
            if (!word.WasSuccessful)
                return Result.Failure<ImmutableArray<TriggerWordSyntax>>(word.Remainder, word.Message, word.Expectations);
            if (word.Value is null)
                break;
            words.Add(word.Value);
            at = word.Remainder.Position;
        }

        return Result.Success(words.ToImmutable(), state.At(at));
    };

    private static readonly Parser<ConditionSyntax> Where =
        from word in Keyword("where")
        from condition in ConditionGrammar.Condition
        select condition;

    public static readonly Parser<TriggerSyntax> Trigger = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        var words = TriggerWords(input);
        if (!words.WasSuccessful)
            return Result.Failure<TriggerSyntax>(words.Remainder, words.Message, words.Expectations);
        var next = words.Remainder.Position;
        if (Peek(state, ref next) != "where")
        {
            return words.Value.IsEmpty
                ? Fail<TriggerSyntax>(state, at, "an event, a tool, a file pattern or \"where\"")
                : Result.Success(new TriggerSyntax(words.Value[0].Span.To(words.Value[^1].Span), words.Value, null), words.Remainder);
        }

        var where = Where(words.Remainder);
        return where.WasSuccessful
            ? Result.Success(new TriggerSyntax(state.Span(at, at).To(where.Value.Span), words.Value, where.Value), where.Remainder)
            : Result.Failure<TriggerSyntax>(where.Remainder, where.Message, where.Expectations);
    };

    private static IResult<TriggerWordSyntax?> TriggerWord(ParseState state, int at, ImmutableArray<TriggerWordSyntax>.Builder before)
    {
        var text = state.Text;
        if (text[at] == '"')
        {
            var quoted = Text(state.At(at));
            return quoted.WasSuccessful
                ? Result.Success<TriggerWordSyntax?>(
                    new TriggerWordSyntax(quoted.Value.Span, TriggerWordKind.Quoted, quoted.Value),
                    quoted.Remainder
                )
                : Result.Failure<TriggerWordSyntax?>(quoted.Remainder, quoted.Message, quoted.Expectations);
        }

        // What "!" stands before is taken away, as it is inside of the quotes.
        if (text[at] == '!' && at + 1 < state.End && text[at + 1] == '"')
        {
            var negated = Text(state.At(at + 1));
            if (!negated.WasSuccessful)
                return Result.Failure<TriggerWordSyntax?>(negated.Remainder, negated.Message, negated.Expectations);
            var span = state.Span(at, negated.Remainder.Position);
            var whole = new StringSyntax(
                span,
                $"!{negated.Value.Text}",
                span.Start,
                [span.Start, .. Enumerable.Range(0, negated.Value.Text.Length + 1).Select(i => negated.Value.Part(i, 0).Start)]
            );
            return Result.Success<TriggerWordSyntax?>(new TriggerWordSyntax(span, TriggerWordKind.Quoted, whole), negated.Remainder);
        }

        // "/src/" behind a matcher is a folder; anywhere else an expression.
        if (
            text[at] == '/'
            && (before.Count == 0 || (before.Count == 1 && before[0].Kind == TriggerWordKind.Bare && !IsMatcher(before[0].Text.Text)))
        )
        {
            var close = Words.RegexClose(text, at, state.End, withFlags: false);
            if (close < 0)
                return Fail<TriggerWordSyntax?>(
                    state,
                    at,
                    DiagnosticCatalog.UnclosedRegex(state.Locate(at, Math.Max(at + 1, Words.TriggerWordEnd(text, at, state.End))))
                );
            return Result.Success<TriggerWordSyntax?>(
                new TriggerWordSyntax(state.Span(at, close + 1), TriggerWordKind.Regex, Slice(state, at, close + 1, 1)),
                state.At(close + 1)
            );
        }

        var end = Words.TriggerWordEnd(text, at, state.End);
        if (end == at || text[at] == '=')
            return Result.Success<TriggerWordSyntax?>(null, state.At(at));
        if (text.AsSpan(at..end) is "matcher" && PeekChar(state, end) == '"')
        {
            var raw = Text(state.At(end));
            if (!raw.WasSuccessful)
                return Result.Failure<TriggerWordSyntax?>(raw.Remainder, raw.Message, raw.Expectations);
            return Result.Success<TriggerWordSyntax?>(
                new TriggerWordSyntax(state.Span(at, end).To(raw.Value.Span), TriggerWordKind.Raw, raw.Value),
                raw.Remainder
            );
        }

        return Result.Success<TriggerWordSyntax?>(
            new TriggerWordSyntax(state.Span(at, end), TriggerWordKind.Bare, Slice(state, at, end)),
            state.At(end)
        );
    }

    private static bool IsMatcher(string word) =>
        word.Contains('|', StringComparison.Ordinal)
        || word.Contains('*', StringComparison.Ordinal)
        || HookTools.IsMcp(word)
        || HookTools.Find(HookTools.Canonical(word)) is not null;
}
