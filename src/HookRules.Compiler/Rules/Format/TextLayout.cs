using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Format;

/// <summary>The text form: one short layout for each kind of node.</summary>
/// <param name="comments">Null where there is no place for comments, as in a line of the YAML form.</param>
internal sealed class TextLayout(AttachedComments? comments)
{
    public const int Width = 120;

    private const string LongQuote = Syntax.Words.LongQuote;

    private static readonly TextLayout Bare = new(null);

    /// <summary>On one line, without comments.</summary>
    public static string Line(Func<TextLayout, Doc> layout) => DocPrinter.PrintFlat(layout(Bare));

    /// <param name="column">How wide the name of an action is made, so that those of its neighbours end alike.</param>
    public Doc Statement(StatementSyntax statement, int column = 0) =>
        statement switch
        {
            ActionSyntax action => Doc.Of($"action {action.Name.Text.PadRight(column)} = ", Body(action.Handler, action.Modifiers)),
            LetSyntax { Value: StringSyntax text } let => $"let {let.Name.Text} = {Quote(text.Text)}",
            LetSyntax let => Doc.Of($"let {let.Name.Text} = ", Value(let.Value)),
            RuleSyntax rule => Rule(rule),
            QueueSyntax queue => Queue(queue),
            RecordSyntax record => Record(record),
            ConsumerSyntax consumer => $"consumer {Lower(consumer.Mode)}",
            FeedbackSyntax feedback => $"feedback {feedback.Mode.Text}",
            InstallSyntax install => $"install {Quote(install.Command.Text)}",
            DurabilitySyntax durability => $"durability {Lower(durability.Durability)}",
            RequiresSyntax requires => $"requires claude-code >= {requires.Version.Text}",
            PackSyntax pack => $"pack {pack.Name.Text} version {Quote(pack.Version.Text)}",
            ParamSyntax { Default: { } value } param => Doc.Of($"param {param.Name.Text}: {param.Type.Text} = ", Value(value)),
            ParamSyntax param => $"param {param.Name.Text}: {param.Type.Text}",
            UseSyntax use => Use(use),
            DisableSyntax disable => $"disable {disable.Rule.Text}",
            LintSyntax lint => $"lint {lint.Code.Text} {lint.Level.Text}",
            _ => throw new InvalidOperationException($"unknown statement {statement.GetType().Name}"),
        };

    private Doc Use(UseSyntax use)
    {
        var alias = use.Alias is { } name ? $" as {name.Text}" : "";
        return use.With is not { } with
            ? $"use {Reference(use.Reference.Text)}{alias}"
            : Doc.Of(
                $"use {Reference(use.Reference.Text)} with ",
                Braces(with.Members, member => Doc.Of($"{member.Key.Text} = ", Value(member.Value))),
                alias
            );
    }

    // A path is a text; the name of a bundled pack and an address are words, unless a sign in them would end the word.
    private static string Reference(string text) =>
        (text.StartsWith("std/", StringComparison.Ordinal) || text.StartsWith("git+", StringComparison.Ordinal))
        && Syntax.Words.ValueEnd(text, 0, text.Length) == text.Length
            ? text
            : Quote(text);

    private Doc Rule(RuleSyntax rule)
    {
        var span = StatementParts.Words(rule.Trigger);
        var stages = Arranged(rule.Stages);
        Doc failure = rule.OnFailure.IsEmpty ? Doc.Empty : Doc.Of(Doc.Hard, Doc.Grouped(FailureList(rule.OnFailure)));
        if (rule.Name is not { } name)
            return Doc.Of(
                Doc.Grouped(
                    $"on {TriggerWords(rule.Trigger)}".TrimEnd(),
                    span is { } words ? Behind(words) : Doc.Empty,
                    Doc.Indented(Where(rule.Trigger), Doc.Of(Doc.Space, StageList(stages, Doc.Space)))
                ),
                Doc.Indented(failure)
            );
        Doc trigger = $"on {TriggerWords(rule.Trigger)}".TrimEnd();
        var head = Doc.Grouped(span is { } part ? With(part, () => trigger) : trigger, Where(rule.Trigger));
        return Doc.Of(
            $"rule {name.Text}:",
            Behind(name.Span),
            Doc.Indented(Doc.Hard, head, Doc.Hard, Doc.Grouped(StageList(stages, Doc.Space)), failure)
        );
    }

