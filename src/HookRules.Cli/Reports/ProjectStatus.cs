using System.Text.Json;
using HookRules.Cli.Commands;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Operating;

namespace HookRules.Cli.Reports;

/// <summary>What a project's consumer does and did.</summary>
/// <param name="IsFresh">The rules are what the plan was made of; null where there are no rules to compare with.</param>
internal sealed record ProjectStatus(
    RunningProject Project,
    bool? IsFresh,
    ConsumerMode Mode,
    ConsumerLook Consumer,
    StoreLook Store,
    IReadOnlyList<ActionStatus> Actions,
    IReadOnlyList<SessionStatus> Sessions,
    IReadOnlyList<RecentError> Errors,
    DateTimeOffset At
)
{
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1),
        Recent = TimeSpan.FromHours(24);
    private const int MostErrors = 5;

    /// <summary>What waits, by what it waits for.</summary>
    public IEnumerable<(string Cause, int Count, DateTimeOffset Oldest)> Waiting =>
        from item in Store.Items
        where item.Cause != "running"
        group item by item.Cause into cause
        orderby cause.Count() descending, cause.Key
        select (cause.Key, cause.Count(), cause.Min(item => item.Since));

    /// <summary>What a person has to see to, in words.</summary>
    public IEnumerable<string> Needs()
    {
        if (Consumer.Hangs)
            yield return $"the consumer, process {Consumer.Record!.Pid}, has given no sign of life for "
                + $"{Human.Duration(Consumer.Silence ?? default)}: "
                + "end that process, the next event starts another one";
        if (Mode == ConsumerMode.Service && !Consumer.Runs)
            yield return $"the rules say \"consumer service\" and none runs, so events wait: {ServiceCommand.Hint}";
        if (Store.Dead + Store.Unreadable > 0)
            yield return $"{Human.Count(Store.Dead + Store.Unreadable, "dead letter")}: hookrules dead list";
        foreach (var queue in Store.Queues)
            if (queue.Problem is { } problem)
                yield return $"{queue.Address} cannot be used: {problem}";
        foreach (var (cause, count, oldest) in Waiting)
        {
            var age = At - oldest;
            if (age < Patience)
                continue;
            var events = Human.Count(count, "event");
            if (cause == "plan")
                yield return $"{events} cannot go on, since the plan cannot be read: hookrules compile";
            else if (!Consumer.Runs)
                yield return $"{events} {(count == 1 ? "waits" : "wait")} for {Human.Duration(age)} and no consumer runs: "
                    + $"{Start}, or: hookrules run --once";
            else if (cause is "reading" or "dead-consumer")
                yield return $"{events} {(count == 1 ? "is" : "are")} not taken for {Human.Duration(age)}, although a consumer runs: "
                    + "hookrules doctor";
        }
    }

    public static ProjectStatus Of(Cli cli, RunningProject project, IReadOnlyList<JournalEntry> journal)
    {
        var now = cli.Time.GetUtcNow();
        var since = (now - Recent).ToUnixTimeMilliseconds();
        return new ProjectStatus(
            project,
            Freshness(cli, project),
            ModeOf(project),
            ConsumerLook.At(project.State),
            StoreLook.At(project.State, cli.Time, cli.Environment),
            ActionStatus.Of(journal.Where(entry => entry.EndMs >= since)),
            SessionStatus.Of(project.State, journal),
            [.. RecentError.Of(project.State).Where(error => now - error.At < Recent).TakeLast(MostErrors)],
            now
        );
    }

    private static ConsumerMode ModeOf(RunningProject project)
    {
        using var plan = PlanFile.Open(project.Plan, out _);
        return plan?.Settings.Consumer ?? ConsumerMode.Auto;
    }

    /// <summary>How one comes to run where none does.</summary>
    public string Start =>
        Mode switch
        {
            ConsumerMode.Auto => "the next event starts one",
            ConsumerMode.Service => $"start its service: {ServiceCommand.Hint}",
            _ => "start one: hookrules run",
        };

    /// <summary>Compiles the project's rules and compares the hashes.</summary>
    private static bool? Freshness(Cli cli, RunningProject project)
    {
        if (ProjectFiles.Find(project.ProjectDir, RulesProject.Home(cli)) is not { } files || files.ProjectDir != project.ProjectDir)
            return null;
        var compilation = Compilation.Of(files);
        if (compilation.HasErrors)
            return false;
        using var plan = PlanFile.Open(project.Plan, out _);
        return plan is not null && plan.Hash == RuleGraphJson.Write(compilation.Graph, RuntimeEmitter.Version).Hash;
    }
}

