using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Dispatching;

/// <summary>A plan with what the consumer looks up in it.</summary>
internal sealed class LoadedPlan(Plan plan)
{
    private readonly ILookup<string, Rule> byEvent = plan
        .Graph.Rules.Where(rule => rule.Queues)
        .SelectMany(rule => rule.Events.Select(@event => (Event: @event, Rule: rule)))
        .ToLookup(on => on.Event, on => on.Rule, StringComparer.Ordinal);
    private readonly Dictionary<string, Rule> byId = plan.Graph.Rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
    private readonly Dictionary<string, ActionDefinition> actions = plan.Graph.Actions.ToDictionary(
        action => action.Name,
        StringComparer.Ordinal
    );

    public string Hash => plan.Hash;

    public RuleGraph Graph => plan.Graph;

    public Rule? Rule(string id) => byId.GetValueOrDefault(id);

    public ActionDefinition? Action(string name) => actions.GetValueOrDefault(name);

    /// <summary>Something waits for its runs, so each has a mark.</summary>
    public bool IsAwaited(string action) => plan.Graph.Settings.Awaited.Contains(action);

    /// <summary>What the hook's router said of a payload already, where that is at hand: in a simulation.</summary>
    public Func<Payload, ImmutableArray<Rule>?>? Known { get; init; }

    public ImmutableArray<Rule> Route(Payload payload, string projectDir) =>
        Known?.Invoke(payload) ?? Router.Match(payload, byEvent[payload.Event], new RouteContext(projectDir));
}

/// <summary>The plans that events name, as they are now.</summary>
internal sealed class Plans(TimeProvider time, Action<string> onProblem)
{
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(2);
    private static readonly byte[] HashArgument = Encoding.ASCII.GetBytes(ProjectLayout.PlanHashArgument);

    private readonly Dictionary<string, (LoadedPlan? Plan, DateTime Written, long Length)> present = new(StringComparer.Ordinal);
    private readonly HashSet<string> looked = new(StringComparer.Ordinal);

    /// <summary>A plan has a format that only a newer consumer reads, which must take over: nobody is to guess what it says.</summary>
    public bool MustHandOver { get; private set; }

    /// <summary>The same one for every file, which is not looked for.</summary>
    public static Plans Only(LoadedPlan plan) => new(TimeProvider.System, _ => { }) { only = plan };

    private LoadedPlan? only;

    /// <summary>The next look finds a changed plan.</summary>
    public void Refresh() => looked.Clear();

    /// <summary>The plan in that file now; the last good one where it cannot be read, null where there never was one.</summary>
    public LoadedPlan? Present(string path)
    {
        if (only is not null)
            return only;
        var known = present.GetValueOrDefault(path);
        if (!looked.Add(path))
            return known.Plan;
        var file = new FileInfo(path);
        if (!file.Exists)
        {
            if (known.Plan is null && known.Length != -1)
                onProblem($"{path} is missing; run: hookrules compile");
            present[path] = known with { Length = -1 };
            return known.Plan;
        }

        if (known.Written == file.LastWriteTimeUtc && known.Length == file.Length)
            return known.Plan;
        if (PlanFile.FormatOf(path) > PlanFile.Format)
        {
            MustHandOver = true;
            onProblem($"{path} was written by a newer hookrules, so this consumer hands over to it");
            present[path] = default;
            return null;
        }

        var loaded = Load(path);
        if (loaded is not null && !IsNamed(path, loaded.Hash))
        {
            // Compile writes the settings a moment after the plan.
            if (time.GetUtcNow() - file.LastWriteTimeUtc > AMoment)
                onProblem(
                    $"{path} is not the plan that \"hookrules compile\" wrote last, so its rules are not applied. Look at what "
                        + "changed, then run: hookrules compile"
                );
            present[path] = known with { Written = default };
            return known.Plan;
        }

        present[path] = (loaded ?? known.Plan, file.LastWriteTimeUtc, file.Length);
        return loaded ?? known.Plan;
    }

    private LoadedPlan? Load(string path)
    {
        var loaded = Read(path, out var problem);
        if (loaded is null)
            onProblem($"{path} cannot be used: {problem}; run: hookrules compile");
        return loaded;
    }

    /// <summary>
    /// The hook entries beside the plan name its hash, as the hook process is told it; a plan that they do not name was written by somebody
    /// else than the compiler.
    /// Where nothing beside it names any, nobody says.
    /// </summary>
    private static bool IsNamed(string planPath, string hash)
    {
        const long LargestSettings = 16 << 20;
        var others = false;
        try
        {
            if (ProjectLayout.SettingsFolder(planPath) is not { } folder)
                return true;
            foreach (var settings in new DirectoryInfo(folder).EnumerateFiles("*.json"))
            {
                if (settings.Length is 0 or > LargestSettings)
                    continue;
                var text = File.ReadAllBytes(settings.FullName).AsSpan();
                if (text.IndexOf(Encoding.ASCII.GetBytes(hash)) >= 0)
                    return true;
                others |= text.IndexOf(HashArgument) >= 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read names nothing.
        }

        return !others;
    }

    private static LoadedPlan? Read(string path, out string? problem)
    {
        try
        {
            problem = null;
            return new LoadedPlan(RuleGraphJson.Read(PlanFile.ReadAll(path)));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlanCorruptException or ArgumentException)
        {
            problem = e.Message;
            return null;
        }
    }
}
