using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Syntax.Terminals;

namespace HookRules.Compiler.Syntax;

/// <summary>The grammar of the text form, from small to large; grammar/hookrules.ebnf is its specification.</summary>
internal static class Grammar
{
    /// <summary>Short names of the events that rules are mostly about.</summary>
    public static readonly FrozenDictionary<string, string> EventAliases = new Dictionary<string, string>
    {
        ["before"] = "PreToolUse",
        ["after"] = "PostToolUse",
        ["failed"] = "PostToolUseFailure",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    // Values: JSON with bare keys, env.NAME and payload

    private static readonly Parser<NameSyntax> Key =
        Text.Select(text => new NameSyntax(text.Span, text.Text)).Or(Word("a key", static (text, at, end) =>
        {
            while (at < end && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '-' or '.' or '$')) at++;
            return at;
        }));

    private static readonly Parser<ValueSyntax> BareValue = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        var end = Words.ValueEnd(reading.Text, at, reading.End);
        if (end == at) return Fail<ValueSyntax>(reading, at, "a value");
        return Bare(reading.Span(at, end), reading.Text[at..end]) is { } value
            ? Result.Success(value, reading.At(end))
            : Fail<ValueSyntax>(reading, at, DiagnosticCatalog.BareText(reading.Locate(at, end), reading.Text[at..end]));
    };

    public static readonly Parser<ValueSyntax> Value = input => PeekChar(Of(input), input.Position) switch
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

    private static readonly Parser<ListSyntax> List =
        from open in Sign("[")
        from items in Many(Value)
        from close in Close(open, ']')
        select new ListSyntax(open.Span.To(close.Span), items);

    public static readonly Parser<MapSyntax> Map =
        from open in Sign("{")
        from members in Many(Member)
        from close in Close(open, '}')
        select new MapSyntax(open.Span.To(close.Span), members);

    /// <summary>A text, or the variable that holds it.</summary>
    private static readonly Parser<ValueSyntax> TextOrEnv = ((Parser<ValueSyntax>)Text).Or(Word("env.NAME", Words.ValueEnd).Where(word => word.Text.StartsWith("env.", StringComparison.Ordinal))
        .Select(word => new EnvSyntax(word.Span, word.Text[4..])));

    // Conditions

    private static readonly Parser<NameSyntax> Field = Word("a field such as tool_input.command", Words.FieldEnd);

    private static readonly Parser<ValueSyntax> Operand = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        if (at < reading.End && reading.Text[at] == '"') return Text(input);
        var end = Words.ValueEnd(reading.Text, at, reading.End);
        if (end == at) return Fail<ValueSyntax>(reading, at, "a value");
        var word = reading.Text[at..end];
        return Result.Success(Literal(reading.Span(at, end), word) ?? Slice(reading, at, end), reading.At(end));
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

    private static readonly Parser<NameSyntax> CompareSign = Word("an operator such as == or contains", static (text, at, end) =>
        at + 1 < end && text[at + 1] == '=' && text[at] is '=' or '!' or '<' or '>' ? at + 2 : at < end && text[at] is '<' or '>' ? at + 1 : at);

    private static readonly Parser<ImmutableArray<ValueSyntax>> Operands =
        from open in Sign("(")
        from values in Many(Operand)
        from close in Close(open, ')')
        select values;

    private static Parser<ConditionSyntax> Compared(NameSyntax field, NameSyntax sign, CompareOperator comparison) =>
        from value in Operand
        select new CompareSyntax(field.Span.To(value.Span), field, sign, comparison, [value]);

    private static Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>> Sides(CompareOperator comparison) => (field, word) =>
        from with in Keyword("with")
        from condition in Compared(field, word with { Text = $"{word.Text} with" }, comparison)
        select condition;

    private static readonly FrozenDictionary<string, Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>>> Operators = new Dictionary<string, Func<NameSyntax, NameSyntax, Parser<ConditionSyntax>>>
    {
        ["matches"] = (field, _) => from regex in Regex select new MatchesSyntax(field.Span.To(regex.Span), field, regex),
        ["glob"] = (field, _) => from glob in Text select new InGlobSyntax(field.Span.To(glob.Span), field, glob),
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
        var reading = Of(input);
        var field = Field(input);
        if (!field.WasSuccessful) return Result.Failure<ConditionSyntax>(field.Remainder, field.Message, field.Expectations);
        var at = field.Remainder.Position;
        var word = Peek(reading, ref at);
        if (Operators.TryGetValue(word, out var tail)) return tail(field.Value, new NameSyntax(reading.Span(at, at + word.Length), word))(reading.At(at + word.Length));
        var sign = CompareSign(field.Remainder);
        return sign.WasSuccessful
            ? Compared(field.Value, sign.Value, Signs[sign.Value.Text])(sign.Remainder)
            : Result.Failure<ConditionSyntax>(sign.Remainder, sign.Message, sign.Expectations);
    };

    private static readonly Parser<IEnumerable<NameSyntax>> RunsWords =
        from open in Sign("(")
        from words in Word("a word", Words.ValueEnd).Or(Text.Select(text => new NameSyntax(text.Span, text.Text))).XDelimitedBy(Sign(","))
        from close in Close(open, ')')
        select words;

    /// <summary><c>runs</c> and <c>opaque</c>, which come with a later version.</summary>
    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ConditionSyntax>>> LaterConditions = new Dictionary<string, Func<NameSyntax, Parser<ConditionSyntax>>>
    {
        ["runs"] = word =>
            from command in Text
            from with in Keyword("with").Then(_ => RunsWords).Optional()
            from without in Keyword("without").Then(_ => RunsWords).Optional()
            from told in Later("runs", word, "match the command with a regular expression, for example: where command matches /^git push\\b/")
            select new UnsupportedConditionSyntax(word.Span),
        ["opaque"] = word =>
            from told in Later("opaque", word, "leave it out")
            select new UnsupportedConditionSyntax(word.Span),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ConditionSyntax> Term = input =>
    {
        var reading = Of(input);
        if (PeekChar(reading, input.Position) == '(') return Nested(() => Parenthesised!)(input);
        var at = input.Position;
        var word = Peek(reading, ref at);
        if (word == "not") return Nested(() => Negation!)(input);
        return LaterConditions.TryGetValue(word, out var later)
            ? later(new NameSyntax(reading.Span(at, at + word.Length), word))(reading.At(at + word.Length))
            : Comparison(input);
    };

    private static readonly Parser<ConditionSyntax> Negation =
        from not in Keyword("not")
        from term in Term
        select new NotSyntax(not.Span.To(term.Span), term);

    private static readonly Parser<ConditionSyntax> And =
        Joined(Term, "and", (span, terms) => new AllSyntax(span, terms));

    public static readonly Parser<ConditionSyntax> Condition =
        Joined(And, "or", (span, terms) => new AnySyntax(span, terms));

    private static readonly Parser<ConditionSyntax> Parenthesised =
        from open in Sign("(")
        from condition in Condition
        from close in Close(open, ')')
        select condition;

    // Triggers

    private static readonly Parser<ImmutableArray<TriggerWordSyntax>> TriggerWords = input =>
    {
        var reading = Of(input);
        var words = ImmutableArray.CreateBuilder<TriggerWordSyntax>();
        var at = input.Position;
        while (true)
        {
            var next = at;
            var name = Peek(reading, ref next);
            if (next >= reading.End || Words.IsArrow(reading.Text, next, reading.End) || name == "where") break;
            var word = TriggerWord(reading, next, words);
            if (!word.WasSuccessful) return Result.Failure<ImmutableArray<TriggerWordSyntax>>(word.Remainder, word.Message, word.Expectations);
            if (word.Value is null) break;
            words.Add(word.Value);
            at = word.Remainder.Position;
        }

        return Result.Success(words.ToImmutable(), reading.At(at));
    };

    private static readonly Parser<ConditionSyntax> Where =
        from word in Keyword("where")
        from condition in Condition
        select condition;

    public static readonly Parser<TriggerSyntax> Trigger = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        var words = TriggerWords(input);
        if (!words.WasSuccessful) return Result.Failure<TriggerSyntax>(words.Remainder, words.Message, words.Expectations);
        var next = words.Remainder.Position;
        if (Peek(reading, ref next) != "where")
        {
            return words.Value.IsEmpty
                ? Fail<TriggerSyntax>(reading, at, "an event, a tool, a file pattern or \"where\"")
                : Result.Success(new TriggerSyntax(words.Value[0].Span.To(words.Value[^1].Span), words.Value, null), words.Remainder);
        }

        var where = Where(words.Remainder);
        return where.WasSuccessful
            ? Result.Success(new TriggerSyntax(reading.Span(at, at).To(where.Value.Span), words.Value, where.Value), where.Remainder)
            : Result.Failure<TriggerSyntax>(where.Remainder, where.Message, where.Expectations);
    };

    // Modifiers

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
            from by in By.Optional()
            select new DedupSyntax(word.Span.To(length.Span), word, length, first.IsDefined, by.GetOrElse([])),
        ["timeout"] = word => from length in Duration select new TimeoutSyntax(word.Span.To(length.Span), word, length),
        ["retry"] = word =>
            from count in Count(0, "a whole number of at least 0")
            from backoff in Keyword("backoff").Then(backoff => Duration.Then(_ => Later("backoff", backoff, "leave it out: retries wait longer each time anyway"))).Optional()
            select new CountModifierSyntax(word.Span.To(count.Span), word, count),
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

    private static readonly Parser<ImmutableArray<ModifierSyntax>> ModifierList = Modifier.Many().Select(list => list.ToImmutableArray());

    // Handlers of actions

    private static readonly Parser<NameSyntax> Method =
        Word("a method such as POST", static (text, at, end) => Words.NameEnd(text, at, end) is var to && text.AsSpan(at..to).ContainsAnyExceptInRange('A', 'Z') ? at : to);

    private static readonly Parser<ValueSyntax> Url = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        if (at < reading.End && reading.Text[at] == '"') return Text(input);
        var end = Words.UrlEnd(reading.Text, at, reading.End);
        var word = reading.Text[at..end];
        return word.StartsWith("env.", StringComparison.Ordinal) ? Result.Success(new EnvSyntax(reading.Span(at, end), word[4..]), reading.At(end))
            : word.Contains("://", StringComparison.Ordinal) ? Result.Success(Slice(reading, at, end), reading.At(end))
            : Fail<ValueSyntax>(reading, at, "a URL or env.NAME");
    };

    private static readonly Parser<ValueSyntax> TextOrList = input =>
        PeekChar(Of(input), input.Position) == '[' ? Nested(() => List)(input) : Text(input);

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<HandlerSyntax>>> Handlers = new Dictionary<string, Func<NameSyntax, Parser<HandlerSyntax>>>
    {
        ["run"] = word => from command in TextOrList select new RunSyntax(word.Span.To(command.Span), word, command),
        ["shell"] = word => from script in Text select new ShellSyntax(word.Span.To(script.Span), word, script),
        ["http"] = word =>
            from method in Method
            from url in Url
            from headers in Keyword("headers").Then(_ => Nested(() => Map)).Optional()
            from body in Keyword("json").Then(_ => Value).Optional()
            select new HttpSyntax(word.Span.To((body.GetOrDefault() ?? headers.GetOrDefault() ?? url).Span), word, method, url, headers.GetOrDefault(), body.GetOrDefault()),
        ["slack"] = Message,
        ["notify"] = Message,
        ["log"] = Message,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Parser<HandlerSyntax> Message(NameSyntax word) =>
        from text in TextOrEnv
        select new MessageSyntax(word.Span.To(text.Span), word, text);

    // Steps

    private static readonly Parser<MapSyntax?> With =
        Keyword("with").Then(_ => Nested(() => Map)).Optional().Select(map => map.GetOrDefault());

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ItemSyntax>>> Natives = new Dictionary<string, Func<NameSyntax, Parser<ItemSyntax>>>
    {
        ["prompt"] = word => Native(word, Text),
        ["agent"] = word => Native(word, Text),
        ["command"] = word => Native(word, TextOrList),
        ["webhook"] = word => Native(word, Text),
        ["mcp"] = word =>
            from tool in Word("SERVER.TOOL", Words.ValueEnd).Select(tool => new StringSyntax(tool.Span, tool.Text, tool.Span.Start))
            from input in ((Parser<MapSyntax>)(i => PeekChar(Of(i), i.Position) == '{' ? Nested(() => Map)(i) : Fail<MapSyntax>(Of(i), i.Position, "\"{\""))).Optional()
            from with in With
            select new NativeSyntax(word.Span.To((with ?? input.GetOrDefault() ?? (ValueSyntax)tool).Span), word, tool, input.GetOrDefault(), with),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Parser<ItemSyntax> Native(NameSyntax word, Parser<ValueSyntax> subject) =>
        from value in subject
        from with in With
        select new NativeSyntax(word.Span.To((with ?? value).Span), word, value, null, with);

    /// <summary>Decisions whose reason may be left out.</summary>
    private static readonly FrozenSet<string> WithoutText = FrozenSet.Create(StringComparer.Ordinal, "allow", "defer");

    public static readonly FrozenDictionary<string, DecisionKind> Decisions = Enum.GetValues<DecisionKind>()
        .ToFrozenDictionary(kind => kind.ToString().ToLowerInvariant(), StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ItemSyntax>>> LaterSteps = new Dictionary<string, Func<NameSyntax, Parser<ItemSyntax>>>
    {
        ["await"] = word =>
            from names in Name("the name of an action").XDelimitedBy(Sign(","))
            from told in Later("await", word, "leave it out")
            select new UnsupportedItemSyntax(word.Span),
        ["set"] = word =>
            from field in Field
            from sign in Sign("=")
            from value in Value
            from told in Later("set", word, "use deny with a text that tells Claude what to write instead")
            select new UnsupportedItemSyntax(word.Span),
        ["reply"] = word =>
            from map in Nested(() => Map)
            from told in Later("reply", word, "use a native command handler that prints the JSON")
            select new UnsupportedItemSyntax(word.Span),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<ItemSyntax> Reference =
        from name in Name("the name of an action")
        from modifiers in ModifierList
        select new ReferenceSyntax(modifiers.IsEmpty ? name.Span : name.Span.To(modifiers[^1].Span), name, modifiers);

    private static Parser<ItemSyntax> Decision(NameSyntax word) => input =>
        WithoutText.Contains(word.Text) && PeekChar(Of(input), input.Position) != '"'
            ? Result.Success(new DecisionSyntax(word.Span, word, Decisions[word.Text], null), input)
            : (from text in Text select new DecisionSyntax(word.Span.To(text.Span), word, Decisions[word.Text], text))(input);

    public static readonly Parser<ItemSyntax> Item = input =>
    {
        var reading = Of(input);
        var at = input.Position;
        var text = Peek(reading, ref at);
        if (text.Length == 0) return Fail<ItemSyntax>(reading, at, "a step");
        var word = new NameSyntax(reading.Span(at, at + text.Length), text);
        var tail = reading.At(at + text.Length);

        if (Modifiers.TryGetValue(text, out var modifier)) return modifier(word)(tail);
        if (Decisions.ContainsKey(text)) return Decision(word)(tail);
        if (LaterSteps.TryGetValue(text, out var later)) return later(word)(tail);
        if (HasArgument(text, reading, tail.Position))
        {
            if (Natives.TryGetValue(text, out var native)) return native(word)(tail);
            if (Handlers.TryGetValue(text, out var handler))
                return (from h in handler(word) from m in ModifierList select new InlineActionSyntax(m.IsEmpty ? h.Span : h.Span.To(m[^1].Span), h, m))(tail);
        }

        return PeekChar(reading, tail.Position) is '"' or '[' or '{' || (PeekChar(reading, tail.Position) is '\'' or '“')
            ? Fail<ItemSyntax>(reading, tail.Position, DiagnosticCatalog.UnknownStep(reading.Locate(word.Span), text, NearestName.Of(text, StepWords)))
            : Reference(input);
    };

    private static readonly Parser<StageSyntax> Stage =
        from items in Item.DelimitedBy(Sign(","))
        let list = items.ToImmutableArray()
        select new StageSyntax(list[0].Span.To(list[^1].Span), list);

    public static readonly Parser<ImmutableArray<StageSyntax>> Stages =
        Stage.DelimitedBy(Arrow).Select(stages => stages.ToImmutableArray());

    // Statements

    private static readonly Parser<NameSyntax> FirstArrow = input =>
    {
        var reading = Of(input);
        var at = Words.SkipTrivia(reading.Text, input.Position, reading.End);
        if (Words.IsArrow(reading.Text, at, reading.End)) return Arrow(input);
        var shown = reading.Locate(at, at < reading.End ? Math.Max(at + 1, Words.ValueEnd(reading.Text, at, reading.End)) : at);
        return reading.Text.AsSpan(at..reading.End).IndexOf("->") >= 0 || reading.Text.AsSpan(at..reading.End).Contains('→')
            ? Fail<NameSyntax>(reading, at, "\"->\"")
            : Fail<NameSyntax>(reading, at, DiagnosticCatalog.MissingArrow(at < reading.End ? shown : reading.Locate(TrimmedEnd(reading, at) - 1, TrimmedEnd(reading, at))));
    };

    private static readonly Parser<ImmutableArray<StageSyntax>> OnFailure =
        from on in Keyword("on")
        from failure in Keyword("failure")
        from arrow in Arrow
        from stages in Stages
        select stages;

    private static Parser<RuleSyntax> RuleBody(TextSpan start, NameSyntax? name) =>
        from trigger in Trigger
        from arrow in FirstArrow
        from stages in Stages
        from failure in OnFailure.Optional()
        let steps = failure.GetOrElse([])
        select new RuleSyntax(start.To((steps.IsEmpty ? stages : steps)[^1].Span), name, trigger, stages, steps);

    /// <summary>What follows the first word of a setting; the YAML form reads its values with the same parsers.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<StatementSyntax>>> Settings = new Dictionary<string, Func<NameSyntax, Parser<StatementSyntax>>>
    {
        ["queue"] = word =>
            from queue in Choose("\"file\", \"sqlite\" or \"redis\"", new Dictionary<string, Func<NameSyntax, Parser<NameSyntax>>>
            {
                ["file"] = Parse.Return,
                ["sqlite"] = kind => from path in Text from told in Later("queue sqlite", kind, "write: queue file") select kind,
                ["redis"] = kind =>
                    from url in TextOrEnv
                    from stream in Keyword("stream")
                    from name in Text
                    from told in Later("queue redis", kind, "write: queue file")
                    select kind,
            }.ToFrozenDictionary(StringComparer.Ordinal))
            select new QueueSyntax(word.Span.To(queue.Span), new QueueSettings()),
        ["consumer"] = word => from mode in OneWord<ConsumerMode>() select new ConsumerSyntax(word.Span, mode),
        ["durability"] = word => from durability in OneWord<Durability>() select new DurabilitySyntax(word.Span, durability),
        ["requires"] = word =>
            from client in Keyword("claude-code")
            from sign in Sign(">=")
            from version in Word("a version such as 2.1.295", Words.ValueEnd)
            select new RequiresSyntax(word.Span.To(version.Span), version),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Statements of a later version, and what to do instead.</summary>
    public static readonly FrozenDictionary<string, string> LaterStatements = new Dictionary<string, string>
    {
        ["use"] = "copy the rules of the pack into this file",
        ["pack"] = "leave it out",
        ["param"] = "use let",
        ["disable"] = "remove the rule",
        ["record"] = "leave it out",
        ["lint"] = "leave it out",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<StatementSyntax>>> Statements = new Dictionary<string, Func<NameSyntax, Parser<StatementSyntax>>>(Settings)
    {
        ["action"] = word =>
            from name in Name("the name of the action")
            from sign in Sign("=")
            from handler in Choose("\"http\", \"log\", \"notify\", \"run\", \"shell\" or \"slack\"", Handlers)
            from modifiers in ModifierList
            select new ActionSyntax(word.Span.To(modifiers.IsEmpty ? handler.Span : modifiers[^1].Span), name, handler, modifiers),
        ["let"] = word =>
            from name in Name("the name of the value")
            from sign in Sign("=")
            from value in Text
            select new LetSyntax(word.Span.To(value.Span), name, value),
        ["rule"] = word =>
            from name in Name("the name of the rule")
            from colon in Sign(":")
            from on in Keyword("on")
            from rule in RuleBody(word.Span, name)
            select rule,
        ["on"] = word => input =>
        {
            var reading = Of(input);
            var at = input.Position;
            return Peek(reading, ref at) == "failure"
                ? Fail<StatementSyntax>(reading, reading.End, DiagnosticCatalog.FailureIsReserved(reading.Locate(word.Span)))
                : RuleBody(word.Span, null)(input);
        },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<StatementSyntax> AnyStatement = input =>
    {
        var reading = Of(input);
        var at = input.Position;
        var word = Peek(reading, ref at);
        if (LaterStatements.TryGetValue(word, out var instead))
        {
            reading.Report(DiagnosticCatalog.NotSupportedYet(reading.Locate(at, at + word.Length), word, instead));
            return Result.Success(new SkippedSyntax(reading.Span(at, reading.End), word, null), reading.At(reading.End));
        }

        if (Statements.TryGetValue(word, out var tail)) return tail(new NameSyntax(reading.Span(at, at + word.Length), word))(reading.At(at + word.Length));
        var end = Math.Max(Words.ValueEnd(reading.Text, at, reading.End), Math.Min(at + 1, reading.End));
        var found = reading.Text[at..end];
        return Fail<StatementSyntax>(reading, at, DiagnosticCatalog.UnknownStatement(reading.Locate(at, end), found, NearestName.Of(found, Statements.Keys), Statements.Keys));
    };

    public static readonly Parser<StatementSyntax> Statement = Whole(AnyStatement);

    /// <summary>Every word that the parser knows; a test compares them with grammar/hookrules.ebnf.</summary>
    public static IEnumerable<string> Keywords =>
        ((IEnumerable<IEnumerable<string>>)
        [
            Statements.Keys, LaterStatements.Keys, EventAliases.Keys, Operators.Keys, LaterConditions.Keys, Modifiers.Keys, Handlers.Keys, Natives.Keys, Decisions.Keys, LaterSteps.Keys,
            FieldPath.Aliases.Keys, Enum.GetNames<ConsumerMode>().Select(Lower), Enum.GetNames<Durability>().Select(Lower),
            ["and", "or", "not", "where", "with", "without", "by", "first", "per", "turn", "backoff", "queue", "coalesce", "restart", "skip", "headers", "json", "payload", "env", "true", "false", "null",
                "file", "sqlite", "redis", "stream", "claude-code", "failure", "matcher", "off", "hint", "warning", "error", "version", "git-guard"],
        ]).SelectMany(words => words).Except(["git-guard"]).Distinct(StringComparer.Ordinal);

    /// <summary>Words that an action cannot have as its name, because a step of that name means something else.</summary>
    public static bool IsReserved(string name) => Modifiers.ContainsKey(name) || Decisions.ContainsKey(name) || LaterSteps.ContainsKey(name) || name is "on" or "failure";

    private static IEnumerable<string> StepWords => Decisions.Keys.Concat(Handlers.Keys).Concat(Natives.Keys);

    /// <summary>Nothing may follow.</summary>
    public static Parser<T> Whole<T>(Parser<T> parser) =>
        from value in parser
        from end in End
        select value;

    /// <summary>A bare word as a value: a number, <c>true</c>, <c>false</c>, <c>null</c>, <c>payload</c> or <c>env.NAME</c>; null if it is none of them.</summary>
    public static ValueSyntax? Bare(TextSpan span, string word) =>
        word == "payload" ? new PayloadSyntax(span)
        : word.StartsWith("env.", StringComparison.Ordinal) && word.Length > 4 ? new EnvSyntax(span, word[4..])
        : word == "null" ? new LiteralSyntax(span, word)
        : Literal(span, word);

    private static LiteralSyntax? Literal(TextSpan span, string word) =>
        word is "true" or "false" || IsNumber(word) ? new LiteralSyntax(span, word) : null;

    /// <summary>As JSON spells numbers.</summary>
    private static bool IsNumber(string word)
    {
        if (word.Length == 0 || !(char.IsAsciiDigit(word[0]) || (word[0] == '-' && word.Length > 1)) || !double.TryParse(word, NumberStyles.Float, CultureInfo.InvariantCulture, out _)) return false;
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
    private static Parser<ImmutableArray<T>> Many<T>(Parser<T> item) =>
        from items in item.DelimitedBy(Sign(",")).Optional()
        from comma in Sign(",").Optional()
        select items.GetOrElse([]).ToImmutableArray();

    private static Parser<ConditionSyntax> Joined(Parser<ConditionSyntax> term, string word, Func<TextSpan, ImmutableArray<ConditionSyntax>, ConditionSyntax> join) =>
        from terms in term.DelimitedBy(Keyword(word))
        let list = terms.ToImmutableArray()
        select list.Length == 1 ? list[0] : join(list[0].Span.To(list[^1].Span), list);

    private static Parser<int> Later(string feature, NameSyntax word, string instead) => input =>
    {
        var reading = Of(input);
        reading.Report(DiagnosticCatalog.NotSupportedYet(reading.Locate(word.Span), feature, instead));
        return Result.Success(0, input);
    };

    private static Parser<ModifierSyntax> LaterModifier<T>(NameSyntax word, Parser<T> tail, string instead) =>
        from rest in tail
        from told in Later(word.Text, word, instead)
        select new UnsupportedModifierSyntax(word.Span, word);

    private static Parser<T> OneWord<T>() where T : struct, Enum =>
        Choose(string.Join(" or ", Enum.GetNames<T>().Select(name => $"\"{Lower(name)}\"")),
            Enum.GetValues<T>().ToFrozenDictionary(value => Lower(value.ToString()), value => (Func<NameSyntax, Parser<T>>)(_ => Parse.Return(value)), StringComparer.Ordinal));

    private static string Lower(string name) => name.ToLowerInvariant();

    /// <summary>A built-in's name without an argument is a reference to an action of that name.</summary>
    private static bool HasArgument(string word, Reading reading, int at)
    {
        var next = PeekChar(reading, at);
        var name = Peek(reading, ref at);
        return word switch
        {
            "run" or "command" => next is '"' or '[',
            "http" => name.Length > 0 && name != "on" && !Modifiers.ContainsKey(name),
            "mcp" => Words.ValueEnd(reading.Text, at, reading.End) > at && !Modifiers.ContainsKey(name) && name != "on",
            "slack" or "notify" or "log" => next == '"' || name.StartsWith("env.", StringComparison.Ordinal),
            _ => next == '"',
        };
    }

    private static IResult<TriggerWordSyntax?> TriggerWord(Reading reading, int at, ImmutableArray<TriggerWordSyntax>.Builder before)
    {
        var text = reading.Text;
        if (text[at] == '"')
        {
            var quoted = Text(reading.At(at));
            return quoted.WasSuccessful
                ? Result.Success<TriggerWordSyntax?>(new TriggerWordSyntax(quoted.Value.Span, TriggerWordKind.Quoted, quoted.Value), quoted.Remainder)
                : Result.Failure<TriggerWordSyntax?>(quoted.Remainder, quoted.Message, quoted.Expectations);
        }

        // "/src/" behind a matcher is a folder; anywhere else an expression.
        if (text[at] == '/' && (before.Count == 0 || (before.Count == 1 && before[0].Kind == TriggerWordKind.Bare && !IsMatcher(before[0].Text.Text))))
        {
            var close = Words.RegexClose(text, at, reading.End, withFlags: false);
            if (close < 0) return Fail<TriggerWordSyntax?>(reading, at, DiagnosticCatalog.UnclosedRegex(reading.Locate(at, Math.Max(at + 1, Words.TriggerWordEnd(text, at, reading.End)))));
            return Result.Success<TriggerWordSyntax?>(new TriggerWordSyntax(reading.Span(at, close + 1), TriggerWordKind.Regex, Slice(reading, at, close + 1, 1)), reading.At(close + 1));
        }

        var end = Words.TriggerWordEnd(text, at, reading.End);
        if (end == at || text[at] == '=') return Result.Success<TriggerWordSyntax?>(null, reading.At(at));
        if (text.AsSpan(at..end) is "matcher" && PeekChar(reading, end) == '"')
        {
            var raw = Text(reading.At(end));
            if (!raw.WasSuccessful) return Result.Failure<TriggerWordSyntax?>(raw.Remainder, raw.Message, raw.Expectations);
            reading.Report(DiagnosticCatalog.NotSupportedYet(reading.Locate(at, end), "matcher", "write names joined by |, a name with *, or a /regular expression/"));
            return Result.Success<TriggerWordSyntax?>(new TriggerWordSyntax(raw.Value.Span, TriggerWordKind.Regex, new StringSyntax(raw.Value.Span, "^", raw.Value.TextStart)), raw.Remainder);
        }

        return Result.Success<TriggerWordSyntax?>(new TriggerWordSyntax(reading.Span(at, end), TriggerWordKind.Bare, Slice(reading, at, end)), reading.At(end));
    }

    private static bool IsMatcher(string word) => word.Contains('|', StringComparison.Ordinal) || word.Contains('*', StringComparison.Ordinal)
        || HookTools.IsMcp(word) || HookTools.Find(HookTools.Canonical(word)) is not null;

    private static int TrimmedEnd(Reading reading, int at)
    {
        while (at > 1 && char.IsWhiteSpace(reading.Text[at - 1])) at--;
        return at;
    }
}