    private Doc Where(TriggerSyntax trigger) =>
        trigger.Where is { } where ? Doc.Of(Doc.Space, With(where.Span, () => $"where {Condition(where)}")) : Doc.Empty;

    public static string TriggerWords(TriggerSyntax trigger) => string.Join(' ', trigger.Words.Select(Word));

    private static string Word(TriggerWordSyntax word) =>
        word.Kind switch
        {
            // Behind white space # would begin a comment.
            TriggerWordKind.Bare when word.Text.Text.StartsWith('#') => Quote(word.Text.Text),
            TriggerWordKind.Bare => word.Text.Text,
            TriggerWordKind.Quoted => Quote(word.Text.Text),
            TriggerWordKind.Regex => $"/{word.Text.Text}/",
            TriggerWordKind.Raw => $"matcher {Quote(word.Text.Text)}",
            _ => throw new InvalidOperationException($"unknown kind {word.Kind}"),
        };

    /// <summary>Modifiers that bind the whole rule stand last; a stage of nothing else stays as it is.</summary>
    public static ImmutableArray<StageSyntax> Arranged(ImmutableArray<StageSyntax> stages)
    {
        if (stages.Any(stage => stage.Items.All(item => item is ModifierSyntax)))
            return stages;
        var modifiers = stages.SelectMany(stage => stage.Items).Where(item => item is ModifierSyntax).ToArray();
        if (modifiers.Length == 0)
            return stages;
        var rest = stages.Select(stage => stage with { Items = stage.Items.RemoveAll(item => item is ModifierSyntax) }).ToArray();
        rest[^1] = rest[^1] with { Items = rest[^1].Items.AddRange(modifiers) };
        return [.. rest];
    }

    private Doc StageList(ImmutableArray<StageSyntax> stages, Doc between) =>
        Doc.Join(between, stages.Select(stage => With(stage.Span, () => Doc.Of("-> ", Stage(stage)))));

    // What stands above "on failure" is said about its first stage.
    private Doc FailureList(ImmutableArray<StageSyntax> stages) =>
        Doc.Indented([
            .. stages.Select(
                (stage, i) =>
                    i == 0
                        ? With(stage.Span, () => Doc.Of("on failure -> ", Stage(stage)))
                        : Doc.Of(Doc.Space, With(stage.Span, () => Doc.Of("-> ", Stage(stage))))
            ),
        ]);

    public Doc Stage(StageSyntax stage) =>
        Doc.Grouped(Doc.Indented(Doc.Join(Doc.Of(",", Doc.Space), stage.Items.Select(item => With(item.Span, () => Item(item))))));

    public Doc Item(ItemSyntax item) =>
        item switch
        {
            DecisionSyntax { Text: { } text } decision => Doc.Of($"{decision.Word.Text} ", Text(text.Text)),
            DecisionSyntax decision => decision.Word.Text,
            SetSyntax { Replaced: { } replaced } set => Doc.Of(
                $"set {set.Changes[0].Key.Text} {Quote(replaced.Text)} = ",
                Value(set.Changes[0].Value)
            ),
            // The YAML form sets several fields at once, the text form one a step.
            SetSyntax set => Doc.Join(
                Doc.Of(",", Doc.Space),
                set.Changes.Select(change => With(change.Span, () => Doc.Of($"set {change.Key.Text} = ", Value(change.Value))))
            ),
            ReplySyntax reply => Doc.Of("reply ", Value(reply.Fields)),
            AwaitSyntax step => Doc.Of($"await {string.Join(", ", step.Actions.Select(name => name.Text))}", Modifiers(step.Modifiers)),
            ReferenceSyntax reference => Doc.Of(reference.Action.Text, Modifiers(reference.Modifiers)),
            InlineActionSyntax action => Body(action.Handler, action.Modifiers),
            NativeSyntax native => Native(native),
            VariablesSyntax variables => Doc.Of("env ", Value(variables.Variables)),
            ModifierSyntax modifier => $"{modifier.Word.Text}{Argument(modifier) switch { "" => "", var argument => $" {argument}" }}",
            _ => throw new InvalidOperationException($"unknown step {item.GetType().Name}"),
        };

