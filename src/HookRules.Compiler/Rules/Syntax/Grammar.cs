using System.Collections.Frozen;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.StepGrammar;
using static HookRules.Compiler.Rules.Syntax.Terminals;
using static HookRules.Compiler.Rules.Syntax.TriggerGrammar;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>The grammar of the text form: its statements, and the words of all its parts. grammar/hookrules.ebnf is its
/// specification.</summary>
internal static class Grammar
{
    private static Parser<ImmutableArray<NameSyntax>> RecordFields(string word) =>
        from fields in Keyword(word).Then(_ => ConditionGrammar.FieldList).Optional()
        select fields.GetOrElse([]);

    /// <summary>What becomes of a server's events when it is out of reach.</summary>
    public static readonly Parser<NameSyntax> Otherwise = Only("local");

    private static readonly Parser<NameSyntax> FirstArrow = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        if (Words.IsArrow(state.Text, at, state.End))
            return Arrow(input);
        var shown = state.Locate(at, at < state.End ? Math.Max(at + 1, Words.ValueEnd(state.Text, at, state.End)) : at);
        if (at < state.End && state.Text[at] == ',')
            return Fail<NameSyntax>(
                state,
                at,
                DiagnosticCatalog.BadMatcher(state.Locate(at, at + 1), ",", "names are joined by | and file patterns by white space")
            );
        return state.Text.AsSpan(at..state.End).IndexOf("->") >= 0 || state.Text.AsSpan(at..state.End).Contains('→')
            ? Fail<NameSyntax>(state, at, "\"->\"")
            : Fail<NameSyntax>(
                state,
                at,
                DiagnosticCatalog.MissingArrow(
                    at < state.End ? shown : state.Locate(Math.Max(0, TrimmedEnd(state, at) - 1), TrimmedEnd(state, at))
                )
            );
    };

    private static readonly Parser<StageListSyntax> OnFailure =
        from start in Keyword("on", "\"on failure\"")
        from failure in Keyword("failure")
        from arrow in Arrow
        from stages in StageList
        select stages;

    private static Parser<RuleSyntax> RuleBody(TextSpan start, NameSyntax? name) =>
        from trigger in Trigger
        from arrow in FirstArrow
        from stages in StageList
        from failure in OnFailure.Optional()
        let last = failure.GetOrDefault()
        select new RuleSyntax(start.To((last ?? stages).Span), name, trigger, stages.Stages, last?.Stages ?? []);

    public static readonly Parser<NameSyntax> ClientVersion = Word("a version such as 2.1.295", Words.ValueEnd);

    /// <summary>What follows the first word of a setting; the YAML form reads its values with the same parsers.</summary>
    public static readonly FrozenDictionary<string, Func<NameSyntax, Parser<StatementSyntax>>> Settings = new Dictionary<
        string,
        Func<NameSyntax, Parser<StatementSyntax>>
    >
    {
        ["queue"] = word =>
            from queue in Choose(
                "\"file\", \"redis\" or \"sqlite\"",
                new Dictionary<string, Func<NameSyntax, Parser<QueueSyntax>>>
                {
                    ["file"] = kind => Parse.Return(new QueueSyntax(word.Span.To(kind.Span), kind)),
                    ["sqlite"] = kind => from path in Text select new QueueSyntax(word.Span.To(path.Span), kind, path),
                    ["redis"] = kind =>
                        from url in ValueGrammar.TextOrEnv
                        from stream in Keyword("stream")
                        from name in Text
                        from otherwise in Keyword("else").Then(_ => Otherwise).Optional()
                        let local = otherwise.GetOrDefault()
                        select new QueueSyntax(word.Span.To((local ?? (SyntaxNode)name).Span), kind, url, name, local),
                }.ToFrozenDictionary(StringComparer.Ordinal)
            )
            select queue,
        ["record"] = word =>
            from mode in Choose(
                "\"off\" or \"on\"",
                new Dictionary<string, Func<NameSyntax, Parser<NameSyntax>>>
                {
                    ["on"] = Parse.Return,
                    ["off"] = Parse.Return,
                }.ToFrozenDictionary(StringComparer.Ordinal)
            )
            from with in RecordFields("with")
            from without in RecordFields("without")
            select new RecordSyntax(word.Span.To(((NameSyntax[])[mode, .. with, .. without])[^1].Span), mode, with, without),
        ["consumer"] = word => from mode in OneWord<ConsumerMode>() select new ConsumerSyntax(word.Span, mode),
        ["feedback"] = word => from mode in Only("wake") select new FeedbackSyntax(word.Span.To(mode.Span), mode),
        ["install"] = word => from command in Text select new InstallSyntax(word.Span.To(command.Span), command),
        ["durability"] = word => from durability in OneWord<Durability>() select new DurabilitySyntax(word.Span, durability),
        ["requires"] = word =>
            from client in Keyword("claude-code")
            from sign in Sign(">=")
            from version in ClientVersion
            select new RequiresSyntax(word.Span.To(version.Span), version),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly FrozenSet<string> Levels = FrozenSet.Create(StringComparer.Ordinal, "off", "hint", "warning", "error");

    public static readonly Parser<NameSyntax> LintCode = Name("the code of a finding such as HR2004");

    public static readonly Parser<NameSyntax> LintLevel = Choose(
        DiagnosticCatalog.OneOf(Levels),
        Levels.ToFrozenDictionary(level => level, _ => (Func<NameSyntax, Parser<NameSyntax>>)Parse.Return, StringComparer.Ordinal)
    );

    public static readonly Parser<LintSyntax> LintLine =
        from code in LintCode
        from level in LintLevel
        select new LintSyntax(code.Span.To(level.Span), code, level);

    /// <summary>What an action does, and how.</summary>
    public static readonly Parser<ActionBodySyntax> ActionBody =
        from handler in Choose(DiagnosticCatalog.OneOf(Handlers.Keys), Handlers)
        from modifiers in ModifierGrammar.ModifierList
        select new ActionBodySyntax(modifiers.IsEmpty ? handler.Span : handler.Span.To(modifiers[^1].Span), handler, modifiers);

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<RuleSyntax>>> Rules = new Dictionary<
        string,
        Func<NameSyntax, Parser<RuleSyntax>>
    >
    {
        ["rule"] = word =>
            from name in Name("the name of the rule")
            from colon in Sign(":")
            from start in Keyword("on")
            from rule in RuleBody(word.Span, name)
            select rule,
        ["on"] = word =>
            input =>
            {
                var state = Of(input);
                var at = input.Position;
                return Peek(state, ref at) == "failure"
                    ? Fail<RuleSyntax>(state, state.End, DiagnosticCatalog.FailureIsReserved(state.Locate(word.Span)))
                    : RuleBody(word.Span, null)(input);
            },
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static readonly Parser<RuleSyntax> Rule = Choose("\"on\" or \"rule\"", Rules);

    private static readonly Parser<ValueSyntax> LetValue = input =>
        PeekChar(Of(input), input.Position) == '[' ? ValueGrammar.List(input) : Text(input);

    private static readonly FrozenDictionary<string, Func<NameSyntax, Parser<StatementSyntax>>> Statements = new Dictionary<
        string,
        Func<NameSyntax, Parser<StatementSyntax>>
    >(Settings.Concat(PackGrammar.Statements))
    {
        ["action"] = word =>
            from name in Name("the name of the action")
            from sign in Sign("=")
            from body in ActionBody
            select new ActionSyntax(word.Span.To(body.Span), name, body.Handler, body.Modifiers),
        ["let"] = word =>
            from name in Name("the name of the value")
            from sign in Sign("=")
            from value in LetValue
            select new LetSyntax(word.Span.To(value.Span), name, value),
        ["lint"] = word => LintLine.Select(lint => lint with { Span = word.Span.To(lint.Span) }),
        ["rule"] = word => Rules["rule"](word),
        ["on"] = word => Rules["on"](word),
    }.ToFrozenDictionary(StringComparer.Ordinal);

    private static readonly Parser<StatementSyntax> AnyStatement = input =>
    {
        var state = Of(input);
        var at = input.Position;
        var word = Peek(state, ref at);
        if (Statements.TryGetValue(word, out var tail))
            return tail(new NameSyntax(state.Span(at, at + word.Length), word))(state.At(at + word.Length));
        var end = Math.Max(Words.ValueEnd(state.Text, at, state.End), Math.Min(at + 1, state.End));
        var found = state.Text[at..end];
        return Fail<StatementSyntax>(
            state,
            at,
            DiagnosticCatalog.UnknownStatement(
                state.Locate(at, end),
                found,
                NearestName.Find(found, Statements.Keys),
                Statements.Keys,
                isTrigger: EventAliases.Find(found) is not null || found.Split('|').All(name => HookTools.Find(name) is not null)
            )
        );
    };

    public static readonly Parser<StatementSyntax> Statement = Whole(AnyStatement);

    /// <summary>Every word that the parser knows; a test compares them with grammar/hookrules.ebnf.</summary>
    public static IEnumerable<string> Keywords =>
        (
            (IEnumerable<IEnumerable<string>>)
                [
                    Statements.Keys,
                    PackGrammar.Types.Keys,
                    EventAliases.All.Keys,
                    ConditionGrammar.Operators.Keys,
                    ConditionGrammar.ShellConditions.Keys,
                    ModifierGrammar.Modifiers.Keys,
                    Handlers.Keys,
                    Natives.Keys,
                    Decisions.Keys,
                    Answers.Keys,
                    FieldPath.Aliases.Keys,
                    NamesOf<ConsumerMode>(),
                    NamesOf<Durability>(),
                    Levels,
                    SmallWords,
                ]
        )
            .SelectMany(words => words)
            .Distinct(StringComparer.Ordinal);

    /// <summary>Words that stand inside a statement, condition or step.</summary>
    private static readonly string[] SmallWords =
    [
        "and",
        "or",
        "not",
        "where",
        "with",
        "without",
        "outside",
        "into",
        "by",
        "first",
        "per",
        "turn",
        "wake",
        "backoff",
        "max",
        "sound",
        "queue",
        "coalesce",
        "restart",
        "skip",
        "headers",
        "json",
        "payload",
        "env",
        "true",
        "false",
        "null",
        "file",
        "sqlite",
        "redis",
        "stream",
        "else",
        "local",
        "claude-code",
        "failure",
        "matcher",
        "version",
        "off",
    ];

    private static Parser<NameSyntax> Only(string word) =>
        Choose(
            $"\"{word}\"",
            new Dictionary<string, Func<NameSyntax, Parser<NameSyntax>>> { [word] = Parse.Return }.ToFrozenDictionary(
                StringComparer.Ordinal
            )
        );

    private static Parser<T> OneWord<T>()
        where T : struct, Enum =>
        Choose(
            DiagnosticCatalog.OneOf(NamesOf<T>()),
            Enum.GetValues<T>()
                .ToFrozenDictionary(
                    value => value.ToString().ToLowerInvariant(),
                    value => (Func<NameSyntax, Parser<T>>)(_ => Parse.Return(value)),
                    StringComparer.Ordinal
                )
        );

    private static IEnumerable<string> NamesOf<T>()
        where T : struct, Enum => Enum.GetNames<T>().Select(name => name.ToLowerInvariant());

    private static int TrimmedEnd(ParseState state, int at)
    {
        while (at > 1 && char.IsWhiteSpace(state.Text[at - 1]))
            at--;
        return at;
    }
}
