using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>
/// A set of matcher values, written as Claude Code reads matchers: names joined by <c>|</c> where they are nothing but names, an anchored
/// JavaScript expression otherwise, no matcher for everything.
/// </summary>
internal sealed class SettingsMatcher
{
    private readonly HookEvent @event;
    private readonly List<string> names = [];
    private readonly List<string> expressions = [];
    private readonly List<string> excluded = [];
    private bool any;

    public SettingsMatcher(HookEvent @event, IEnumerable<Matcher> matchers)
    {
        this.@event = @event;
        any = @event.MatcherField is null;
        foreach (var matcher in matchers)
            Add(matcher);
    }

    public bool IsEmpty => !any && names.Count == 0 && expressions.Count == 0;

    /// <summary>The names, if it is nothing but names.</summary>
    public IReadOnlyList<string>? Names => any || expressions.Count > 0 ? null : names;

    public void Except(IReadOnlyCollection<string> others)
    {
        excluded.AddRange(others);
        names.RemoveAll(others.Contains);
    }

    /// <summary>What to write; null for no matcher at all.</summary>
    public string? Write()
    {
        if (Names is not null)
            return List();
        if (excluded.Count == 0)
            return any ? null : Expression();

        // Earlier names of a tool are tried against an expression too, so they have to be kept out with it.
        var kept = excluded.Concat(@event.IsToolEvent ? excluded.SelectMany(EarlierNames) : []);
        var others = $"^(?!{Alternatives(kept)}$)";
        return any ? others : $@"{others}(?=[\s\S]*(?:{Expression()}))";
    }

    private void Add(Matcher matcher)
    {
        switch (matcher)
        {
            case Matcher.Any:
                any = true;
                break;
            case Matcher.Names list:
                names.AddRange(list.Values.Where(name => !names.Contains(name)).Distinct());
                break;
            case Matcher.Expression { Pattern: var pattern }:
                if (SettingsRegex.WithoutFlags(pattern.Source, pattern.Flags) is not { Length: > 0 } source)
                    any = true;
                else if (!expressions.Contains(source))
                    expressions.Add(source);
                break;
            default:
                throw new InvalidOperationException($"unknown matcher {matcher.GetType().Name}");
        }
    }

    private string List()
    {
        // These are watched as they stand, so nothing in them can be escaped.
        if (@event.Matching == MatcherKind.FileName)
            return string.Join('|', names);
        return names.TrueForAll(IsPlain) ? string.Join('|', names) : $"^{Alternatives(names)}$";
    }

    private string Expression()
    {
        var terms = names.Count == 0 ? expressions : [$"^{Alternatives(names)}$", .. expressions];
        var expression = string.Join('|', terms);
        return expression.AsSpan().ContainsAnyExcept(SettingsRegex.ListCharacters) && expression != "*" ? expression : $"(?:{expression})";
    }

    private bool IsPlain(string name) =>
        name.Length > 0
        && name.Trim() == name
        && !name.AsSpan().ContainsAny('|', ',')
        && !name.AsSpan().ContainsAnyExcept(@event.BarListsOnly ? SettingsRegex.NarrowListCharacters : SettingsRegex.ListCharacters);

    private static string Alternatives(IEnumerable<string> names) => $"(?:{string.Join('|', names.Select(SettingsRegex.Escape))})";

    private static IEnumerable<string> EarlierNames(string tool) => HookTools.Find(tool)?.Aliases ?? [];
}
