using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Rules.Format;

/// <summary>The YAML form: one short layout for each kind of node. What it has no mapping for is a line of the text form.</summary>
internal sealed class YamlLayout(AttachedComments comments)
{
    private const int ItemIndentation = 4;

    public YamlOut Rule(RuleSyntax rule)
    {
        var line = TextLayout.Line(layout => layout.Statement(rule with { OnFailure = [] }));
        // Texts of several lines read better as blocks.
        if (
            rule is { Name: null, OnFailure.IsEmpty: true }
            && !line.Contains("\\n", StringComparison.Ordinal)
            && !comments.HasInside(rule)
            && line.Length + ItemIndentation <= TextLayout.Width
        )
            return new YamlOut.Scalar(YamlScalars.Line(line));

        var entries = new List<YamlOut.Entry>();
        if (rule.Name is { } name)
            entries.Add(With(name.Span, () => new("name", new YamlOut.Scalar(YamlScalars.Line(name.Text)))));
        var words = TextLayout.TriggerWords(rule.Trigger);
        // A trigger that is nothing but a condition has it in its line: the key "on" cannot be left out.
        var isBare = words.Length == 0;
        var where = rule.Trigger.Where is { } condition ? $"where {TextLayout.Condition(condition)}" : "";
        var span = isBare ? rule.Trigger.Where!.Span : StatementParts.Words(rule.Trigger)!.Value;
        entries.Add(With(span, () => new("on", Line(isBare ? where : words))));
        if (!isBare && rule.Trigger.Where is { } own)
            entries.Add(With(own.Span, () => new("where", Line(TextLayout.Condition(own)))));

        var (stages, modifiers) = Apart(rule.Stages);
        entries.Add(Stages("do", stages));
        entries.AddRange(Modifiers(modifiers));
        if (!rule.OnFailure.IsEmpty)
            entries.Add(Stages(YamlSteps.OnFailure, rule.OnFailure));
        return new YamlOut.Map([.. entries], Flow: false);
    }

    /// <summary>A pack alone is its name; with more about it a mapping.</summary>
    public YamlOut Use(UseSyntax use)
    {
        if (use is { With: null, Alias: null })
            return Text(use.Reference.Text);
        var entries = new List<YamlOut.Entry> { new("pack", Text(use.Reference.Text)) };
        if (use.With is { } with)
            entries.Add(new("with", Value(with)));
        if (use.Alias is { } alias)
            entries.Add(new("as", Text(alias.Text)));
        return new YamlOut.Map([.. entries], Flow: true);
    }

    public YamlOut Param(ParamSyntax param)
    {
        var type = new YamlOut.Entry("type", Text(param.Type.Text));
        return new YamlOut.Map(param.Default is { } value ? [type, new("default", Value(value))] : [type], Flow: true);
    }

    public static YamlOut Pack(PackSyntax pack) =>
        new YamlOut.Map(
            [new("name", Text(pack.Name.Text)), new("version", new YamlOut.Scalar(YamlScalars.Quote(pack.Version.Text)))],
            Flow: true
        );

    public YamlOut Body(HandlerSyntax handler, ImmutableArray<ModifierSyntax> modifiers) =>
        CanBeKeys(modifiers)
            ? new YamlOut.Map([.. Handler(handler), .. Modifiers(modifiers)], Flow: true)
            : Line(TextLayout.Line(layout => layout.Body(handler, modifiers)));

    private static YamlOut.Scalar Line(string text) => new(YamlScalars.Line(text));

    /// <summary>Modifiers that bind the rule stand beside "do", where each can stand once.</summary>
    private static (ImmutableArray<StageSyntax> Stages, ImmutableArray<ModifierSyntax> Modifiers) Apart(ImmutableArray<StageSyntax> stages)
    {
        var arranged = TextLayout.Arranged(stages);
        ImmutableArray<ModifierSyntax> modifiers = [.. arranged[^1].Items.OfType<ModifierSyntax>()];
        return modifiers.IsEmpty || modifiers.Length == arranged[^1].Items.Length || !CanBeKeys(modifiers)
            ? (arranged, [])
            : (
                arranged.SetItem(
                    arranged.Length - 1,
                    arranged[^1] with
                    {
                        Items = arranged[^1].Items.RemoveAll(item => item is ModifierSyntax),
                    }
                ),
                modifiers
            );
    }

