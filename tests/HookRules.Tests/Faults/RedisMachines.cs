using HookRules.Engine;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime.Stores;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Several machines, as far as HookRules can tell: each with a state folder and a clone of its own, and one Redis.</summary>
internal sealed class RedisMachines : IDisposable
{
    public static readonly TimeSpan Lease = TimeSpan.FromSeconds(1);

    private readonly List<FaultBench> machines = [];
    private readonly string[] persistence;

    public RedisMachines(int count, IEnumerable<ActionDefinition> actions, Rule[] rules, params string[] persistence)
    {
        this.persistence = persistence;
        StartRedis();
        var graph = Graph(ConsumerMode.Manual, actions, rules);
        for (var i = 0; i < count; i++)
        {
            var bench = new FaultBench(
                graph with
                {
                    Settings = graph.Settings with { Queue = new QueueSettings(QueueKind.Redis, UrlVariable: "REDIS_URL", Stream: "test") },
                }
            );
            Directory.CreateDirectory(Path.Combine(bench.Project.Folder, ".git"));
            File.WriteAllText(
                Path.Combine(bench.Project.Folder, ".git", "config"),
                "[remote \"origin\"]\n\turl = git@example.com:team/app.git\n"
            );
            bench.Project.Variables["REDIS_URL"] = $"{Server.Url}?lease={Lease.TotalSeconds}s";
            machines.Add(bench);
        }
    }

    public RedisServerFixture Server { get; } = new();

    public IReadOnlyList<FaultBench> All => machines;

    public FaultBench this[int machine] => machines[machine];

    public void StartRedis() => Server.Start(persistence);

    /// <summary>As the hook does it.</summary>
    public void Publish(int machine, string command, string session = "s1")
    {
        var project = machines[machine].Project;
        var published = FileSpool.Publish(project.State, project.Event(HookProject.Bash(command, session)), Durability.Fast);
        if (!published.Ok)
            throw new IOException(published.Problem);
    }

    /// <summary>All that was published has ended, as far as its machine knows.</summary>
    public bool AllHasEnded => machines.TrueForAll(machine => machine.SpoolIsEmpty && machine.Spool("forwarded").Length == 0);

    /// <summary>The machine whose consumer is the dispatcher of all.</summary>
    public int Dispatcher
    {
        get
        {
            var key = Server.Ask("KEYS", "*:lock:dispatcher");
            var holder = key.Length == 0 ? "" : Server.Ask("GET", key);
            return machines.FindIndex(machine =>
                File.Exists(MachineFile(machine))
                && holder.StartsWith(File.ReadAllText(MachineFile(machine)).Trim(), StringComparison.Ordinal)
            );
        }
    }

    /// <summary>The journals have a run of so many events.</summary>
    public bool HaveWritten(int events) =>
        machines
            .SelectMany(machine => machine.Runs)
            .SelectMany(run => run.GetProperty("events").EnumerateArray())
            .Select(id => id.GetString())
            .Distinct()
            .Count() == events;

    /// <summary>The longest time after a moment in which none of the machines ran anything, before the last run of all: what is left of a
    /// dead one waits so long. It is read from their journals.</summary>
    public TimeSpan LongestPauseAfter(DateTimeOffset moment)
    {
        var (longest, until) = (0L, moment.ToUnixTimeMilliseconds());
        var runs = machines
            .SelectMany(machine => machine.Runs)
            .Select(run => (Start: run.GetProperty("start_ms").GetInt64(), End: run.GetProperty("end_ms").GetInt64()));
        foreach (var (start, end) in runs.Where(run => run.End > until).OrderBy(run => run.Start))
        {
            longest = Math.Max(longest, start - until);
            until = Math.Max(until, end);
        }

        return TimeSpan.FromMilliseconds(longest);
    }

    public void Dispose()
    {
        foreach (var machine in machines)
            machine.Dispose();
        Server.Dispose();
    }

    private static string MachineFile(FaultBench machine) => Path.Combine(Path.GetDirectoryName(machine.State.Path)!, "machine");
}
