using System.Collections.Frozen;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.Terminals;
using static HookRules.Compiler.Rules.Syntax.ValueGrammar;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Conditions: what stands behind <c>where</c>.</summary>
internal static class ConditionGrammar
{
    public static readonly Parser<NameSyntax> Field = Word("a field such as tool_input.command", Words.FieldEnd);

    /// <summary>Fields in parentheses.</summary>
    public static readonly Parser<ImmutableArray<NameSyntax>> FieldList =
        from open in Sign("(")
        from fields in Many(Field)
        from close in Close(open, ')')
        select fields;

    private static readonly Parser<ValueSyntax> Operand = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        if (at < state.End && state.Text[at] == '"')
            return Text(input);
        var end = Words.ValueEnd(state.Text, at, state.End);
        if (end == at)
            return Fail<ValueSyntax>(state, at, "a value");
        var word = state.Text[at..end];
        return Result.Success(
            ConstantOf(state.Span(at, end), word) ?? (ValueSyntax?)Literal(state.Span(at, end), word) ?? Slice(state, at, end),
            state.At(end)
        );
    };

    private static readonly FrozenDictionary<string, CompareOperator> Signs = new Dictionary<string, CompareOperator>
    {
        ["=="] = CompareOperator.Equal,
        ["!="] = CompareOperator.NotEqual,
        ["<="] = CompareOperator.LessOrEqual,
        [">="] = CompareOperator.GreaterOrEqual,
        ["<"] = CompareOperator.Less,
        [">"] = CompareOperator.Greater,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<NameSyntax> CompareSign = Word(
        "an operator such as == or contains",
        static (text, at, end) =>
            at + 1 < end && text[at + 1] == '=' && text[at] is '=' or '!' or '<' or '>' ? at + 2
            : at < end && text[at] is '<' or '>' ? at + 1
            : at
    );

    private static readonly Parser<ImmutableArray<ValueSyntax>> Operands =
        from open in Sign("(")
        from values in Many(Operand)
        from close in Close(open, ')')
        select values;

    private static readonly Parser<RegexSyntax> Expression = input =>
        PeekChar(Of(input), input.Position) == '$'
            ? Constant.Select(constant => new RegexSyntax(
                constant.Span,
                new StringSyntax(constant.Span, "", constant.Span.Start),
                "",
                constant
            ))(input)
            : Regex(input);

    private static Parser<ConditionSyntax> Compared(NameSyntax field, NameSyntax sign, CompareOperator comparison) =>
        from value in Operand
        select new CompareSyntax(field.Span.To(value.Span), field, sign, comparison, [value]);

    private static Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>> Sides(CompareOperator comparison) =>
        (field, word) =>
            from with in Keyword("with")
            from condition in Compared(field, word with { Text = $"{word.Text} with" }, comparison)
            select condition;

    public static readonly FrozenDictionary<string, Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>>> Operators = new Dictionary<
        string,
        Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>>
    >
    {
        ["matches"] = (field, _) => from regex in Expression select new MatchesSyntax(field.Span.To(regex.Span), field, regex),
        ["glob"] = (field, _) =>
            from glob in ((Parser<ValueSyntax>)Text).Or(Constant)
            select new InGlobSyntax(field.Span.To(glob.Span), field, glob),
        ["contains"] = (field, word) => Compared(field, word, CompareOperator.Contains),
        ["starts"] = Sides(CompareOperator.StartsWith),
        ["ends"] = Sides(CompareOperator.EndsWith),
        ["in"] = (field, word) =>
            from values in Operands
            select new CompareSyntax(field.Span.To(values.IsEmpty ? word.Span : values[^1].Span), field, word, CompareOperator.In, values),
        ["exists"] = (field, word) => Parse.Return(new ExistsSyntax(field.Span.To(word.Span), field)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ConditionSyntax> Comparison = input =>
    {
        var state = Of(input);
        var field = Field(input);
        if (!field.WasSuccessful)
            return Result.Failure<ConditionSyntax>(field.Remainder, field.Message, field.Expectations);
        var at = field.Remainder.Position;
        var word = Peek(state, ref at);
        if (Operators.TryGetValue(word, out var tail))
            return tail(field.Value, new NameSyntax(state.Span(at, at + word.Length), word))(state.At(at + word.Length));
        if (IsEnd(state, field.Remainder.Position, word))
            return Result.Success<ConditionSyntax>(
                new CompareSyntax(
                    field.Value.Span,
                    field.Value,
                    new NameSyntax(field.Value.Span, "=="),
                    CompareOperator.Equal,
                    [new LiteralSyntax(field.Value.Span, "true")]
                ),
                field.Remainder
            );
        var sign = CompareSign(field.Remainder);
        return sign.WasSuccessful
            ? Compared(field.Value, sign.Value, Signs[sign.Value.Text])(sign.Remainder)
            : Result.Failure<ConditionSyntax>(sign.Remainder, sign.Message, sign.Expectations);
    };

    /// <summary>Behind a field that is true or false nothing needs to stand.</summary>
    private static bool IsEnd(ParseState state, int position, string word)
    {
        var at = Words.SkipTrivia(state.Text, position, state.End);
        return at == state.End
            || state.Text[at] is ')' or '→'
            || word is "and" or "or"
            || state.Text.AsSpan(at, state.End - at).StartsWith("->", StringComparison.Ordinal);
    }

    private static readonly Parser<WordSyntax> CommandWord = Text.Select(text => new WordSyntax(text.Span, text, IsQuoted: true))
        .Or(
            Word("a word or a text", Words.ValueEnd)
                .Select(word => new WordSyntax(word.Span, new StringSyntax(word.Span, word.Text, word.Span.Start), IsQuoted: false))
        );

    /// <summary>A word, or an expression; one that begins with a slash and has no other is a path.</summary>
    private static readonly Parser<WordSyntax> WordOrExpression = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        return
            at < reading.End
            && reading.Text[at] == '/'
            && !IsSlashOption(reading.Text, at, reading.End)
            && Words.RegexClose(reading.Text, at, reading.End, withFlags: true) >= 0
            ? Regex.Select(regex => new WordSyntax(regex.Span, regex.Source, IsQuoted: false, regex))(input)
            : CommandWord(input);
    };

    // The option of a Windows program, /F say: letters up to a comma or a parenthesis are no expression.
    private static bool IsSlashOption(string text, int slash, int end)
    {
        var i = slash + 1;
        while (i < end && char.IsAsciiLetterOrDigit(text[i]))
            i++;
        return i < end && text[i] is ',' or ')';
    }

    private static readonly Parser<WordsSyntax> CommandWords = InBrackets(CommandWord);

    private static Parser<WordsSyntax> InBrackets(Parser<WordSyntax> word) =>
        from open in Sign("(")
        from words in Many(word)
        from close in Close(open, ')')
        select new WordsSyntax(open.Span.To(close.Span), words);

    private static Parser<WordsSyntax?> WordsAfter(string keyword, Parser<WordSyntax> word) =>
        Keyword(keyword).Then(_ => InBrackets(word)).Optional().Select(words => words.GetOrDefault());

    private static readonly Parser<WordsSyntax> Commands = Text.Select(text => new WordsSyntax(
            text.Span,
            [new WordSyntax(text.Span, text, IsQuoted: true)]
        ))
        .Or(CommandWords);

    /// <summary><c>with env (NAME)</c>, before or behind the other words.</summary>
    private static readonly Parser<WordsSyntax?> Variables = Keyword("with")
        .Then(_ => Keyword("env"))
        .Then(_ => InBrackets(CommandWord))
        .Optional()
        .Select(words => words.GetOrDefault());

    private static Parser<ConditionSyntax> Runs(NameSyntax word, bool orMay) =>
        from commands in Commands
        from first in Variables
        from with in WordsAfter("with", WordOrExpression)
        from second in first is null ? Variables : Parse.Return<WordsSyntax?>(null)
        let variables = first ?? second
        from without in WordsAfter("without", WordOrExpression)
        from outside in WordsAfter("outside", CommandWord)
        select new RunsSyntax(
            word.Span.To(Last(commands, with, variables, without, outside)),
            word,
            commands,
            with,
            without,
            outside,
            orMay
        )
        {
            Variables = variables,
        };

    private static TextSpan Last(params WordsSyntax?[] parts) => parts.OfType<WordsSyntax>().MaxBy(part => part.Span.End)!.Span;

    private static Parser<ConditionSyntax> Touches(NameSyntax word) =>
        from files in CommandWords
        select new TouchesSyntax(word.Span.To(files.Span), word, files);

    /// <summary>What is asked of a command line as a shell reads it.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ConditionSyntax>>> ShellConditions = new Dictionary<
        string,
        Func<NameSyntax, Parser<ConditionSyntax>>
    >
    {
        ["runs"] = word => Runs(word, orMay: false),
        ["may"] = word =>
            from run in Keyword("run")
            from condition in Runs(new NameSyntax(word.Span.To(run.Span), "may run"), orMay: true)
            select condition,
        ["only"] = word =>
            from runs in Keyword("runs")
            from commands in Commands
            from with in WordsAfter("with", WordOrExpression)
            from without in WordsAfter("without", WordOrExpression)
            let name = new NameSyntax(word.Span.To(runs.Span), "only runs")
            let span = word.Span.To((without ?? with ?? (SyntaxNode)commands).Span)
            select (ConditionSyntax)new RunsSyntax(span, name, commands, with, without, null, OrMay: false) { Only = true },
        ["opaque"] = word => Parse.Return(new OpaqueSyntax(word.Span, word)),
        ["writes"] = Touches,
        ["overwrites"] = Touches,
        ["reads"] = Touches,
        ["pipes"] = word =>
            from programs in CommandWords
            from preposition in Keyword("into")
            from shells in CommandWords
            select new PipesSyntax(word.Span.To(shells.Span), word, programs, shells),
        ["forkbomb"] = word => Parse.Return(new ForkBombSyntax(word.Span, word)),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ConditionSyntax> Term = input =>
    {
        var state = Of(input);
        var next = PeekChar(state, input.Position);
        if (next == '(')
            return Nested(() => Parenthesised!)(input);
        if (next == '$')
            return Constant.Select(constant => new ConstantConditionSyntax(constant.Span, constant))(input);
        var at = input.Position;
        var word = Peek(state, ref at);
        if (word == "not")
            return Nested(() => Negation!)(input);
        return ShellConditions.TryGetValue(word, out var shell)
            ? shell(new NameSyntax(state.Span(at, at + word.Length), word))(state.At(at + word.Length))
            : Comparison(input);
    };

    private static readonly Parser<ConditionSyntax> Negation =
        from not in Keyword("not")
        from term in Term
        select new NotSyntax(not.Span.To(term.Span), term);

    private static readonly Parser<ConditionSyntax> And = Joined(Term, "and", (span, terms) => new AllSyntax(span, terms));

    public static readonly Parser<ConditionSyntax> Condition = Joined(And, "or", (span, terms) => new AnySyntax(span, terms));

    private static readonly Parser<ConditionSyntax> Parenthesised =
        from open in Sign("(")
        from condition in Condition
        from close in Close(open, ')')
        select condition;

    private static Parser<ConditionSyntax> Joined(
        Parser<ConditionSyntax> term,
        string word,
        Func<TextSpan, ImmutableArray<ConditionSyntax>, ConditionSyntax> combine
    ) =>
        from terms in term.DelimitedBy(Keyword(word))
        let list = terms.ToImmutableArray()
        select list.Length == 1 ? list[0] : combine(list[0].Span.To(list[^1].Span), list);
}
