using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime;

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

    public ImmutableArray<Rule> Route(Payload payload, string projectDir) =>
        [.. Router.Route(payload, byEvent[payload.Event], new RouteContext(projectDir)).Matched.Where(rule => rule.Queues)];
}

/// <summary>The plans that envelopes name: the present one of each plan.json, and those that published what still waits.</summary>
internal sealed class Plans(StateFolder state, Action<string> onProblem)
{
    private const int KeptCopies = 8;
    private static readonly TimeSpan AMoment = TimeSpan.FromSeconds(2);

    private readonly Dictionary<string, (LoadedPlan? Plan, DateTime Written, long Length)> present = new(StringComparer.Ordinal);
    private readonly Dictionary<string, LoadedPlan?> former = new(StringComparer.Ordinal);

    /// <summary>Forgets what it knows of the files, so that the next look finds a changed plan.</summary>
    public void Refresh() => looked.Clear();

    private readonly HashSet<string> looked = new(StringComparer.Ordinal);

    /// <summary>The plan in that file now; the last good one where it cannot be read, null where there never was one.</summary>
    public LoadedPlan? Present(string path)
    {
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
        var loaded = Load(path);
        if (loaded is not null && !IsNamed(path, loaded.Hash))
        {
            // Compile writes the settings a moment after the plan.
            if (TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > AMoment)
                onProblem(
                    $"{path} is not the plan that \"hookrules compile\" wrote last, so its rules are not applied. Look at what "
                        + "changed, then run: hookrules compile"
                );
            present[path] = known with { Written = default };
            return known.Plan;
        }

        if (loaded is not null)
            Keep(path, loaded.Hash);
        if (loaded is not null && known.Plan is { } old && old.Hash != loaded.Hash)
            former[old.Hash] = old;
        present[path] = (loaded ?? known.Plan, file.LastWriteTimeUtc, file.Length);
        return loaded ?? known.Plan;
    }

    /// <summary>A plan that published an envelope and is not the present one any more; null if no copy was kept.</summary>
    public LoadedPlan? Former(string hash)
    {
        if (former.TryGetValue(hash, out var known))
            return known;
        var path = CopyOf(hash);
        var loaded = hash.All(char.IsAsciiLetterOrDigit) && File.Exists(path) ? Read(path, out _) : null;
        return former[hash] = loaded?.Hash == hash ? loaded : null;
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
            if (Path.GetDirectoryName(Path.GetDirectoryName(planPath)) is not { } folder)
                return true;
            foreach (var settings in new DirectoryInfo(folder).EnumerateFiles("*.json"))
            {
                if (settings.Length is 0 or > LargestSettings)
                    continue;
                var text = File.ReadAllBytes(settings.FullName).AsSpan();
                if (text.IndexOf(Encoding.ASCII.GetBytes(hash)) >= 0)
                    return true;
                others |= text.IndexOf("\"--plan-hash\""u8) >= 0;
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // What cannot be read names nothing.
        }

        return !others;
    }

    private void Keep(string path, string hash)
    {
        try
        {
            if (state.Prepare() is null && state.CreateBelow(state.File("plans")) && !File.Exists(CopyOf(hash)))
            {
                File.Copy(path, CopyOf(hash) + ".tmp", overwrite: true);
                File.Move(CopyOf(hash) + ".tmp", CopyOf(hash), overwrite: true);
                foreach (
                    var old in new DirectoryInfo(state.File("plans"))
                        .GetFiles("*.json")
                        .OrderByDescending(copy => copy.LastWriteTimeUtc)
                        .Skip(KeptCopies)
                )
                    old.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Without a copy, what an older plan published is routed by the present one.
        }
    }

    private string CopyOf(string hash) => Path.Join(state.File("plans"), hash + ".json");

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
