using HookRules.Cli.Reports;
using HookRules.Compiler.Settings;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Redis;

namespace HookRules.Cli.Doctor;

/// <summary>Whether events can be kept and worked off.</summary>
internal static class StateChecks
{
    private const long LittleSpace = 200L << 20;
    private static readonly string[] NetworkFileSystems = ["nfs", "nfs4", "cifs", "smb3", "smbfs", "9p", "fuse.sshfs", "afs", "ceph"];
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(1);

    public static IEnumerable<Finding> Spool(Patient patient)
    {
        var state = patient.State;
        if (!Directory.Exists(state.Path))
        {
            yield return Finding.Ok("spool", "no event has been queued yet", state.Path);
            yield break;
        }

        if (state.Prepare() is { } problem)
        {
            yield return Finding.Problem("spool", problem, state.Path, "mend it as it says, or name another place in XDG_STATE_HOME");
            yield break;
        }

        if (SpoolProbe.Write(state) is { } unwritable)
        {
            yield return Finding.Problem(
                "spool",
                $"events cannot be written: {unwritable}",
                state.Spool("tmp"),
                "make room, or give the folder back to you"
            );
            yield break;
        }

        var (space, fileSystem) = SpoolProbe.Drive(state);
        var what = $"events can be written; {fileSystem}, {Human.Size(space)} free";
        if (space < LittleSpace)
            yield return Finding.Problem("spool", $"only {Human.Size(space)} are free", state.Path, "make room");
        else if (NetworkFileSystems.Contains(fileSystem))
            yield return Finding.Hint(
                "spool",
                $"{what}: on a network two machines would share one spool and locks may not hold",
                state.Path,
                "name a folder of this machine in XDG_STATE_HOME"
            );
        else
            yield return Finding.Ok("spool", what, state.Path);
        if (SpoolProbe.Watch(state) is { } unwatched)
            yield return Finding.Problem(
                "watches",
                $"the system gives no more file watches ({unwatched}), so the consumer looks twice a second instead of being woken",
                "/proc/sys/fs/inotify",
                "raise fs.inotify.max_user_watches and max_user_instances, or end programs that hold many"
            );
    }

    /// <summary>The stores that plans name beside the spool.</summary>
    public static IEnumerable<Finding> Queues(Patient patient)
    {
        foreach (var (path, plan, _) in patient.Plans)
        {
            if (plan is null || QueueAddress.Of(plan.Graph.Settings.Queue, path, patient.Cli.Environment) is not { } address)
                continue;
            var where = address.Path.Length > 0 ? address.Path : patient.Name(path);
            var problem = SharedStores.Try(
                address,
                plan.Graph.Settings.Durability,
                patient.Cli.Environment,
                patient.State,
                patient.ProjectDir
            );
            yield return problem is not null
                ? Finding.Problem(
                    "queue",
                    $"{address} cannot be used, so its events wait in the spool: {problem}",
                    where,
                    "mend it as it says; a consumer tries it again by itself"
                )
                : Finding.Ok("queue", $"{address} can be used", where);
            if (problem is not null || address.Kind != QueueKind.Redis)
                continue;
            foreach (var (what, mend) in RedisLook.At(address, patient.ProjectDir, patient.State, patient.Cli.Environment).Risks)
                yield return Finding.Hint("queue", what, where, mend);
        }
    }

    public static IEnumerable<Finding> Consumer(Patient patient)
    {
        var consumer = ConsumerLook.At(patient.State);
        var store = StoreLook.At(patient.State, patient.Cli.Time);
        var now = patient.Cli.Time.GetUtcNow();
        var at = patient.State.ConsumerLock;
        if (consumer is { Hangs: true, Record: { } hanging })
            yield return Finding.Problem(
                "consumer",
                $"process {hanging.Pid} (version {hanging.Version}) holds the lock and has given no sign of life for "
                    + Human.Duration(consumer.Silence ?? default),
                at,
                $"end it: kill {hanging.Pid} (or kill -9 {hanging.Pid}); the next event starts another one"
            );
        else if (consumer is { State: "unknown" })
            yield return Finding.Problem(
                "consumer",
                "a process holds the lock and does not say which it is",
                at,
                "find it: fuser -v " + ShellQuoting.Quote(at)
            );
        else if (consumer is { Runs: true, Record: { } record })
            yield return Finding.Ok("consumer", $"{consumer.State}: process {record.Pid}, version {record.Version}", at);
        if (consumer.Runs || store.Oldest is not { } oldest || now - oldest < Patience || store.Waiting == 0)
            yield break;
        yield return Finding.Problem(
            "consumer",
            $"{Human.Count(store.Waiting, "event")} {(store.Waiting == 1 ? "waits" : "wait")} for {Human.Duration(now - oldest)} "
                + $"and no consumer runs{(StartRecord.LastWords(patient.State) is { } words ? $"; the last one said: {words}" : "")}",
            patient.State.Path,
            "the next event starts one; or run: hookrules run --once"
        );
    }

