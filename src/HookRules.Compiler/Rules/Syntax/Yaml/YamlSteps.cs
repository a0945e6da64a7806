using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using Sprache;
using static HookRules.Compiler.Rules.Syntax.Terminals;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Steps, stages and modifiers of the YAML form: as lines of the text form, or as mappings with one key that names the
/// step.</summary>
internal sealed class YamlSteps(YamlReading yaml)
{
    public const string OnFailure = "on failure";
    private const string Action = "action";

    private static readonly Parser<NameSyntax[]> AwaitedNames =
        from names in ValueGrammar.Many(Name("the name of an action"))
        select names.ToArray();

    public YamlModifiers Modifiers { get; } = new(yaml);

    public static IEnumerable<string> StepKeys =>
        StepGrammar
            .Decisions.Keys.Concat(StepGrammar.Answers.Keys)
            .Concat(StepGrammar.Handlers.Keys)
            .Concat(StepGrammar.Natives.Keys)
            .Append(Action);

    /// <summary>A text of the text form; one step; a list of steps side by side; or a list of such lists, one after the other.</summary>
    public ImmutableArray<StageSyntax>? Stages(YamlNode node, string what)
    {
        switch (node)
        {
            case YamlScalar { IsNothing: false } scalar:
                return yaml.ParseLine(scalar, StepGrammar.StageList)?.Stages;
            case YamlMap map:
                return Step(map, what, StepKeys) is { } step ? [new StageSyntax(map.Span, [step])] : null;
            case YamlList { Items: [YamlList, ..] } list:
                var stages = list
                    .Items.Select(item => yaml.List(item, "each stage", "a list, as the first one is") is { } stage ? Stage(stage) : null)
                    .ToArray();
                return stages.All(stage => stage is not null) ? [.. stages.Select(stage => stage!)] : null;
            case YamlList { Items.IsEmpty: false } list:
                return Stage(list) is { } only ? [only] : null;
            default:
                if (node is not YamlRefused)
                    yaml.Report(
                        DiagnosticCatalog.WrongKind(yaml.At(node), what, "a step, a list of steps or a list of such lists", node.Kind)
                    );
                return null;
        }
    }

    private StageSyntax? Stage(YamlList list)
    {
        var items = list.Items.SelectMany(Items).ToArray();
        if (items.Length == 0)
            yaml.Report(DiagnosticCatalog.WrongKind(yaml.At(list), "a stage", "a list of steps", "an empty list"));
        return items.Length > 0 && items.All(item => item is not null)
            ? new StageSyntax(list.Span, [.. items.Select(item => item!)])
            : null;
    }

    private IEnumerable<ItemSyntax?> Items(YamlNode node) =>
        node switch
        {
            YamlScalar { IsNothing: false } scalar => [yaml.ParseLine(scalar, StepGrammar.Item)],
            // As between commas in the text form, where they bind the whole rule.
            YamlMap { Entries.IsEmpty: false } map when map.Entries.All(entry => ModifierGrammar.Modifiers.ContainsKey(entry.Key.Value)) =>
            [
                .. map.Entries.SelectMany(entry => Modifiers.Read(entry.Key, entry.Value)),
            ],
            YamlMap map => [Step(map, "a step", StepKeys)],
            _ => [NoStep(node)],
        };

    private ItemSyntax? NoStep(YamlNode node)
    {
        yaml.Map(node, "a step", "the name of an action, a line of the text form or a mapping");
        return null;
    }