/// <summary>How the runs of one action went within a day.</summary>
internal sealed record ActionStatus(
    string Action,
    string? Place,
    int Runs,
    int Failed,
    Percentiles Wait,
    Percentiles Duration,
    long CpuMs,
    DateTimeOffset Last
)
{
    public static IReadOnlyList<ActionStatus> Of(IEnumerable<JournalEntry> journal) =>
        [
            .. from entry in journal
            where entry.IsRun
            group entry by entry.Action into action
            orderby action.Count() descending, action.Key
            select new ActionStatus(
                action.Key,
                action.Select(entry => entry.Place).Distinct().ToList() is [var only] ? only : null,
                action.Count(),
                action.Count(entry => entry.Failed),
                Percentiles.Of(action.Select(entry => entry.WaitMs)),
                Percentiles.Of(action.Select(entry => entry.DurationMs)),
                action.Sum(entry => entry.CpuMs ?? 0),
                DateTimeOffset.FromUnixTimeMilliseconds(action.Max(entry => entry.EndMs))
            ),
        ];
}

/// <summary>A session with something that it waits for, or that failed in it.</summary>
/// <param name="Name">Its id, else the name of its folder.</param>
/// <param name="Pending">Runs that an await would wait for.</param>
/// <param name="Untold">Failures that Claude is to be told of.</param>
internal sealed record SessionStatus(string Name, int Pending, int Failing, int Untold)
{
    public static IReadOnlyList<SessionStatus> Of(StateFolder state, IEnumerable<JournalEntry> journal)
    {
        var names = journal
            .SelectMany(entry => entry.Sessions)
            .Distinct(StringComparer.Ordinal)
            .ToDictionary(session => SessionFolder.Of(state, session).Path, StringComparer.Ordinal);
        return
        [
            .. from folder in SessionFolder.All(state)
            let failing = FailingFile.Read(folder)
            let told = ToldLine.In(folder)
            let status = new SessionStatus(
                names.GetValueOrDefault(folder.Path) ?? Path.GetFileName(folder.Path),
                PendingMark.In(folder).Length,
                failing.Length,
                failing.Count(check => check.IsFedBack && told.All(line => line.Check != check.Id))
            )
            where status.Pending + status.Failing > 0
            orderby status.Name
            select status,
        ];
    }
}

internal readonly record struct Percentiles(long P50, long P95)
{
    public static Percentiles Of(IEnumerable<long> values)
    {
        var sorted = values.Order().ToList();
        return new(At(0.5), At(0.95));

        long At(double part) => sorted.Count == 0 ? 0 : sorted[Math.Min(sorted.Count - 1, (int)(sorted.Count * part))];
    }
}

/// <summary>A line of <c>errors.jsonl</c>.</summary>
internal sealed record RecentError(DateTimeOffset At, string Source, string Message)
{
    public static IEnumerable<RecentError> Of(StateFolder state)
    {
        foreach (var path in ErrorJournal.Files(state).Where(File.Exists))
        foreach (var line in File.ReadLines(path))
            if (TryRead(line) is { } error)
                yield return error;
    }

    private static RecentError? TryRead(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return new RecentError(
                json.GetProperty("time").GetDateTimeOffset(),
                json.GetProperty("source").GetString() ?? "",
                json.GetProperty("message").GetString() ?? ""
            );
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
