using System.CommandLine;
using System.Reflection;
using System.Runtime.InteropServices;
using HookRules.Engine;
using HookRules.Runtime;
using HookRules.Runtime.Stores;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules run</c>: the consumer, which does what the hooks have queued.</summary>
internal static class RunCommand
{
    private static readonly TimeSpan IdleLimit = TimeSpan.FromMinutes(10);

    public static Command Create(Cli cli)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A rules file of the project; without it the project is looked for from here up.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var once = new Option<bool>("--once") { Description = "Work off what is there, windows and throttles included, then exit." };
        var group = new Option<string?>("--group") { Description = "Take only the actions of this group.", HelpName = "NAME" };
        var explain = new Option<bool>("--explain") { Description = "Print the steps from the queue to the work, and exit." };
        var plan = RunningProject.PlanOption;
        var idleExit = new Option<bool>("--idle-exit")
        {
            Description = "Exit after ten minutes without work; exit at once where another consumer runs.",
        };
        var stop = new Option<bool>("--stop") { Description = "End the consumer of the project when what runs has ended." };
        var probe = new Option<bool>(ProjectLayout.ProbeArgument) { Description = "Look whether a consumer could work here, and exit." };
        var service = new Option<bool>("--service")
        {
            Description = "Something else starts this one again where it ends with an error: it ends so when its program was replaced.",
            Hidden = true,
        };
        var planFormat = new Option<int?>("--plan-format") { Description = "The format of the plan that the hook reads.", Hidden = true };
        var command = new Command("run", "Do what the hooks have queued.\n\nExample: hookrules run --once")
        {
            file,
            once,
            group,
            explain,
            plan,
            idleExit,
            stop,
            probe,
            service,
            planFormat,
        };
        command.SetAction(
            (parsed, ct) =>
                Run(
                    cli,
                    parsed.GetValue(file),
                    parsed.GetValue(plan),
                    new Wanted(
                        parsed.GetValue(once),
                        parsed.GetValue(group),
                        parsed.GetValue(explain),
                        parsed.GetValue(idleExit),
                        parsed.GetValue(stop),
                        parsed.GetValue(probe),
                        parsed.GetValue(service),
                        parsed.GetValue(planFormat)
                    ),
                    ct
                )
        );
        return command;
    }

    private sealed record Wanted(
        bool Once,
        string? Group,
        bool Explain,
        bool IdleExit,
        bool Stop,
        bool Probe,
        bool Service,
        int? PlanFormat
    );

    private static async Task<int> Run(Cli cli, string? file, string? planPath, Wanted wanted, CancellationToken ct)
    {
        // A hook that found no consumer starts this one and hands its lock over, and with it the place of the spool.
        var handedOver = wanted.IdleExit ? FileLock.HandedOver(StateFolder.ConsumerLockName) : null;
        var plan = RunningProject.FindPlan(cli, file, planPath);
        if (plan is null)
            return ExitCode.CouldNot;
        var state = handedOver is { } handed
            ? StateFolder.At(Path.GetDirectoryName(handed.Path)!)
            : StateFolder.Locate(RunningProject.ProjectOf(cli, plan), cli.Environment);
        if (state.Prepare() is { } problem)
            return CouldNot(cli, problem);
        if (wanted.Stop)
            return await Stop(cli, state, ct).ConfigureAwait(false);
        if (wanted.PlanFormat > PlanFile.Format)
            return CouldNot(
                cli,
                $"the hook reads plans of format {wanted.PlanFormat}, this program only up to {PlanFile.Format}; run: hookrules install"
            );

        if (wanted.Probe)
            return Probe(cli, plan, state);

        var consumerLock = handedOver?.Lock;
        if (wanted is { IdleExit: true, Group: null, Explain: false } && (consumerLock ??= FileLock.TryAcquire(state.ConsumerLock)) is null)
            return ExitCode.Ok;

        // A test brings a clock of its own, which no hook knows.
        var time = cli.Time == TimeProvider.System ? BootClock.Instance : cli.Time;
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(ct);
        using var consumer = new Consumer(state, time, Options(cli, wanted, plan, time), consumerLock, DurabilityOf(plan));
        if (wanted.Explain)
        {
            Explain(cli, plan, state);
            return ExitCode.Ok;
        }

        using var onTerm = PosixSignalRegistration.Create(PosixSignal.SIGTERM, End);
        using var onInterrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, End);
        using var onHangup = PosixSignalRegistration.Create(PosixSignal.SIGHUP, End);
        await consumer.Run(stop.Token).ConfigureAwait(false);
        // It was not told to end: another program lies there by now, which whoever started this one is to start.
        if (wanted is { Service: true, Once: false } && !stop.IsCancellationRequested)
            return CouldNot(cli, "the program or the plan is of another version by now; this consumer makes room for the new one");
        if (!wanted.Once || consumer.Problem is not { } left)
            return ExitCode.Ok;
        return CouldNot(cli, left);

        void End(PosixSignalContext signal)
        {
            signal.Cancel = true;
            stop.Cancel();
        }
    }

    /// <summary>That this program runs at all is half of the answer.</summary>
    private static int Probe(Cli cli, string plan, StateFolder state)
    {
        using var opened = PlanFile.Open(plan, out var problem);
        if (opened is null)
            return CouldNot(cli, $"{plan}: {problem}; run: hookrules compile");
        cli.Out.WriteLine(Printable.Line($"A consumer can work on {plan} in {state.Path}."));
        var project = RunningProject.ProjectOf(cli, plan);
        if (
            QueueAddress.Of(opened.Settings.Queue, plan, cli.Environment) is not { } queue
            || SharedStores.Try(queue, opened.Settings.Durability, cli.Environment, state, project) is not { } outOfReach
        )
            return ExitCode.Ok;
        cli.Error.WriteLine(Printable.Line($"hookrules: {queue} cannot be used, so its events would wait in the spool: {outOfReach}"));
        return ExitCode.Problems;
    }

    /// <summary>Ends the consumer of the project and waits until it takes nothing more.</summary>
    private static async Task<int> Stop(Cli cli, StateFolder state, CancellationToken ct)
    {
        var stop = await ConsumerStop.Of(state, ct).ConfigureAwait(false);
        if (stop.Problem is { } problem)
            return CouldNot(cli, problem);
        cli.Out.WriteLine(
            stop.Pid is { } pid
                ? $"The consumer, process {pid}, takes nothing more and ends when what runs has ended."
                : "No consumer runs for this project."
        );
        return ExitCode.Ok;
    }

    private static ConsumerOptions Options(Cli cli, Wanted wanted, string plan, TimeProvider time)
    {
        // In a test's process there are other children, which are not the consumer's to reap.
        var ownsProcess = Assembly.GetEntryAssembly() == typeof(RunCommand).Assembly;
        if (ownsProcess)
            ChildProcess.BecomeSubreaper();
        return new ConsumerOptions
        {
            Environment = cli.Environment,
            Once = wanted.Once,
            Group = wanted.Group,
            IdleExit = wanted.IdleExit ? IdleLimit : null,
            OwnsProcess = ownsProcess,
            Boot = time is BootClock ? BootClock.Boot : null,
            ProjectDir = RunningProject.ProjectOf(cli, plan),
            PlanPath = plan,
            Version = Assembly.GetExecutingAssembly().GetName().Version!.ToString(3),
            Program = ownsProcess ? [.. ProgramFiles()] : [],
            StartSuccessor = ownsProcess && !wanted.Service ? free => StartSuccessor(plan, free) : null,
            OnProblem = problem => cli.Error.WriteLine(Printable.Line($"hookrules: {problem}")),
        };
    }

    // The program on disk, which is another one by now.
    private static bool StartSuccessor(string plan, FileLock consumerLock) =>
        Environment.ProcessPath is { } program
        && Path.GetFileNameWithoutExtension(program) == "hookrules"
        && ChildProcess.StartDetached(
            new ChildSpec
            {
                Argv = [program, "run", ProjectLayout.PlanArgument, plan, "--idle-exit"],
                Folder = Environment.CurrentDirectory,
                Environment =
                [
                    .. Environment
                        .GetEnvironmentVariables()
                        .Cast<System.Collections.DictionaryEntry>()
                        .Select(variable => KeyValuePair.Create((string)variable.Key, (string?)variable.Value ?? "")),
                ],
            },
            consumerLock
        )
            is null;

    private static IEnumerable<string> ProgramFiles()
    {
        if (Environment.ProcessPath is { } program)
            yield return program;
        var beside = Path.Join(AppContext.BaseDirectory, "hookrules.dll");
        if (File.Exists(beside))
            yield return beside;
    }

    private static void Explain(Cli cli, string plan, StateFolder state)
    {
        cli.Out.WriteLine(Printable.Line($"plan   {plan}"));
        cli.Out.WriteLine(Printable.Line($"state  {state.Path}"));
        cli.Out.WriteLine();
        var number = 0;
        foreach (var step in Consumer.Steps)
            cli.Out.WriteLine($"{++number, 2}  {step.Name, -12} {step.Summary}");
    }

    private static Durability DurabilityOf(string plan)
    {
        using var opened = PlanFile.Open(plan, out _);
        return opened?.Settings.Durability ?? Durability.Fast;
    }

    private static int CouldNot(Cli cli, string why)
    {
        cli.Error.WriteLine(Printable.Line($"hookrules: {why}"));
        return ExitCode.CouldNot;
    }
}
