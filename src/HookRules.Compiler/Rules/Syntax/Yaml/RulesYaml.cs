using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Reads the YAML form into the syntax of the text form.</summary>
internal sealed class RulesYaml
{
    private const string Version = "version";

    private readonly YamlReading yaml;
    private readonly YamlSteps steps;
    private readonly YamlPacks packs;
    private readonly ImmutableArray<StatementSyntax>.Builder statements = ImmutableArray.CreateBuilder<StatementSyntax>();

    private RulesYaml(YamlReading yaml)
    {
        this.yaml = yaml;
        steps = new YamlSteps(yaml);
        packs = new YamlPacks(yaml);
    }

    public static RulesFileSyntax Read(SourceText source, ICollection<Diagnostic> problems)
    {
        var reader = new RulesYaml(new YamlReading(source, problems));
        var text = new YamlText(source, problems);
        if (text.Read() is { } root)
            reader.File(root);
        foreach (var lost in text.Lost)
            reader.Skip(lost);
        return new RulesFileSyntax(source, reader.statements.ToImmutable());
    }

    /// <summary>What could not be read may have declared names, so that uses of one are no second mistake.</summary>
    private void Skip(TextSpan lost)
    {
        var text = yaml.Source.Text;
        statements.Add(new SkippedSyntax(lost, null, null));
        var before = "";
        for (var at = lost.Start; at < lost.End; at++)
        {
            at = Words.SkipTrivia(text, at, lost.End);
            var end = Words.NameEnd(text, at, lost.End);
            if (end == at)
                continue;
            var name = text[at..end];
            var next = end;
            while (next < lost.End && text[next] is ' ' or '\t')
                next++;
            if (
                before is "name" or "as" or "action" or "let" or "param"
                || (next < lost.End && text[next] is ':' or '=' && !YamlSteps.StepKeys.Contains(name) && !RuleKeys.Contains(name))
            )
                foreach (var keyword in (string[])["action", "let", "param"])
                    statements.Add(new SkippedSyntax(TextSpan.Between(at, end), keyword, name));
            if (name is "use" or "pack")
                statements.Add(new SkippedSyntax(TextSpan.Between(at, end), name, null));
            (before, at) = (name, end);
        }
    }

    internal static IEnumerable<string> Keys =>
        ["actions", "disable", "let", "lint", "pack", "params", "rules", "use", Version, .. Grammar.Settings.Keys];

    private void File(YamlNode root)
    {
        if (yaml.Map(root, "a rules file", "a mapping with version: 1 and rules") is not { } file)
            return;
        if (file.Find(Version) is null && file.Entries.Length > 0)
            yaml.Report(DiagnosticCatalog.NoVersion(yaml.At(file.Entries[0].Key)));
        foreach (var (key, value) in file.Entries)
        {
            switch (key.Value)
            {
                case Version:
                    if (value is not YamlScalar { Value: "1" })
                        yaml.Report(
                            DiagnosticCatalog.BadVersion(yaml.At(value), value is YamlScalar scalar ? $"\"{scalar.Value}\"" : value.Kind)
                        );
                    break;
                case "let":
                    foreach (var entry in Entries(key, value))
                        Let(entry);
                    break;
                case "lint" when value is YamlList or YamlScalar { IsNothing: false }:
                    // As lines of the text form.
                    foreach (var item in value is YamlList lines ? lines.Items : [value])
                        if (
                            yaml.Scalar(item, "a level of lint", "a line such as HR2004 off") is { } line
                            && yaml.Parse(line, Grammar.LintLine) is { } level
                        )
                            statements.Add(level);
                    break;
                case "lint":
                    foreach (var entry in Entries(key, value))
                        Lint(entry);
                    break;
                case "pack":
                    // The keys of a mapping have no order, so that the header is the first statement wherever it stands.
                    statements.Insert(0, (StatementSyntax?)packs.Pack(key, value) ?? new SkippedSyntax(key.Span, "pack", null));
                    break;
                case "params":
                    foreach (var entry in Entries(key, value))
                        statements.Add((StatementSyntax?)packs.Param(entry) ?? new SkippedSyntax(entry.Key.Span, "param", entry.Key.Value));
                    break;
                case "use":
                    statements.AddRange(packs.Uses(value));
                    break;
                case "disable":
                    statements.AddRange(packs.Disabled(value));
                    break;
                case "actions":
                    foreach (var entry in Entries(key, value))
                        statements.Add(Action(entry));
                    break;
                case "rules":
                    if (value is YamlScalar { IsNothing: true })
                        break;
                    foreach (var item in yaml.List(value, "\"rules\"", "a list of rules")?.Items ?? [])
                    {
                        statements.Add(Rule(item));
                        if (statements[^1] is SkippedSyntax)
                            statements.AddRange(InlineNames.In(yaml.Source.Text, item.Span));
                    }

                    break;
                default:
                    Setting(key, value);
                    break;
            }
        }
    }

