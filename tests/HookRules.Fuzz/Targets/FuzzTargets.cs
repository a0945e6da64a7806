namespace HookRules.Fuzz;

/// <summary>Every target, in the order in which they run.</summary>
public static class FuzzTargets
{
    public static IReadOnlyList<Target> All { get; } =
    [
        new RulesTarget(),
        new YamlTarget(),
        new PlanTarget(),
        new PayloadTarget(),
        new GlobTarget(),
        new RegexTarget(),
        new SettingsTarget(),
        new ConditionTarget(),
        new TemplateTarget(),
        new FmtTarget(),
        new ImportTarget(),
        new LspTarget(),
    ];

    public static Target? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
