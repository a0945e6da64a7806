using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>An action that a statement declares, with its modifiers.</summary>
internal sealed record DeclaredAction(ActionDefinition Definition, Modifiers Modifiers, ImmutableArray<Placeholder> Placeholders, BindContext Context)
{
    /// <summary>Where rules use it, and what their payloads are.</summary>
    public List<(PayloadKind Payload, SourceRef At, BindContext Context)> Uses { get; } = [];
}

/// <summary>The names of all files that are compiled together.</summary>
internal sealed class Scope
{
    private const int MostGuesses = 100;

    private int guesses;
    private readonly Dictionary<string, (string Value, SourceRef At, BindContext Context)> lets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, DeclaredAction> actions = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceRef> rules = new(StringComparer.Ordinal);
    private readonly HashSet<(string? Keyword, string? Name)> skipped = [];
    private readonly List<(NameSyntax Name, BindContext Context)> awaited = [];
    private readonly HashSet<string> usedLets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, PayloadKind> payloads = new(StringComparer.Ordinal);

    public IEnumerable<string> LetNames => lets.Keys.Concat(SkippedNames("let"));

    public IEnumerable<string> ActionNames => actions.Keys.Concat(SkippedNames("action"));

    public IEnumerable<DeclaredAction> Actions => actions.Values;

    /// <summary>What was probably meant; nobody reads the hundredth guess, and each looks at every name.</summary>
    public string? Nearest(string name, IEnumerable<string> names) => guesses++ < MostGuesses ? NearestName.Find(name, names) : null;

    /// <summary>A statement that could not be read still declares its name.</summary>
    public void Skip(string? keyword, string? name) => skipped.Add((keyword, name));

    public bool IsSkippedLet(string name) => skipped.Contains(("let", name));

    public bool IsSkippedAction(string name) => skipped.Contains(("action", name));

    private IEnumerable<string> SkippedNames(string keyword) => from one in skipped where one.Keyword == keyword && one.Name is not null select one.Name;

    public void AddLet(LetSyntax let, BindContext context)
    {
        var name = let.Name.Text;
        if (lets.TryGetValue(name, out var first)) context.Report(DiagnosticCatalog.DuplicateName(context.At(let.Name), "a value", name, first.At));
        else lets.Add(name, (let.Value.Text, context.At(let.Name), context));
    }

    public string? UseLet(string name)
    {
        if (!lets.TryGetValue(name, out var let)) return null;
        usedLets.Add(name);
        return let.Value;
    }

    public void ReportUnusedLets()
    {
        // What could not be read may have used it.
        if (skipped.Any(one => one.Keyword is not ("let" or "action"))) return;
        foreach (var (name, let) in lets)
        {
            if (!usedLets.Contains(name)) let.Context.Report(DiagnosticCatalog.UnusedLet(let.At, name));
        }
    }

    public void AddAction(NameSyntax name, DeclaredAction action)
    {
        var context = action.Context;
        if (StepGrammar.IsReserved(name.Text)) context.Report(DiagnosticCatalog.ReservedName(context.At(name), name.Text));
        else if (actions.TryGetValue(name.Text, out var first)) context.Report(DiagnosticCatalog.DuplicateName(context.At(name), "an action", name.Text, first.Definition.Source));
        else actions.Add(name.Text, action);
    }

    /// <summary>The names behind <c>await</c>. Some are given by <c>as</c> in a rule further down, so they are looked up in the end.</summary>
    public void AddAwaited(NameSyntax name, BindContext context) => awaited.Add((name, context));

    public void CheckAwaited(IEnumerable<string> given)
    {
        var names = given.ToHashSet(StringComparer.Ordinal);
        foreach (var (name, context) in awaited.Where(one => !actions.ContainsKey(one.Name.Text) && !names.Contains(one.Name.Text) && !IsSkippedAction(one.Name.Text)))
            context.Report(DiagnosticCatalog.UnknownAction(context.At(name), name.Text, Nearest(name.Text, ActionNames.Concat(names))));
    }

    public DeclaredAction? FindAction(string name) => actions.GetValueOrDefault(name);

    /// <summary>False, and reported, where another rule has the name.</summary>
    public bool AddRule(NameSyntax name, BindContext context)
    {
        var at = context.At(name);
        if (rules.TryAdd(name.Text, at)) return true;
        context.Report(DiagnosticCatalog.DuplicateName(at, "a rule", name.Text, rules[name.Text]));
        return false;
    }

    /// <summary>One for each event and set of tools, so that a field is looked up once and not for every rule.</summary>
    public PayloadKind Payload(HookEvent @event, IReadOnlyCollection<string>? tools)
    {
        var key = tools is null ? @event.Name : $"{@event.Name} {string.Join('|', tools)}";
        if (!payloads.TryGetValue(key, out var payload)) payloads.Add(key, payload = new PayloadKind(@event, tools));
        return payload;
    }
}