    private ImmutableArray<YamlEntry> Entries(YamlScalar key, YamlNode value)
    {
        if (value is YamlScalar { IsNothing: true })
            return [];
        if (yaml.Map(value, $"\"{key.Value}\"", "a mapping of names") is { } map)
            return map.Entries;
        Skip(value.Span);
        return [];
    }

    private void Setting(YamlScalar key, YamlNode value)
    {
        if (key.Value == "tests")
        {
            yaml.Report(DiagnosticCatalog.NotSupportedYet(yaml.At(key), "tests", "leave it out"));
        }
        else if (!Grammar.Settings.TryGetValue(key.Value, out var tail))
        {
            yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, "a rules file", NearestName.Find(key.Value, Keys), Keys));
        }
        else if (new YamlSettings(yaml).Read(key, value, tail) is { } setting)
        {
            statements.Add(setting);
        }
    }

    private void Let(YamlEntry entry)
    {
        ValueSyntax? value = entry.Value is YamlList list
            ? yaml.Value(list)
            : yaml.Scalar(entry.Value, $"the value of \"{entry.Key.Value}\"", "a text")?.Text;
        if (value is not null && yaml.Parse(entry.Key, Terminals.Name("the name of the value")) is { } name)
            statements.Add(new LetSyntax(entry.Key.Span.To(entry.Value.Span), name, value));
        else
            statements.Add(new SkippedSyntax(entry.Key.Span, "let", entry.Key.Value));
    }

    private void Lint(YamlEntry entry)
    {
        if (
            yaml.Scalar(entry.Value, $"the level of \"{entry.Key.Value}\"", DiagnosticCatalog.OneOf(Grammar.Levels)) is { } scalar
            && yaml.Parse(entry.Key, Grammar.LintCode) is { } code
            && yaml.Parse(scalar, Grammar.LintLevel) is { } level
        )
            statements.Add(new LintSyntax(entry.Key.Span.To(scalar.Span), code, level));
    }

    private StatementSyntax Action(YamlEntry entry)
    {
        var skipped = new SkippedSyntax(entry.Key.Span, "action", entry.Key.Value);
        if (yaml.Parse(entry.Key, Terminals.Name("the name of the action")) is not { } name)
            return skipped;
        var span = entry.Key.Span.To(entry.Value.Span);
        if (entry.Value is YamlScalar { IsNothing: false } scalar)
            return yaml.ParseLine(scalar, Grammar.ActionBody) is { } body
                ? new ActionSyntax(span, name, body.Handler, body.Modifiers)
                : skipped;
        if (yaml.Map(entry.Value, $"the action \"{name.Text}\"", "a mapping such as { run: \"pytest -q\" }") is not { } map)
            return skipped;
        return steps.Step(map, $"the action \"{name.Text}\"", StepGrammar.Handlers.Keys) is InlineActionSyntax action
            ? new ActionSyntax(span, name, action.Handler, action.Modifiers)
            : skipped;
    }

    private StatementSyntax Rule(YamlNode node)
    {
        var skipped = new SkippedSyntax(node.Span, "rule", null);
        switch (node)
        {
            case YamlScalar { IsNothing: false } scalar:
                return yaml.ParseLine(scalar, Grammar.Rule) is { } rule ? rule with { Span = scalar.Span } : skipped;
            case YamlMap map when map.Entries.Length > 0 && IsLine(map.Entries[0].Key):
                yaml.Report(YamlError.At(yaml.Source, map.Span.Start, "\": \" makes it a mapping"));
                return skipped;
            case YamlMap map:
                return (StatementSyntax?)Mapping(map)
                    ?? skipped with
                    {
                        Name = map.Find("name")?.Value is YamlScalar { Value: var name } ? name : null,
                    };
            default:
                yaml.Map(node, "a rule", "one line of the text form, or a mapping with \"on\" and \"do\"");
                return skipped;
        }
    }

    private static bool IsLine(YamlScalar key) =>
        key.IsPlain
        && (
            key.Value.StartsWith("on ", StringComparison.Ordinal)
            || key.Value.StartsWith("rule ", StringComparison.Ordinal)
            || key.Value.Contains("->", StringComparison.Ordinal)
            || key.Value.Contains('→')
        )
        && key.Value != YamlSteps.OnFailure;

    internal static IEnumerable<string> RuleKeys => ["name", "on", "where", "do", YamlSteps.OnFailure, .. ModifierGrammar.Modifiers.Keys];

    private RuleSyntax? Mapping(YamlMap map)
    {
        NameSyntax? name = null;
        TriggerSyntax? trigger = null;
        (TextSpan Key, ConditionSyntax? Condition)? where = null;
        ImmutableArray<StageSyntax>? stages = null;
        ImmutableArray<StageSyntax> failure = [];
        var modifiers = ImmutableArray.CreateBuilder<ItemSyntax>();
        var meant = new HashSet<string?>(StringComparer.Ordinal);
        var isSound = true;
        foreach (var (key, value) in map.Entries)
        {
            switch (key.Value)
            {
                case "name":
                    name = yaml.Scalar(value, "\"name\"", "the name of the rule") is { } text ? NameOf(text) : null;
                    isSound &= name is not null;
                    break;
                case "on":
                    trigger = Line(value, "\"on\"", "a trigger such as Write *.py") is { } on
                        ? yaml.ParseLine(on, TriggerGrammar.Trigger)
                        : null;
                    isSound &= trigger is not null;
                    break;
                case "where":
                    var condition = Line(value, "\"where\"", "a condition such as command contains \"rm\"") is { } line
                        ? yaml.ParseLine(line, ConditionGrammar.Condition)
                        : null;
                    where = (key.Span, condition);
                    isSound &= condition is not null;
                    break;
                case "do":
                    stages = steps.Stages(value, "\"do\"");
                    isSound &= stages is not null;
                    break;
                case YamlSteps.OnFailure:
                    if (steps.Stages(value, $"\"{YamlSteps.OnFailure}\"") is { } read)
                        failure = read;
                    else
                        isSound = false;
                    break;
                default:
                    if (ModifierGrammar.Modifiers.ContainsKey(key.Value))
                    {
                        modifiers.AddRange(steps.Modifiers.Read(key, value));
                        break;
                    }

                    var isStep = YamlSteps.StepKeys.Contains(key.Value);
                    var nearest = isStep ? "do" : NearestName.Find(key.Value, RuleKeys);
                    meant.Add(nearest);
                    yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, "a rule", nearest, RuleKeys, isStep ? "do" : null));
                    break;
            }
        }

        // A misspelt key is no missing one; one that is nothing like any may be meant for each.
        var complete =
            (meant.Contains("on") || meant.Contains(null) || Required(map, "on", "on: Write *.py"))
            & (meant.Contains("do") || meant.Contains(null) || Required(map, "do", "do: the name of an action, or { deny: \"…\" }"));
        if (!isSound || !complete || trigger is null || stages is not [var first, ..])
            return null;
        if (where is { } clause)
        {
            if (trigger.Where is not null)
                yaml.Report(DiagnosticCatalog.DuplicateKey(yaml.At(clause.Key), "where"));
            trigger = trigger with { Where = clause.Condition };
        }

        // Keys beside "do" bind the whole rule, as comma items of their own do in the text form.
        if (modifiers.Count > 0)
            first = first with { Items = first.Items.AddRange(modifiers) };
        return new RuleSyntax(map.Span, name, trigger, stages.Value.SetItem(0, first), failure);
    }

    private NameSyntax? NameOf(YamlScalar text)
    {
        if (text.Value.Length > 0 && Words.NameEnd(text.Value, 0, text.Value.Length) == text.Value.Length)
            return text.Name;
        yaml.Report(DiagnosticCatalog.WrongKind(yaml.At(text), "\"name\"", "one word of letters, digits, _, - and .", $"\"{text.Value}\""));
        return null;
    }

    /// <summary>A value that is one line of the text form; a list or mapping there is a glob that YAML took apart.</summary>
    private YamlScalar? Line(YamlNode value, string what, string expected)
    {
        if (value is not (YamlList or YamlMap) || yaml.Source.Text[value.Span.Start] is not ('[' or '{'))
            return yaml.Scalar(value, what, expected);
        yaml.Report(
            YamlError.At(
                yaml.Source,
                value.Span.Start,
                value is YamlList ? "a leading [ makes it a list" : "a leading { makes it a mapping"
            )
        );
        return null;
    }

    private bool Required(YamlMap map, string key, string example)
    {
        if (map.Find(key) is not null)
            return true;
        yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map.Entries.Length > 0 ? map.Entries[0].Key : map), "this rule", key, example));
        return false;
    }
}