    private Doc Native(NativeSyntax native)
    {
        var subject =
            native is { Word.Text: "mcp", Subject: StringSyntax { Text: [not '#', ..] tool } }
            && Syntax.Words.ValueEnd(tool, 0, tool.Length) == tool.Length
                ? tool
                : Value(native.Subject);
        var input = native.Input is { } map ? Doc.Of(" ", Value(map)) : Doc.Empty;
        return Doc.Of($"{native.Word.Text} ", subject, input, native.Fields is { } fields ? Doc.Of(" with ", Value(fields)) : Doc.Empty);
    }

    public Doc Body(HandlerSyntax handler, ImmutableArray<ModifierSyntax> modifiers) => Doc.Of(Handler(handler), Modifiers(modifiers));

    private Doc Modifiers(ImmutableArray<ModifierSyntax> modifiers) =>
        modifiers.IsEmpty
            ? Doc.Empty
            : Doc.Grouped(Doc.Indented([.. modifiers.Select(modifier => Doc.Of(Doc.Space, With(modifier.Span, () => Item(modifier))))]));

    public Doc Handler(HandlerSyntax handler) =>
        handler switch
        {
            RunSyntax run => Doc.Of("run ", Value(run.Command)),
            ShellSyntax shell => Doc.Of("shell ", Text(shell.Script.Text)),
            HttpSyntax http => Doc.Of(
                $"http {http.Method.Text} ",
                Value(http.Url),
                http.Headers is { } headers ? Doc.Of(" headers ", Value(headers)) : Doc.Empty,
                http.Body is { } body ? Doc.Of(" json ", Value(body)) : Doc.Empty
            ),
            MessageSyntax message => Doc.Of(
                $"{message.Word.Text} ",
                message.Webhook is { } webhook ? Doc.Of(Value(webhook), " ") : Doc.Empty,
                Value(message.Text),
                message.Line is { } line ? Doc.Of(" ", Value(line)) : Doc.Empty,
                message.Sound ? " sound" : Doc.Empty
            ),
            _ => throw new InvalidOperationException($"unknown handler {handler.GetType().Name}"),
        };

    /// <summary>What stands behind the word of a modifier; the YAML form has it as the value.</summary>
    public static string Argument(ModifierSyntax modifier) =>
        modifier switch
        {
            DedupSyntax dedup => $"{Length(dedup.Length)}{(dedup.First ? " first" : "")}{By(dedup.By)}",
            DebounceSyntax debounce =>
                $"{Length(debounce.Length)}{(debounce.Most is { } most ? $" max {Length(most)}" : "")}{By(debounce.By)}",
            FolderSyntax folder => Scalar(folder.Folder),
            ThrottleSyntax throttle => $"{Times(throttle.Count)} per {Length(throttle.Length)}",
            BatchSyntax batch => batch.Length is { } length ? Length(length) : "turn",
            BusySyntax busy => Lower(busy.Mode),
            TimeoutSyntax timeout => Length(timeout.Length),
            CountModifierSyntax count => Times(count.Count),
            RetrySyntax retry => $"{Times(retry.Count)}{(retry.Backoff is { } backoff ? $" backoff {Length(backoff)}" : "")}",
            NameModifierSyntax name => name.Name.Text,
            FlagSyntax => "",
            _ => throw new InvalidOperationException($"unknown modifier {modifier.GetType().Name}"),
        };