    private static bool CanBeKeys(ImmutableArray<ModifierSyntax> modifiers) =>
        modifiers.Where(modifier => modifier.Word.Text != "pass").GroupBy(modifier => modifier.Word.Text).All(same => same.Count() == 1);

    private IEnumerable<YamlOut.Entry> Modifiers(ImmutableArray<ModifierSyntax> modifiers)
    {
        var passed = modifiers.Where(modifier => modifier.Word.Text == "pass").ToArray();
        foreach (var modifier in modifiers)
        {
            var word = modifier.Word.Text;
            if (word == "pass" && passed.Length > 1)
            {
                if (modifier == passed[0])
                    yield return With(
                        modifier.Span,
                        () =>
                            new(
                                word,
                                new YamlOut.List(
                                    [.. passed.Select((name, i) => i == 0 ? Name(name) : With(name.Span, () => Name(name)))],
                                    Flow: true
                                )
                            )
                    );
                continue;
            }

            if (modifier is VariablesSyntax or FolderSyntax)
            {
                var value = modifier is VariablesSyntax variables ? variables.Variables : ((FolderSyntax)modifier).Folder;
                yield return With(modifier.Span, () => new(word, Value(value)));
                continue;
            }

            var argument = TextLayout.Argument(modifier);
            yield return With(
                modifier.Span,
                () => new(word, new YamlOut.Scalar(argument.Length == 0 ? "true" : YamlScalars.Argument(argument)))
            );
        }

        static YamlOut.Entry Name(ModifierSyntax modifier) => new(null, new YamlOut.Scalar(TextLayout.Argument(modifier)));
    }

    private YamlOut.Entry Stages(string key, ImmutableArray<StageSyntax> stages)
    {
        if (stages is not [var only])
            return new(key, new YamlOut.List([.. stages.Select(stage => With(stage.Span, () => new(null, Items(stage))))], Flow: false));
        return With(only.Span, () => only.Items is [var item] ? new(key, Item(item)) : new(key, Items(only)));
    }

    private YamlOut.List Items(StageSyntax stage)
    {
        var items = stage.Items.Select(item => With(item.Span, () => new(null, Item(item)))).ToImmutableArray();
        return new YamlOut.List(items, Flow: true);
    }

    private YamlOut Item(ItemSyntax item) =>
        item switch
        {
            DecisionSyntax { Text: { } text } decision => new YamlOut.Map([new(decision.Word.Text, Text(text.Text))], Flow: true),
            SetSyntax { Replaced: null } set => new YamlOut.Map(
                [new(set.Word.Text, Value(new MapSyntax(set.Span, set.Changes)))],
                Flow: true
            ),
            ReplySyntax reply => new YamlOut.Map([new(reply.Word.Text, Value(reply.Fields))], Flow: true),
            AwaitSyntax step when CanBeKeys(step.Modifiers) => new YamlOut.Map(
                [new(step.Word.Text, Names(step.Actions)), .. Modifiers(step.Modifiers)],
                Flow: true
            ),
            InlineActionSyntax action => Body(action.Handler, action.Modifiers),
            NativeSyntax native => Native(native),
            _ => FlowLine(TextLayout.Line(layout => layout.Item(item))),
        };

    // Inside of brackets a comma ends a value, and what a bare word means there is no different.
    private static YamlOut.Scalar FlowLine(string line) =>
        new(line.AsSpan().IndexOfAny(",[]{}") >= 0 && YamlScalars.Line(line) == line ? YamlError.Quoted(line) : YamlScalars.Line(line));

