using System.Collections.Frozen;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.ConditionGrammar;
using static HookRules.Compiler.Rules.Syntax.ModifierGrammar;
using static HookRules.Compiler.Rules.Syntax.Terminals;
using static HookRules.Compiler.Rules.Syntax.ValueGrammar;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Steps: decisions, actions and native handlers, side by side and in stages.</summary>
internal static class StepGrammar
{
    private static readonly Parser<NameSyntax> Method = Word(
        "a method such as POST",
        static (text, at, end) => Words.NameEnd(text, at, end) is var to && text.AsSpan(at..to).ContainsAnyExceptInRange('A', 'Z') ? at : to
    );

    private static readonly Parser<ValueSyntax> Url = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        if (at < state.End && state.Text[at] == '"')
            return Text(input);
        var end = Words.UrlEnd(state.Text, at, state.End);
        var word = state.Text[at..end];
        return ConstantOf(state.Span(at, end), word) is { } constant ? Result.Success(constant, state.At(end))
            : word.StartsWith("env.", StringComparison.Ordinal)
                ? Result.Success<ValueSyntax>(new EnvSyntax(state.Span(at, end), word[4..]), state.At(end))
            : word.Contains("://", StringComparison.Ordinal) ? Result.Success(Slice(state, at, end), state.At(end))
            : Fail<ValueSyntax>(state, at, "a URL or env.NAME");
    };

    private static readonly Parser<ValueSyntax> TextOrList = input =>
        PeekChar(Of(input), input.Position) == '[' ? Nested(() => List)(input) : Text(input);

    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<HandlerSyntax>>> Handlers = new Dictionary<
        string,
        Func<NameSyntax, Parser<HandlerSyntax>>
    >
    {
        ["run"] = word => from command in TextOrList.Or(Constant) select new RunSyntax(word.Span.To(command.Span), word, command),
        ["shell"] = word => from script in Text select new ShellSyntax(word.Span.To(script.Span), word, script),
        ["http"] = word =>
            from method in Method
            from url in Url
            from first in Headers
            from body in Keyword("json").Then(_ => Value).Optional()
            from headers in first is null && body.IsDefined ? Headers : Parse.Return(first)
            let parts = new[] { url, headers, body.GetOrDefault() }
            select new HttpSyntax(
                word.Span.To(parts.OfType<ValueSyntax>().MaxBy(part => part.Span.End)!.Span),
                word,
                method,
                url,
                headers,
                body.GetOrDefault()
            ),
        ["slack"] = word =>
            from first in TextOrEnv
            from second in (first is EnvSyntax ? Text.Select(text => (ValueSyntax)text) : Nothing).Optional()
            let text = second.GetOrDefault()
            select text is null
                ? new MessageSyntax(word.Span.To(first.Span), word, first)
                : new MessageSyntax(word.Span.To(text.Span), word, text) { Webhook = (EnvSyntax)first },
        ["notify"] = word =>
            from text in TextOrEnv
            from sound in Keyword("sound").Optional()
            select new MessageSyntax(word.Span.To(sound.GetOrDefault()?.Span ?? text.Span), word, text) { Sound = sound.IsDefined },
        ["log"] = word =>
            from file in TextOrEnv
            from line in Text.Optional()
            let text = line.GetOrDefault()
            select new MessageSyntax(word.Span.To((text ?? file).Span), word, file) { Line = text },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Parser<MapSyntax?> Headers =>
        Keyword("headers").Then(_ => Nested(() => Map)).Optional().Select(map => map.GetOrDefault());

    private static readonly Parser<ValueSyntax> Nothing = input => Result.Failure<ValueSyntax>(input, "nothing", []);

    private static readonly Parser<MapSyntax?> With = Keyword("with")
        .Then(_ => Nested(() => Map))
        .Optional()
        .Select(map => map.GetOrDefault());

    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ItemSyntax>>> Natives = new Dictionary<
        string,
        Func<NameSyntax, Parser<ItemSyntax>>
    >
    {
        ["prompt"] = word => Native(word, Text),
        ["agent"] = word => Native(word, Text),
        ["command"] = word => Native(word, TextOrList),
        ["webhook"] = word => Native(word, Text),
        ["mcp"] = word =>
            from tool in Text.Or(
                Word("SERVER.TOOL", Words.ValueEnd).Select(tool => new StringSyntax(tool.Span, tool.Text, tool.Span.Start))
            )
            from input in (
                (Parser<MapSyntax>)(
                    i => PeekChar(Of(i), i.Position) == '{' ? Nested(() => Map)(i) : Fail<MapSyntax>(Of(i), i.Position, "\"{\"")
                )
            ).Optional()
            from with in With
            select new NativeSyntax(
                word.Span.To((with ?? input.GetOrDefault() ?? (ValueSyntax)tool).Span),
                word,
                tool,
                input.GetOrDefault(),
                with
            ),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static Parser<ItemSyntax> Native(NameSyntax word, Parser<ValueSyntax> subject) =>
        from value in subject
        from with in With
        select new NativeSyntax(word.Span.To((with ?? value).Span), word, value, null, with);

    /// <summary>Decisions whose reason may be left out.</summary>
    public static readonly FrozenSet<string> WithoutText = FrozenSet.Create(StringComparer.Ordinal, "allow", "defer");

    public static readonly FrozenDictionary<string, DecisionKind> Decisions = DecisionWords
        .All.ToArray()
        .ToFrozenDictionary(word => word.Name, word => word.Value, StringComparer.Ordinal);

    /// <summary>What else the hook process can tell Claude Code.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<ItemSyntax>>> Answers = new Dictionary<
        string,
        Func<NameSyntax, Parser<ItemSyntax>>
    >
    {
        ["set"] = word =>
            from field in Field
            from replaced in Text.Optional()
            from sign in Sign("=")
            from value in Value
            select new SetSyntax(
                word.Span.To(value.Span),
                word,
                [new MemberSyntax(field.Span.To(value.Span), field, value)],
                replaced.GetOrDefault()
            ),
        ["reply"] = word => from fields in Nested(() => Map) select new ReplySyntax(word.Span.To(fields.Span), word, fields),
        ["await"] = word =>
            from first in Name("the name of an action")
            from others in AwaitedName.Many()
            from modifiers in ModifierList
            let last = modifiers.Length > 0 ? modifiers[^1].Span : others.Select(name => name.Span).LastOrDefault(first.Span)
            select new AwaitSyntax(word.Span.To(last), word, [first, .. others], modifiers),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    /// <summary>Behind <c>await</c> every name is one that it waits for, up to a word that begins something else.</summary>
    private static Parser<NameSyntax> AwaitedName =>
        input =>
        {
            var state = Of(input);
            var comma = Sign(",")(input);
            if (!comma.WasSuccessful)
                return Result.Failure<NameSyntax>(comma.Remainder, comma.Message, comma.Expectations);
            var at = comma.Remainder.Position;
            var word = Peek(state, ref at);
            return word.Length == 0 || IsReserved(word) || HasArgument(word, state, at + word.Length)
                ? Result.Failure<NameSyntax>(input, "no name", [])
                : Name("the name of an action")(comma.Remainder);
        };

    private static readonly Parser<ItemSyntax> Reference =
        from name in Name("the name of an action")
        from modifiers in ModifierList
        select new ReferenceSyntax(modifiers.IsEmpty ? name.Span : name.Span.To(modifiers[^1].Span), name, modifiers);

    private static Parser<ItemSyntax> Decision(NameSyntax word) =>
        input =>
            WithoutText.Contains(word.Text) && PeekChar(Of(input), input.Position) != '"'
                ? Result.Success(new DecisionSyntax(word.Span, word, Decisions[word.Text], null), input)
                : (from text in Text select new DecisionSyntax(word.Span.To(text.Span), word, Decisions[word.Text], text))(input);

    public static readonly Parser<ItemSyntax> Item = input =>
    {
        var state = Of(input);
        var at = input.Position;
        var text = Peek(state, ref at);
        if (text.Length == 0)
            return BareCommand.At(state.Text, at, state.End) is { } path
                ? Fail<ItemSyntax>(state, at, DiagnosticCatalog.BareCommand(state.Locate(at, at + path.Length), path))
                : Fail<ItemSyntax>(state, at, "a step");
        var word = new NameSyntax(state.Span(at, at + text.Length), text);
        var tail = state.At(at + text.Length);

        if (Modifiers.TryGetValue(text, out var modifier))
            return modifier(word)(tail);
        if (Decisions.ContainsKey(text))
            return Decision(word)(tail);
        if (Answers.TryGetValue(text, out var answer))
            return answer(word)(tail);
        if (HasArgument(text, state, tail.Position))
        {
            if (Natives.TryGetValue(text, out var native))
                return native(word)(tail);
            if (Handlers.TryGetValue(text, out var handler))
                return (
                    from h in handler(word)
                    from m in ModifierList
                    select new InlineActionSyntax(m.IsEmpty ? h.Span : h.Span.To(m[^1].Span), h, m)
                )(tail);
        }

        // Whoever writes more behind the word of a step than its modifiers means the step.
        if (NeedsArgument(text))
        {
            var next = tail.Position;
            var argument = Peek(state, ref next);
            if (
                next < state.End
                && state.Text[next] != ','
                && !Words.IsArrow(state.Text, next, state.End)
                && argument != "on"
                && !Modifiers.ContainsKey(argument)
                && NearestName.Find(argument, Modifiers.Keys) is null
            )
                return Natives.TryGetValue(text, out var native)
                    ? native(word)(tail)
                    : Handlers[text](word).Select(handler => (ItemSyntax)new InlineActionSyntax(handler.Span, handler, []))(tail);
        }

        return PeekChar(state, tail.Position) is '"' or '[' or '{' or '\'' or '“'
                ? Fail<ItemSyntax>(
                    state,
                    tail.Position,
                    DiagnosticCatalog.UnknownStep(state.Locate(word.Span), text, NearestName.Find(text, StepWords))
                )
            : BareCommand.At(state.Text, at, state.End) is { } line
                ? Fail<ItemSyntax>(state, at, DiagnosticCatalog.BareCommand(state.Locate(at, at + line.Length), line))
            : Reference(input);
    };

    private static readonly Parser<StageSyntax> Stage =
        from items in Item.DelimitedBy(Sign(","))
        let list = items.ToImmutableArray()
        select new StageSyntax(list[0].Span.To(list[^1].Span), list);

    public static readonly Parser<StageListSyntax> StageList =
        from stages in Stage.DelimitedBy(Arrow)
        let list = stages.ToImmutableArray()
        select new StageListSyntax(list[0].Span.To(list[^1].Span), list);

    /// <summary>A built-in's name without an argument is a reference to an action of that name.</summary>
    private static bool HasArgument(string word, ParseState state, int at)
    {
        var next = PeekChar(state, at);
        var name = Peek(state, ref at);
        return word switch
        {
            "run" => next is '"' or '[' or '$',
            "command" => next is '"' or '[',
            "http" => name.Length > 0 && name != "on" && !Modifiers.ContainsKey(name),
            "mcp" => next == '"' || Words.ValueEnd(state.Text, at, state.End) > at && !Modifiers.ContainsKey(name) && name != "on",
            "slack" or "notify" or "log" => next is '"' or '$' || name.StartsWith("env.", StringComparison.Ordinal),
            _ => next == '"',
        };
    }

    /// <summary>Words that an action cannot have as its name, because a step of that name means something else.</summary>
    public static bool IsReserved(string name) =>
        Modifiers.ContainsKey(name) || Decisions.ContainsKey(name) || Answers.ContainsKey(name) || name is "on" or "failure";

    /// <summary>Words that need something behind them to be a step.</summary>
    public static bool NeedsArgument(string name) => Handlers.ContainsKey(name) || Natives.ContainsKey(name);

    private static IEnumerable<string> StepWords => Decisions.Keys.Concat(Handlers.Keys).Concat(Natives.Keys);
}