    /// <summary>State folders whose project is gone.</summary>
    public static IEnumerable<Finding> Abandoned(Patient patient)
    {
        foreach (var folder in AbandonedFolder.All(patient.State))
        {
            var waits = StoreLook.At(StateFolder.At(folder.Path), patient.Cli.Time);
            var count = waits.Waiting + waits.LeftBehind;
            if (count > 0)
                yield return Finding.Problem(
                    "moved",
                    $"{Human.Count(count, "event")} {(count == 1 ? "waits" : "wait")} for {folder.Project}, which is gone; "
                        + "if it was moved, nobody works them off there",
                    folder.Path,
                    $"move the folder back and run there: hookrules run --once; or throw them away: rm -r {ShellQuoting.Quote(folder.Path)}"
                );
            else
                yield return Finding.Hint(
                    "states",
                    $"left by {folder.Project}, which is gone",
                    folder.Path,
                    "hookrules doctor --clean removes it when the project has been gone for 30 days"
                );
        }
    }

    /// <summary>Programs of actions on the paths of the hooks that queued events, and variables that actions name.</summary>
    public static IEnumerable<Finding> Environments(Patient patient)
    {
        var recorded = ActionEnvironment.All(patient.State, patient.Cli.Environment);
        var environments = recorded.Count > 0 ? recorded : [patient.Cli.Environment];
        var whose = recorded.Count > 0 ? "of a hook that queued events" : "of this shell";
        foreach (var (path, plan, _) in patient.Plans)
        {
            if (plan is null)
                continue;
            var found = new List<Finding>();
            foreach (var action in plan.Graph.Actions)
                if (ProgramOf(action) is { } program)
                    foreach (var environment in environments)
                        if (new ProjectContext(patient.ProjectDir, environment("PATH") ?? "").ProgramExists(program) is false)
                        {
                            found.Add(
                                Finding.Problem(
                                    "programs",
                                    $"action {action.Name}: {program} is not "
                                        + (program.Contains('/', StringComparison.Ordinal) ? "there" : $"on the PATH {whose}"),
                                    PlaceOf(plan.Graph, action),
                                    "install it, mend its name, or start Claude Code where it is on PATH"
                                )
                            );
                            break;
                        }

            foreach (var name in plan.Graph.Settings.Environment)
                if (environments.Any(environment => environment(name) is null))
                    found.Add(
                        Finding.Problem(
                            "variables",
                            $"{name}, which actions ask for, is not set in the environment {whose}",
                            patient.Name(path),
                            "set it before Claude Code is started"
                        )
                    );
            if (found.Count == 0)
                yield return Finding.Ok(
                    "programs",
                    $"the programs and variables of its actions are there, in the environment {whose}",
                    patient.Name(path)
                );
            foreach (var finding in found)
                yield return finding;
        }
    }

    // A plan has the places of rules alone.
    private static string? PlaceOf(RuleGraph graph, ActionDefinition action) =>
        graph.Rules.FirstOrDefault(rule => rule.QueuedBranches.Concat(rule.Sync).Any(branch => branch.Action == action.Name))
            is { Source: var at }
            ? $"{at.File}:{at.Line}"
            : null;

    private static string? ProgramOf(ActionDefinition action) =>
        action.Handler is Handler.Run { Argv: [TextValue.Text { Template: { HasFields: false } text }, ..] }
        && text.Parts is [{ Literal: { } name }]
            ? name
            : null;
}