    private static string Length(DurationSyntax duration) =>
        duration.Constant is { } constant ? $"${constant.Name}" : Durations.Format(duration.Value);

    private static string Times(CountSyntax count) =>
        count.Constant is { } constant ? $"${constant.Name}" : count.Value.ToString(CultureInfo.InvariantCulture);

    private static string By(ImmutableArray<NameSyntax> fields) =>
        fields switch
        {
            [] => "",
            [var one] => $" by {one.Text}",
            _ => $" by ({string.Join(", ", fields.Select(field => field.Text))})",
        };

    private static string Queue(QueueSyntax queue)
    {
        var place = queue.Place is { } at ? $" {Scalar(at)}" : "";
        var stream = queue.Stream is { } name ? $" stream {Quote(name.Text)}" : "";
        var otherwise = queue.Otherwise is { } local ? $" else {local.Text}" : "";
        return $"queue {queue.Kind.Text}{place}{stream}{otherwise}";
    }

    private static string Record(RecordSyntax record)
    {
        return $"record {record.Mode.Text}{Fields("with", record.With)}{Fields("without", record.Without)}";

        static string Fields(string word, ImmutableArray<NameSyntax> fields) =>
            fields.IsEmpty ? "" : $" {word} ({string.Join(", ", fields.Select(field => field.Text))})";
    }

    private static string Runs(RunsSyntax runs)
    {
        var commands = runs.Commands.Words is [{ IsQuoted: true } only] ? $" {Quote(only.Text.Text)}" : Words(" ", runs.Commands);
        var with = $"{Words(" with ", runs.With)}{Words(" with env ", runs.Variables)}";
        var arguments = $"{with}{Words(" without ", runs.Without)}{Words(" outside ", runs.Outside)}";
        return $"{runs.Word.Text}{commands}{arguments}";
    }

    public static string Condition(ConditionSyntax condition) =>
        condition switch
        {
            AllSyntax all => string.Join(
                " and ",
                all.Terms.Select(term => term is AllSyntax or AnySyntax ? $"({Condition(term)})" : Condition(term))
            ),
            AnySyntax any => string.Join(" or ", any.Terms.Select(term => term is AnySyntax ? $"({Condition(term)})" : Condition(term))),
            NotSyntax { Term: ConstantConditionSyntax or ExistsSyntax or NotSyntax or OpaqueSyntax or ForkBombSyntax } not =>
                $"not {Condition(not.Term)}",
            NotSyntax not => $"not ({Condition(not.Term)})",
            ConstantConditionSyntax constant => Scalar(constant.Constant),
            ExistsSyntax exists => $"{exists.Field.Text} exists",
            CompareSyntax { Operator: CompareOperator.In } membership =>
                $"{membership.Field.Text} in ({string.Join(", ", membership.Values.Select(Scalar))})",
            CompareSyntax compare => $"{compare.Field.Text} {compare.Sign.Text} {Scalar(compare.Values[0])}",
            MatchesSyntax { Regex.Constant: { } constant } matches => $"{matches.Field.Text} matches ${constant.Name}",
            MatchesSyntax matches => $"{matches.Field.Text} matches /{matches.Regex.Source.Text}/{matches.Regex.Flags}",
            RunsSyntax runs => Runs(runs),
            TouchesSyntax touches => $"{touches.Word.Text}{Words(" ", touches.Files)}",
            PipesSyntax pipes => $"pipes{Words(" ", pipes.From)}{Words(" into ", pipes.Into)}",
            OpaqueSyntax or ForkBombSyntax => ((ShellConditionSyntax)condition).Word.Text,
            InGlobSyntax glob => $"{glob.Field.Text} glob {Scalar(glob.Glob)}",
            _ => throw new InvalidOperationException($"unknown condition {condition.GetType().Name}"),
        };

    private static string Words(string word, WordsSyntax? words) =>
        words is null ? "" : $"{word}({string.Join(", ", words.Words.Select(Word))})";

    private static string Word(WordSyntax word) =>
        word.Regex is { } regex ? $"/{regex.Source.Text}/{regex.Flags}"
        : word.IsQuoted ? Quote(word.Text.Text)
        : word.Text.Text;

