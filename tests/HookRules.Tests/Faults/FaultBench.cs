using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Tests.Hook;
using Shouldly;

namespace HookRules.Tests.Faults;

/// <summary>A project, the real hook, and consumers as users start them; what is left of them at the end is ended.</summary>
internal sealed class FaultBench : IDisposable
{
    private static readonly SourceRef Place = new("main.hookrules", 7, 1, 7, 20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(FaultSize.Of(90, 900));

    private readonly ConcurrentBag<RunningConsumer> consumers = [];
    private readonly Stack<string> mounts = [];
    private readonly Dictionary<string, (int Lines, long At)> counted = [];

    public FaultBench(IEnumerable<ActionDefinition> actions, params Rule[] rules)
        : this(ConsumerMode.Manual, actions, rules) { }

    public FaultBench(ConsumerMode mode, IEnumerable<ActionDefinition> actions, params Rule[] rules) =>
        Project = new HookProject(Graph(mode, actions, rules));

    /// <summary>Words before the consumer's own: what starts it, in a place of its own.</summary>
    public string[] StartedBy { get; set; } = [];

    public FaultBench(RuleGraph graph) => Project = new HookProject(graph);

    public HookProject Project { get; }

    public StateFolder State => Project.State;

    public static RuleGraph Graph(ConsumerMode mode, IEnumerable<ActionDefinition> actions, params Rule[] rules) =>
        new()
        {
            Sources = [new SourceFile("main.hookrules", "00")],
            Settings = new GraphSettings { Consumer = mode },
            Actions = [.. actions],
            Rules = [.. rules],
        };

    /// <summary>The same with a store beside the spool.</summary>
    public static RuleGraph Graph(QueueSettings queue, IEnumerable<ActionDefinition> actions, params Rule[] rules)
    {
        var graph = Graph(ConsumerMode.Manual, actions, rules);
        return graph with { Settings = graph.Settings with { Queue = queue } };
    }

    public static ActionDefinition Shell(string name, string script) => new(name, new Handler.Shell(script), Place);

    public static ActionDefinition Log(string name) =>
        new(name, new Handler.Log(new TextValue.Text(Template.Literal(name + ".jsonl"))), Place);

    public static ActionDefinition Program(string name, params string[] words) =>
        new(name, new Handler.Run([.. words.Select(word => new TextValue.Text(Template.Parse(word)))]), Place);

    /// <summary>A rule on Bash whose stages are words: <c>Queue("r", null, "a b", "c")</c>.</summary>
    public static Rule Queue(string id, BranchOptions? options, params string[] stages) =>
        HookProject.Rule("PreToolUse", id) with
        {
            Matcher = new Matcher.Names(["Bash"]),
            Stages =
            [
                .. stages.Select(stage => new Stage([
                    .. stage.Split(' ').Select(action => new Branch($"{id}/{action}", action, options ?? BranchOptions.Default)),
                ])),
            ],
        };

    /// <summary>A guard that denies a command with this text.</summary>
    public static Rule Deny(string text) =>
        HookProject.Guard("not that") with
        {
            Where = new Condition.Matches(FieldPath.Parse("command")!, RegexPattern.TryParse(text, "", out _, out _)!),
        };

    public RunningConsumer Consumer(params string[] more)
    {
        string[] words = [.. StartedBy, Path.Combine(HookProject.RuntimeFolder, "hookrules"), "run", "--plan", Project.PlanPath, .. more];
        var consumer = new RunningConsumer(RealProcess.Start(words[0], words[1..], Project.Environment, "/"));
        consumers.Add(consumer);
        return consumer;
    }

    /// <summary>Works off what is there; what it said on stderr, and how it ended.</summary>
    public (int Code, string Said) WorkOff()
    {
        var consumer = Consumer("--once");
        consumer.Process.WaitForExit((int)Patience.TotalMilliseconds).ShouldBeTrue("the consumer did not end");
        consumer.Process.WaitForExit();
        return (consumer.Process.ExitCode, consumer.Said);
    }

    /// <summary>Bytes of the project's files are read while they are written to: a line without its end does not count yet.</summary>
    public string[] Lines(string name) => LinesOf(Path.Combine(Project.Folder, name));

    /// <summary>How many lines a file of the project has; what was counted before is not read again.</summary>
    public int LineCount(string name)
    {
        var path = Path.Combine(Project.Folder, name);
        if (!File.Exists(path))
            return 0;
        lock (counted)
        {
            var (lines, at) = counted.GetValueOrDefault(name);
            using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            file.Position = at;
            var buffer = new byte[1 << 16];
            for (int read; (read = file.Read(buffer)) > 0; at += read)
                lines += buffer.AsSpan(0, read).Count((byte)'\n');
            counted[name] = (lines, at);
            return lines;
        }
    }

    public JsonElement[] Runs => [.. Journal.Where(line => line.GetProperty("kind").GetString() != "event")];

    /// <summary>All lines of the journal.</summary>
    public JsonElement[] Journal =>
        [
            .. Directory.Exists(State.Path)
                ? Directory.GetFiles(State.Path, "runs*.jsonl").SelectMany(LinesOf).Select(line => JsonDocument.Parse(line).RootElement)
                : [],
        ];

    /// <summary>The commands of the events in a log.</summary>
    public string[] Commands(string name) =>
        [.. Lines(name).Select(line => JsonDocument.Parse(line).RootElement.GetProperty("tool_input").GetProperty("command").GetString()!)];

    public string[] Spool(string folder) =>
        Directory.Exists(State.Spool(folder))
            ? [.. Directory.GetFiles(State.Spool(folder), "*.json*", SearchOption.AllDirectories).Select(path => Path.GetFileName(path)!)]
            : [];

    public bool SpoolIsEmpty => SeemsEmpty && SeemsEmpty;

    // One look may miss what is moved from a folder that was not looked at yet into one that was.
    private bool SeemsEmpty =>
        Spool("new").Length == 0 && Spool("orders").Length == 0 && Spool("claimed").Length == 0 && Spool("later").Length == 0;

    /// <summary>The spool, and the stores that were used.</summary>
    public bool StoreIsEmpty => SpoolIsEmpty && StoreLook.At(State, TimeProvider.System) is { Waiting: 0, InHand: 0, LeftBehind: 0 };

    public void Until(Func<bool> condition, string what)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > Patience)
                throw new ShouldAssertException(
                    $"{what}: it did not happen within {Patience.TotalSeconds} s\nerrors: {string.Join('\n', Project.Errors)}\n"
                        + $"said: {string.Join('\n', consumers.Select(consumer => consumer.Said))}"
                );
            Thread.Sleep(10);
        }
    }

    /// <summary>False where this user may mount nothing.</summary>
    public bool Mount(string options)
    {
        Directory.CreateDirectory(Project.StateHome);
        if (Tool("mount", "-t", "tmpfs", "-o", options, "tmpfs", Project.StateHome) != 0)
            return false;
        mounts.Push(Project.StateHome);
        return true;
    }

    public static int Tool(string program, params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode;
    }

    public void Dispose()
    {
        foreach (var consumer in consumers)
            consumer.Dispose();
        foreach (var mount in mounts)
            Tool("umount", "-l", mount);
        Project.Dispose();
    }

    private static string[] LinesOf(string path) => File.Exists(path) ? File.ReadAllText(path).Split('\n')[..^1] : [];

    internal sealed class RunningConsumer : IDisposable
    {
        private readonly ConcurrentQueue<string> said = [];

        public RunningConsumer(Process process)
        {
            Process = process;
            process.ErrorDataReceived += (_, line) => said.Enqueue(line.Data ?? "");
            process.OutputDataReceived += (_, _) => { };
            process.BeginErrorReadLine();
            process.BeginOutputReadLine();
        }

        public Process Process { get; }

        public string Said => string.Join('\n', said);

        public void Kill()
        {
            Process.Kill();
            Process.WaitForExit();
        }

        public void Signal(string signal) => Tool("kill", "-" + signal, $"{Process.Id}").ShouldBe(0);

        public void Dispose()
        {
            if (!Process.HasExited)
                Kill();
            Process.Dispose();
        }
    }
}