    /// <summary>A mapping: one key says what is done, the others how.</summary>
    /// <param name="steps">The keys that can say what.</param>
    public ItemSyntax? Step(YamlMap map, string what, IEnumerable<string> steps)
    {
        YamlEntry? first = null;
        var modifiers = ImmutableArray.CreateBuilder<ModifierSyntax>();
        var isSound = true;
        var native = map.Entries.FirstOrDefault(entry => StepGrammar.Natives.ContainsKey(entry.Key.Value))?.Key.Value;
        foreach (var entry in map.Entries)
        {
            var key = entry.Key.Value;
            if (steps.Contains(key))
            {
                if (first is not null)
                {
                    yaml.Report(DiagnosticCatalog.OneStepOnly(yaml.At(entry.Key), first.Key.Value, key));
                    return null;
                }

                first = entry;
            }
            else if (native is not null && key is ("with" or "input"))
            {
                // Read with the handler.
                continue;
            }
            else if (native is not null && ModifierGrammar.Modifiers.ContainsKey(key))
            {
                yaml.Report(
                    DiagnosticCatalog.ModifierMeansNothing(
                        yaml.At(entry.Key),
                        key,
                        $"Claude Code starts \"{native}\" itself",
                        key == "timeout" ? "write with: { timeout: 30 }, in seconds" : "remove it"
                    )
                );
                isSound = false;
            }
            else if (ModifierGrammar.Modifiers.ContainsKey(key))
            {
                modifiers.AddRange(Modifiers.Read(entry.Key, entry.Value));
            }
            else
            {
                var known = steps.Concat(ModifierGrammar.Modifiers.Keys);
                var nearest = NearestName.Find(key, native is null ? known : known.Append("with"));
                yaml.Report(
                    DiagnosticCatalog.UnknownKey(
                        yaml.At(entry.Key),
                        key,
                        what,
                        nearest,
                        steps,
                        native is not null && nearest is null ? "with" : null
                    )
                );
                isSound = false;
            }
        }

        if (!isSound)
            return null;
        if (first is null)
        {
            yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map), what, "run", "what it does, for example run: \"pytest -q\""));
            return null;
        }

        return Step(map, first, modifiers.ToImmutable());
    }

    private ItemSyntax? Step(YamlMap map, YamlEntry entry, ImmutableArray<ModifierSyntax> modifiers)
    {
        var word = entry.Key.Name;
        if (StepGrammar.Decisions.TryGetValue(word.Text, out var kind))
        {
            RefuseModifiers(modifiers, word.Text);
            if (
                entry.Value is YamlScalar { IsNothing: true } or YamlScalar { IsPlain: true, Value: "true" or "True" or "TRUE" }
                && StepGrammar.WithoutText.Contains(word.Text)
            )
                return new DecisionSyntax(map.Span, word, kind, null);
            return Text(entry, constants: true) is { } text ? new DecisionSyntax(map.Span, word, kind, text.Text) : null;
        }

        if (word.Text == "await")
            return Await(map, entry, modifiers);
        if (StepGrammar.Answers.ContainsKey(word.Text))
            return Answer(map, entry, modifiers);
        if (word.Text == Action)
            return Text(entry) is { } name && yaml.Parse(name, Name("the name of an action")) is { } action
                ? new ReferenceSyntax(map.Span, action, modifiers)
                : null;
        if (StepGrammar.Natives.ContainsKey(word.Text))
            return Native(map, entry);
        return Handler(entry) is { } handler ? new InlineActionSyntax(map.Span, handler, modifiers) : null;
    }

    /// <summary><c>set</c> and <c>reply</c>: a mapping of fields and their values.</summary>
    private ItemSyntax? Answer(YamlMap map, YamlEntry entry, ImmutableArray<ModifierSyntax> modifiers)
    {
        var word = entry.Key.Name;
        RefuseModifiers(modifiers, word.Text);
        if (yaml.Map(entry.Value, $"\"{word.Text}\"", "a mapping of fields and values") is not { } fields)
            return null;
        if (fields.Entries.IsEmpty)
        {
            yaml.Report(
                DiagnosticCatalog.WrongKind(yaml.At(fields), $"\"{word.Text}\"", "a mapping of fields and values", "an empty mapping")
            );
            return null;
        }

        var values = yaml.Values(fields);
        return word.Text == "set" ? new SetSyntax(map.Span, word, values.Members) : new ReplySyntax(map.Span, word, values);
    }

    private AwaitSyntax? Await(YamlMap map, YamlEntry entry, ImmutableArray<ModifierSyntax> modifiers)
    {
        // Names between commas are read as in the text form.
        var names =
            entry.Value is YamlList list
                ? list
                    .Items.Select(item =>
                        yaml.Scalar(item, "an awaited action", "the name of an action") is { } name
                            ? yaml.Parse(name, Name("the name of an action"))
                            : null
                    )
                    .ToArray()
            : Text(entry) is { } line ? yaml.Parse(line, AwaitedNames)
            : null;
        if (names is null || names.Contains(null))
            return null;
        if (names.Length > 0)
            return new AwaitSyntax(map.Span, entry.Key.Name, [.. names.Select(name => name!)], modifiers);
        yaml.Report(DiagnosticCatalog.WrongKind(yaml.At(entry.Value), "\"await\"", "the names of actions", entry.Value.Kind));
        return null;
    }

    private HandlerSyntax? Handler(YamlEntry entry)
    {
        var word = entry.Key.Name;
        var span = entry.Key.Span.To(entry.Value.Span);
        switch (word.Text)
        {
            case "run":
                return Command(entry) is { } command ? new RunSyntax(span, word, command) : null;
            case "shell":
                return Text(entry) is { } script ? new ShellSyntax(span, word, script.Text) : null;
            case "http" when entry.Value is YamlMap map:
                return Http(map, word);
            case "http":
                return yaml.Scalar(entry.Value, "\"http\"", "a mapping with method and url") is { } line
                    ? yaml.ParseLine(line, StepGrammar.Handlers["http"](word))
                    : null;
            default:
                if (entry.Value is YamlMap parts)
                    return Message(parts, word, span);
                return yaml.Scalar(entry.Value, $"\"{word.Text}\"", "a text") is { } text
                    ? new MessageSyntax(span, word, YamlReading.TextOrEnv(text))
                    : null;
        }
    }

    /// <summary>A message with what the text form has beside it.</summary>
    private MessageSyntax? Message(YamlMap map, NameSyntax word, TextSpan span)
    {
        var (subject, other) = word.Text switch
        {
            "log" => ("file", "text"),
            "slack" => ("text", "webhook"),
            _ => ("text", "sound"),
        };
        var isSpelt = Known(map, word, subject, other);
        var text = Required(map, word, subject, subject == "file" ? "file: logs/commands.log" : "text: done", isSpelt);
        var more = map.Find(other)?.Value;
        if (text is null || !isSpelt)
            return null;
        var message = new MessageSyntax(span, word, YamlReading.TextOrEnv(text));
        switch (word.Text)
        {
            case "log" when more is not null:
                return yaml.Scalar(more, "\"text\"", "a text") is { } line ? message with { Line = YamlReading.TextOrEnv(line) } : null;
            case "slack" when more is not null:
                if (yaml.Scalar(more, "\"webhook\"", "env.NAME") is not { } webhook)
                    return null;
                if (YamlReading.TextOrEnv(webhook) is EnvSyntax variable)
                    return message with { Webhook = variable };
                yaml.Report(DiagnosticCatalog.WrongKind(yaml.At(webhook), "\"webhook\"", "env.NAME", $"\"{webhook.Value}\""));
                return null;
            default:
                return message with { Sound = more is not null && Modifiers.Flag("\"sound\"", more) };
        }
    }

    private bool Known(YamlMap map, NameSyntax word, params string[] known)
    {
        var isSpelt = true;
        foreach (var (key, _) in map.Entries.Where(entry => !known.Contains(entry.Key.Value)))
        {
            var nearest = NearestName.Find(key.Value, known);
            yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, $"\"{word.Text}\"", nearest, known));
            isSpelt = false;
        }

        return isSpelt;
    }

    private HttpSyntax? Http(YamlMap map, NameSyntax word)
    {
        // A misspelt key is no missing one.
        var isSpelt = Known(map, word, "method", "url", "headers", "json");
        var method = Required(map, word, "method", "method: POST", isSpelt);
        var url = Required(map, word, "url", "url: https://…", isSpelt);
        var headers = map.Find("headers");
        var headerMap = headers is null ? null : yaml.Map(headers.Value, "\"headers\"", "a mapping of texts");
        if (method is null || url is null || (headers is not null && headerMap is null))
            return null;
        var values = headerMap is null
            ? null
            : new MapSyntax(
                headerMap.Span,
                [
                    .. headerMap.Entries.Select(header => new MemberSyntax(
                        header.Key.Span,
                        header.Key.Name,
                        header.Value is YamlScalar text ? YamlReading.TextOrEnv(text) : yaml.Value(header.Value)
                    )),
                ]
            );
        return new HttpSyntax(
            map.Span,
            word,
            method.Name,
            YamlReading.TextOrEnv(url),
            values,
            map.Find("json") is { } body ? yaml.Value(body.Value) : null
        );
    }

    private YamlScalar? Required(YamlMap map, NameSyntax word, string key, string example, bool isTold)
    {
        if (map.Find(key) is { } entry)
            return yaml.Scalar(entry.Value, $"\"{key}\"", "a text");
        if (isTold)
            yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map), $"\"{word.Text}\"", key, example));
        return null;
    }

    private NativeSyntax? Native(YamlMap map, YamlEntry entry)
    {
        var word = entry.Key.Name;
        var subject = word.Text == "command" ? Command(entry) : Text(entry)?.Text;
        var fields = Fields(map, "with", out var isSound);
        var input = Fields(map, "input", out var isInputSound);
        if (input is not null && word.Text != "mcp")
        {
            yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(map.Find("input")!.Key), "input", $"\"{word.Text}\"", null, ["with"]));
            return null;
        }

        return subject is null || !isSound || !isInputSound ? null : new NativeSyntax(map.Span, word, subject, input, fields);
    }

    private MapSyntax? Fields(YamlMap map, string key, out bool isSound)
    {
        isSound = true;
        if (map.Find(key) is not { } entry)
            return null;
        var fields = yaml.Map(entry.Value, $"\"{key}\"", "a mapping");
        isSound = fields is not null;
        return fields is null ? null : yaml.Values(fields, constants: false);
    }

    // In the text form, a modifier behind a decision is no syntax either.
    private void RefuseModifiers(ImmutableArray<ModifierSyntax> modifiers, string step)
    {
        foreach (var modifier in modifiers)
            yaml.Report(
                DiagnosticCatalog.ModifierMeansNothing(
                    yaml.At(modifier.Span),
                    modifier.Word.Text,
                    $"\"{step}\" is no action",
                    "write it beside \"do\", where it binds the whole rule"
                )
            );
    }

    private ValueSyntax? Command(YamlEntry entry)
    {
        var isRun = entry.Key.Value == "run";
        if (isRun && entry.Value is YamlScalar { IsPlain: true } scalar && ConstantOf(scalar.Span, scalar.Value) is { } constant)
            return constant;
        if (entry.Value is not YamlList list)
            return Text(entry)?.Text;
        return new ListSyntax(
            list.Span,
            [.. list.Items.Select(item => item is YamlScalar text ? YamlReading.TextOrEnv(text, isRun) : yaml.Value(item, isRun))]
        );
    }

    /// <summary>A text alone. What would be a reference elsewhere is none that the text form could say here.</summary>
    /// <param name="constants">A bare <c>$name</c> is one too; in scripts and prompts it may be a variable.</param>
    private YamlScalar? Text(YamlEntry entry, bool constants = false)
    {
        if (yaml.Scalar(entry.Value, $"\"{entry.Key.Value}\"", "a text") is not { } scalar)
            return null;
        if (YamlReading.TextOrEnv(scalar, constants) is StringSyntax)
            return scalar;
        var (found, fix) =
            scalar.Value[0] == '$'
                ? ("a constant", $"write \"{{{scalar.Value[1..]}}}\", in quotes")
                : ("a reference", $"put it in quotes: \"{scalar.Value}\"");
        yaml.Report(DiagnosticCatalog.WrongKind(yaml.At(scalar), $"\"{entry.Key.Value}\"", "a text", found, fix));
        return null;
    }
}
