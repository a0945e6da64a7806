using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>An action that a statement declares, with its modifiers.</summary>
internal sealed record DeclaredAction(
    ActionDefinition Definition,
    Modifiers Modifiers,
    ImmutableArray<Placeholder> Placeholders,
    BindContext Context
)
{
    /// <summary>Where rules use it, and what their payloads are.</summary>
    public List<(PayloadKind Payload, SourceRef At, BindContext Context)> Uses { get; } = [];
}

/// <summary>The names of the project's own files, or those of one pack.</summary>
/// <param name="prefix">What stands before a pack's names in the graph; null for the project.</param>
internal sealed class Scope(string? prefix, Constants constants, PayloadKinds payloads)
{
    private const int MostGuesses = 100;

    private int guesses;
    private readonly Dictionary<string, DeclaredAction> actions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceRef> rules = new(StringComparer.Ordinal);
    private readonly HashSet<(string? Keyword, string? Name)> skipped = [];
    private readonly List<(NameSyntax Name, BindContext Context)> awaited = [];
    private readonly Dictionary<string, Scope> packs = new(StringComparer.Ordinal);
    private readonly HashSet<string> disabled = new(StringComparer.Ordinal);
    private readonly HashSet<string> overridden = new(StringComparer.Ordinal);

    public string? Prefix => prefix;

    public IEnumerable<string> OwnActionNames => actions.Keys.Concat(SkippedNames("action"));

    /// <summary>Those of the packs that are used here too.</summary>
    public IEnumerable<string> ActionNames =>
        OwnActionNames.Concat(packs.SelectMany(pack => pack.Value.OwnActionNames.Select(name => $"{pack.Key}.{name}")));

    public IEnumerable<string> RuleNames => rules.Keys.Concat(SkippedNames("rule"));

    public IEnumerable<DeclaredAction> Actions => actions.Values;

    /// <summary>The packs that are used here, by what they are called here.</summary>
    public IReadOnlyDictionary<string, Scope> Packs => packs;

    /// <summary>A pack could not be used, which is reported: what is named after it is no second mistake.</summary>
    public bool MissesPack { get; private set; }

    /// <summary>A name as the graph has it.</summary>
    public string Full(string name) => prefix is null ? name : $"{prefix}.{name}";

    /// <summary>What was probably meant; nobody reads the hundredth guess, and each looks at every name.</summary>
    public string? Nearest(string name, IEnumerable<string> names) => guesses++ < MostGuesses ? NearestName.Find(name, names) : null;

    public void AddPack(string name, Scope scope) => packs.TryAdd(name, scope);

    public void MissPack() => MissesPack = true;

    /// <summary>A pack and the name within it, from <c>PACK.NAME</c>; null where there is no such pack.</summary>
    public (Scope Pack, string Name)? InPack(string name) =>
        name.IndexOf('.', StringComparison.Ordinal) is > 0 and var dot && packs.TryGetValue(name[..dot], out var pack)
            ? (pack, name[(dot + 1)..])
            : null;

    /// <summary>A statement that could not be read still declares its name.</summary>
    public void Skip(string? keyword, string? name)
    {
        if (keyword is "let" or "param" && name is not null)
            constants.Skip(name);
        skipped.Add((keyword, name));
    }

    public bool IsSkippedAction(string name) =>
        skipped.Contains(("action", name))
        || (InPack(name) is var (pack, own) ? pack.IsSkippedAction(own) : MissesPack && name.Contains('.', StringComparison.Ordinal));

    /// <summary>A rule of this name may be among those that could not be read.</summary>
    public bool MaySkipRule(string name) =>
        skipped.Any(one => one.Keyword is "rule" or "on" or null && (one.Name is null || one.Name == name));

    private IEnumerable<string> SkippedNames(string keyword) =>
        from one in skipped
        where one.Keyword == keyword && one.Name is not null
        select one.Name;

    public void ReportUnusedConstants()
    {
        // What could not be read may have used it.
        if (!skipped.Any(one => one.Keyword is not ("let" or "action")))
            constants.ReportUnused();
    }

    public void AddAction(NameSyntax name, DeclaredAction action)
    {
        var context = action.Context;
        if (StepGrammar.IsReserved(name.Text))
            context.Report(DiagnosticCatalog.ReservedName(context.At(name), name.Text));
        else if (actions.TryGetValue(name.Text, out var first))
            context.Report(DiagnosticCatalog.DuplicateName(context.At(name), "an action", name.Text, first.Definition.Source));
        else
            actions.Add(name.Text, action);
    }

    /// <summary>The names behind <c>await</c>. Some are given by <c>as</c> in a rule further down, so they are looked up in the
    /// end.</summary>
    public void AddAwaited(NameSyntax name, BindContext context) => awaited.Add((name, context));

    /// <summary>An action's name as the graph has it; one that no statement declares is given by <c>as</c>.</summary>
    public string ActionName(string name) => FindAction(name)?.Definition.Name ?? Full(name);

    public void CheckAwaited(IEnumerable<string> given)
    {
        var names = given.ToHashSet(StringComparer.Ordinal);
        foreach (
            var (name, context) in awaited.Where(one =>
                FindAction(one.Name.Text) is null && !names.Contains(Full(one.Name.Text)) && !IsSkippedAction(one.Name.Text)
            )
        )
            context.Report(DiagnosticCatalog.UnknownAction(context.At(name), name.Text, Nearest(name.Text, ActionNames.Concat(names))));
    }

    /// <summary>Puts the project's action in the place of the pack's.</summary>
    public void Override(string name, NameSyntax at, DeclaredAction action)
    {
        if (overridden.Add(name))
            actions[name] = action;
        else
            action.Context.Report(
                DiagnosticCatalog.DuplicateName(action.Context.At(at), "an action", at.Text, actions[name].Definition.Source)
            );
    }

    public DeclaredAction? FindAction(string name) =>
        actions.GetValueOrDefault(name) ?? (InPack(name) is var (pack, own) ? pack.FindAction(own) : null);

    /// <summary>False, and reported, where another rule has the name.</summary>
    public bool AddRule(NameSyntax name, BindContext context)
    {
        var at = context.At(name);
        if (InPack(name.Text) is var (pack, own) && pack.rules.TryGetValue(own, out var first))
        {
            context.Report(DiagnosticCatalog.DuplicateName(at, "a rule", name.Text, first));
            return false;
        }

        if (rules.TryAdd(name.Text, at))
            return true;
        context.Report(DiagnosticCatalog.DuplicateName(at, "a rule", name.Text, rules[name.Text]));
        return false;
    }

    public bool HasRule(string name) => rules.ContainsKey(name);

    public void Disable(string rule) => disabled.Add(Full(rule));

    public bool IsDisabled(Rule rule) => rule.Name is { } name && disabled.Contains(name);

    public PayloadKind Payload(HookEvent @event, IReadOnlyCollection<string>? tools) => payloads.Of(@event, tools);
}