    private static YamlOut Names(ImmutableArray<NameSyntax> names) =>
        names is [var only]
            ? new YamlOut.Scalar(YamlScalars.Text(only.Text))
            : new YamlOut.List(
                [.. names.Select(name => new YamlOut.Entry(null, new YamlOut.Scalar(YamlScalars.Text(name.Text))))],
                Flow: true
            );

    private YamlOut.Map Native(NativeSyntax native)
    {
        var entries = new List<YamlOut.Entry> { new(native.Word.Text, Command(native.Subject)) };
        if (native.Input is { } input)
            entries.Add(new("input", Value(input)));
        if (native.Fields is { } fields)
            entries.Add(new("with", Value(fields)));
        return new YamlOut.Map([.. entries], Flow: true);
    }

    private ImmutableArray<YamlOut.Entry> Handler(HandlerSyntax handler) =>
        handler switch
        {
            RunSyntax run => [new("run", Command(run.Command))],
            ShellSyntax shell => [new("shell", Text(shell.Script.Text))],
            MessageSyntax { Line: null, Webhook: null, Sound: false } message => [new(message.Word.Text, Value(message.Text))],
            MessageSyntax message => [new(message.Word.Text, new YamlOut.Map([.. Parts(message)], Flow: true))],
            HttpSyntax http =>
            [
                new(
                    "http",
                    new YamlOut.Map(
                        [
                            new("method", new YamlOut.Scalar(http.Method.Text)),
                            new("url", Value(http.Url)),
                            .. http.Headers is { } headers ? new[] { new YamlOut.Entry("headers", Value(headers)) } : [],
                            .. http.Body is { } body ? new[] { new YamlOut.Entry("json", Value(body)) } : [],
                        ],
                        Flow: true
                    )
                ),
            ],
            _ => throw new InvalidOperationException($"unknown handler {handler.GetType().Name}"),
        };

    private IEnumerable<YamlOut.Entry> Parts(MessageSyntax message)
    {
        if (message.Webhook is { } webhook)
            yield return new("webhook", Value(webhook));
        yield return new(message.Word.Text == "log" ? "file" : "text", Value(message.Text));
        if (message.Line is { } line)
            yield return new("text", Value(line));
        if (message.Sound)
            yield return new("sound", new YamlOut.Scalar("true"));
    }

    private YamlOut Command(ValueSyntax command) => command is ListSyntax list ? Value(list) : Value(command);

    public YamlOut Value(ValueSyntax value) =>
        value switch
        {
            StringSyntax text => Text(text.Text),
            EnvSyntax env => new YamlOut.Scalar($"env.{env.Name}"),
            PayloadSyntax => new YamlOut.Scalar("payload"),
            ConstantSyntax constant => new YamlOut.Scalar($"${constant.Name}"),
            DurationValueSyntax duration => new YamlOut.Scalar(duration.Text),
            LiteralSyntax literal => new YamlOut.Scalar(literal.Json),
            ListSyntax list => new YamlOut.List([.. list.Items.Select(item => With(item.Span, () => new(null, Value(item))))], Flow: true),
            MapSyntax map => new YamlOut.Map(
                [.. map.Members.Select(member => With(member.Span, () => new(Key(member.Key), Value(member.Value))))],
                Flow: true
            ),
            _ => throw new InvalidOperationException($"unknown value {value.GetType().Name}"),
        };

    public static YamlOut Text(string text) => YamlScalars.Block(text) is { } block ? block : new YamlOut.Scalar(YamlScalars.Text(text));

    private static string Key(NameSyntax key) => TextLayout.IsQuoted(key) ? YamlScalars.Quote(key.Text) : YamlScalars.Text(key.Text);

    // Comments first: of parts that begin or end alike the outermost has them.
    private YamlOut.Entry With(TextSpan part, Func<YamlOut.Entry> layout)
    {
        var above = comments.TakeAbove(part);
        var behind = comments.TakeBehind(part);
        var entry = layout();
        return entry with { Above = [.. above, .. entry.Above], Behind = behind ?? entry.Behind };
    }
}
