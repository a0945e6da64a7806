using System.Collections.Frozen;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using HookRules.LanguageServer.Answers;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Completion;

/// <summary>What there is to choose from, from the tables and grammars that the compiler has.</summary>
internal static class Candidates
{
    private static readonly string[] ToolFieldsOf = ["tool_input", "tool_response"];

    /// <summary>The handler types of settings.json behind the native words.</summary>
    private static readonly FrozenDictionary<string, HandlerTypes> NativeTypes = new Dictionary<string, HandlerTypes>
    {
        ["prompt"] = HandlerTypes.Prompt,
        ["agent"] = HandlerTypes.Agent,
        ["command"] = HandlerTypes.Command,
        ["webhook"] = HandlerTypes.Http,
        ["mcp"] = HandlerTypes.McpTool,
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public static IEnumerable<Candidate> Words(IEnumerable<string> words, CandidateKind kind = CandidateKind.Keyword) =>
        words.Select(word => new Candidate(
            word,
            kind,
            Pages.Word(word) is { } page ? Pages.Sentence(page.Why) : "",
            Pages.Word(word)?.Title
        ));

    public static IEnumerable<Candidate> Events =>
        EventAliases
            .All.OrderBy(alias => alias.Key, StringComparer.Ordinal)
            .Select(alias => new Candidate(alias.Key, CandidateKind.Event, HookEvents.Find(alias.Value)!.Summary, alias.Value))
            .Concat(HookEvents.All.Select(known => new Candidate(known.Name, CandidateKind.Event, known.Summary)));

    public static IEnumerable<Candidate> Tools =>
        HookTools.All.Select(tool => new Candidate(
            tool.Name,
            CandidateKind.Enum,
            tool.FileField is { } file ? $"A tool of Claude Code; its file is `tool_input.{file}`." : "A tool of Claude Code."
        ));

    /// <summary>What an event's matcher can name.</summary>
    public static IEnumerable<Candidate> MatcherValues(HookEvent? @event) =>
        @event is null || @event.IsToolEvent ? Tools
        : @event.Matching == MatcherKind.None ? []
        : @event.MatcherValues.Select(value => new Candidate(
            value,
            CandidateKind.Enum,
            $"A value of `{@event.MatcherField}` on {@event.Name}."
        ));

    /// <summary>What a rule may do on an event: the decisions that it honours, handlers, and the native ones that it runs.</summary>
    public static IEnumerable<Candidate> Steps(TriggerFacts facts, IReadOnlyCollection<string> handlers) =>
        Words(
            Decisions(facts.Event)
                .Concat(handlers)
                .Concat(NativeTypes.Where(native => facts.Event?.Handlers.HasFlag(native.Value) != false).Select(native => native.Key)),
            CandidateKind.Function
        );

    private static IEnumerable<string> Decisions(HookEvent? known) =>
        known is null ? StepGrammar.Decisions.Keys.Concat(StepGrammar.Answers.Keys) : new EventFacts(known).Decisions;

    public static IEnumerable<Candidate> Actions(ProjectView project) =>
        project
            .Names.Where(name => name.Kind == NameKind.Action)
            .Select(name => Named(name, name.Name, project.File.Text))
            .Concat(
                from pack in project.Packs
                from name in DeclaredName.In(pack.Syntax)
                where name.Kind == NameKind.Action
                select Named(name, $"{pack.Name}.{name.Name}", pack.Syntax.Source.Text)
            );

    public static IEnumerable<Candidate> Constants(ProjectView project, string prefix) =>
        project
            .Names.Where(name => name.Kind is NameKind.Let or NameKind.Parameter)
            .Select(name => Named(name, prefix + name.Name, project.File.Text));

    public static IEnumerable<Candidate> RulesOfPacks(ProjectView project) =>
        from pack in project.Packs
        from name in DeclaredName.In(pack.Syntax)
        where name.Kind == NameKind.Rule
        select Named(name, $"{pack.Name}.{name.Name}", pack.Syntax.Source.Text);

    public static IEnumerable<Candidate> Packs(ProjectView project)
    {
        foreach (var name in BundledPacks.Names)
            yield return new Candidate($"std/{name}", CandidateKind.Module, AboutPack(BundledPacks.Read(name)), "bundled");
        var folder = project.File.Path is { } path ? Path.Combine(Path.GetDirectoryName(path)!, "packs") : null;
        if (folder is null || !Directory.Exists(folder))
            yield break;
        foreach (var file in Directory.EnumerateFiles(folder, "*.hookrules").Order(StringComparer.Ordinal))
            yield return new Candidate($"./packs/{Path.GetFileName(file)}", CandidateKind.Module, "A pack of this project.", "local");
    }

    /// <summary>The comment at the head of a pack, its first sentence.</summary>
    public static string AboutPack(SourceText source)
    {
        var lines = source.Text.Split('\n').TakeWhile(line => line.StartsWith('#')).Select(line => line.TrimStart('#').Trim());
        return Pages.Sentence(string.Join(' ', lines));
    }

    public static IEnumerable<Candidate> Parameters(ProjectView project, string reference) =>
        project.Load(reference) is not var (source, _)
            ? []
            : RulesReader
                .Read(source, [])
                .Statements.OfType<ParamSyntax>()
                .Select(param => new Candidate(
                    param.Name.Text,
                    CandidateKind.Variable,
                    $"A parameter of {reference}.",
                    param.Type.Text,
                    $"{param.Name.Text} = "
                ));

    public static IEnumerable<Candidate> Fields(TriggerFacts facts)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var alias in FieldPath.Aliases.Keys.Order(StringComparer.Ordinal).Append(FieldPath.File.Text))
            if (
                FieldPath.Parse(alias) is { } path
                && FieldCatalog.Find(facts.Meant.Name, facts.Tools, path) is FieldLookup.Known { Type: var type }
                && type != FieldType.Open
                && found.Add(alias)
            )
                yield return new Candidate(
                    alias,
                    CandidateKind.Field,
                    path.IsFile ? "The file that the tool names." : $"Short for `{path.Text}`.",
                    type.Describe()
                );
        foreach (var field in new EventFacts(facts.Meant).Fields)
            if (found.Add(field.Path))
                yield return new Candidate(field.Path, CandidateKind.Field, Pages.Sentence(field.Description), field.Type);
        if (!facts.Meant.IsToolEvent)
            yield break;
        foreach (var name in ToolFieldsOf)
        foreach (var shape in FieldCatalog.Shapes(facts.Meant.Name, facts.Tools, FieldPath.Parse(name)!))
        foreach (var below in shape.Names)
            if (shape.Property(below) is { } field && found.Add($"{name}.{below}"))
                yield return new Candidate(
                    $"{name}.{below}",
                    CandidateKind.Field,
                    facts.Tools is null ? "A field that some tools have." : $"A field of {string.Join(", ", facts.Tools)}.",
                    new FieldType(field.Kinds, [], false).Describe()
                );
    }

    /// <summary>The texts that a field can hold, if it can hold no others.</summary>
    public static IEnumerable<Candidate> Values(TriggerFacts facts, string field, bool inText) =>
        FieldPath.Parse(field) is { } path && FieldCatalog.Find(facts.Meant.Name, facts.Tools, path) is FieldLookup.Known { Type: var type }
            ? type.Values.Select(value => new Candidate(
                value,
                CandidateKind.Value,
                $"A value of `{path.Text}`.",
                null,
                inText ? value : $"\"{value}\""
            ))
            : [];

    public static IEnumerable<Candidate> Codes =>
        ExplainPages
            .Codes.Where(code => code.HasLevel)
            .Select(code => new Candidate(code.Code, CandidateKind.Value, ExplainPages.Find(code.Code)?.Title ?? "", code.Id));

    public static IEnumerable<Candidate> Replies(TriggerFacts facts) =>
        new EventFacts(facts.Meant).ReplyFields.Select(field => new Candidate(
            field,
            CandidateKind.Field,
            $"A field of the answer to {facts.Meant.Name}.",
            null,
            $"{field}: "
        ));

    private static Candidate Named(DeclaredName name, string label, string text)
    {
        var declared = Hover.TextOf(text, name).ReplaceLineEndings(" ");
        return new Candidate(
            label,
            name.Kind is NameKind.Action ? CandidateKind.Function : CandidateKind.Variable,
            $"`{declared.Replace('`', '\'')}`",
            name.Kind switch
            {
                NameKind.Action => "action",
                NameKind.Let => "let",
                NameKind.Parameter => "param",
                _ => "rule",
            }
        );
    }
}