    private static string Scalar(ValueSyntax value) =>
        value switch
        {
            StringSyntax text => Quote(text.Text),
            EnvSyntax env => $"env.{env.Name}",
            PayloadSyntax => "payload",
            ConstantSyntax constant => $"${constant.Name}",
            DurationValueSyntax duration => duration.Text,
            LiteralSyntax literal => literal.Json,
            _ => throw new InvalidOperationException($"unknown value {value.GetType().Name}"),
        };

    public Doc Value(ValueSyntax value) =>
        value switch
        {
            ListSyntax { Items.IsEmpty: true } => "[]",
            ListSyntax list => Doc.Grouped(
                "[",
                Doc.Indented(Doc.Soft, Doc.Join(Doc.Of(",", Doc.Space), list.Items.Select(item => With(item.Span, () => Value(item))))),
                Doc.Soft,
                "]"
            ),
            MapSyntax map => Braces(map.Members, member => Doc.Of($"{Key(member.Key)}: ", Value(member.Value))),
            StringSyntax text => Text(text.Text),
            _ => Scalar(value),
        };

    private Doc Braces(ImmutableArray<MemberSyntax> members, Func<MemberSyntax, Doc> layout) =>
        members.IsEmpty
            ? "{}"
            : Doc.Grouped(
                "{",
                Doc.Indented(
                    Doc.Space,
                    Doc.Join(Doc.Of(",", Doc.Space), members.Select(member => With(member.Span, () => layout(member))))
                ),
                Doc.Space,
                "}"
            );

    /// <summary>A text of several lines stands between triple quotes, where these keep it.</summary>
    private Doc Text(string text)
    {
        var lines = text.Split('\n');
        var isLong =
            comments is not null
            && lines.Length > 1
            && text.Trim('\n').Contains('\n', StringComparison.Ordinal)
            && !text.Contains(LongQuote, StringComparison.Ordinal)
            && lines.Any(line => line.Length > 0 && !char.IsWhiteSpace(line[0]))
            && lines.All(line => line.Length == 0 || !char.IsWhiteSpace(line[^1]))
            && !text.Any(c => c is not ('\n' or '\t') && (char.IsControl(c) || c is '\u2028' or '\u2029'));
        if (!isLong)
            return Quote(text);
        return Doc.Of(LongQuote, Doc.Indented([.. lines.Select(line => Doc.Of(Doc.Hard, line))]), Doc.Hard, LongQuote);
    }

    // Quotes around a key are the author's: in "with" they pass a field on that no handler is known to have.
    private static string Key(NameSyntax key) =>
        !IsQuoted(key) && key.Text.Length > 0 && key.Text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '$')
            ? key.Text
            : Quote(key.Text);

    public static bool IsQuoted(NameSyntax key) => key.Span.Length > key.Text.Length;

    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' => quoted.Append(CultureInfo.InvariantCulture, $"\\u{{{(int)c:X}}}"),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }

    private static string Lower<T>(T value)
        where T : struct, Enum => value.ToString().ToLowerInvariant();

    private Doc Behind(TextSpan part) => comments?.TakeBehind(part) is { } comment ? new Doc.LineEnd(comment.Text) : Doc.Empty;

    private Doc With(TextSpan part, Func<Doc> layout)
    {
        if (comments is null)
            return layout();
        // Before its parts are laid out: of those that begin or end alike the outermost has the comment.
        var above = comments.TakeAbove(part);
        // A comment that stood at the end of a line ends one here too.
        var behind = comments.TakeBehind(part);
        var content = layout();
        if (behind is not null && content.EndsInComment)
            above = [.. above, behind];
        else if (behind is not null)
            content = Doc.Of(content, new Doc.LineEnd(behind.Text));
        return above.Count == 0 ? content : Doc.Of([.. above.SelectMany(comment => new[] { comment.Text, Doc.Hard }), content]);
    }
}
