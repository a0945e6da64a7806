using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Engine;
using HookRules.Runtime;
using Shouldly;

namespace HookRules.Tests.Runtime;

/// <summary>A project with a plan, a spool and consumers on a clock of their own; what the actions do, they do for real.</summary>
internal sealed class ConsumerBench : IDisposable
{
    private static readonly SourceRef Somewhere = new("main.hookrules", 1, 1, 1, 2);

    internal const string Boot = "the test's clock";

    private readonly List<Running> consumers = [];

    public ConsumerBench()
    {
        Directory.CreateDirectory(Project);
        PlanPath = Path.Join(Directory.CreateDirectory(Path.Join(Project, ".claude", "hookrules")).FullName, "plan.json");
        State = StateFolder.Locate(Project, Environment);
    }

    public TestFolder Folder { get; } = new();

    public ManualTime Time { get; } = new();

    public Dictionary<string, string> Variables { get; } = new() { ["PATH"] = "/usr/bin:/bin" };

    public string Project => Folder.Of("project");

    public string PlanPath { get; }

    public string PlanHash { get; private set; } = "";

    public StateFolder State { get; }

    /// <summary>As the rules name it.</summary>
    public QueueSettings Queue { get; set; } = new();

    public string? Environment(string name) => name == "XDG_STATE_HOME" ? Folder.Of("state") : Variables.GetValueOrDefault(name);

    /// <summary>Writes plan.json with these rules; each names its actions as <c>name: script</c> pairs through
    /// <see cref="Shell"/>.</summary>
    public void Plan(IEnumerable<ActionDefinition> actions, params Rule[] rules)
    {
        var graph = new RuleGraph
        {
            Settings = new GraphSettings { Queue = Queue },
            Actions = [.. actions],
            Rules = [.. rules],
        };
        var (text, hash) = RuleGraphJson.Write(graph, "test");
        var unfinished = PlanPath + ".tmp";
        using (var file = File.Create(unfinished))
            file.Write(text);
        File.Move(unfinished, PlanPath, overwrite: true);
        PlanHash = hash;
    }

    public static ActionDefinition Shell(string name, string script) => new(name, new Handler.Shell(script), Somewhere);

    public static ActionDefinition Action(string name, Handler handler) => new(name, handler, Somewhere);

    /// <summary>A rule of PostToolUse whose stages are words: <c>Rule("r", ["a b", "c"])</c>.</summary>
    public static Rule Rule(
        string id,
        ImmutableArray<string> stages,
        string glob = "*",
        Window? window = null,
        string onFailure = "",
        BranchOptions? options = null
    )
    {
        var used = new Dictionary<string, int>();
        return new Rule
        {
            Id = id,
            Name = id,
            Event = "PostToolUse",
            Globs = [Glob.TryParse(glob, out _)!],
            Window = window,
            Source = Somewhere,
            Stages = [.. stages.Select(Stage)],
            OnFailure = onFailure.Length == 0 ? [] : [Stage(onFailure)],
        };

        Stage Stage(string actions) =>
            new([
                .. actions
                    .Split(' ')
                    .Select(action =>
                    {
                        var count = used[action] = used.GetValueOrDefault(action) + 1;
                        return new Branch(
                            count == 1 ? $"{id}/{action}" : $"{id}/{action}#{count}",
                            action,
                            options ?? BranchOptions.Default
                        );
                    }),
            ]);
    }

    public static Window Dedup(double seconds, params string[] by) =>
        new(WindowKind.Dedup, TimeSpan.FromSeconds(seconds), [.. by.Select(field => FieldPath.Parse(field)!)]);

    /// <summary>Publishes a write of a file, as the hook would; the event's id.</summary>
    public string Write(string file, string content = "", string session = "s-1", string? planHash = null, string tool = "Write")
    {
        var payload = WriteOf(file, content, session);
        payload["tool_name"] = tool;
        return Publish(payload, planHash);
    }

    /// <summary>Publishes what <see cref="EnvelopeOf"/> gave, as a hook does that was held up after it had looked at the clock.</summary>
    public void PublishNow(Envelope envelope) => FileSpool.Publish(State, envelope, Durability.Fast).Ok.ShouldBeTrue();

    /// <summary>The same, on another clock and not yet published.</summary>
    public Envelope EnvelopeOf(string file, TimeProvider time, string boot) =>
        Envelope.Create(time.GetUtcNow(), PlanHash, Project, PlanPath, Encoding.UTF8.GetBytes(WriteOf(file, "", "s-1").ToJsonString())) with
        {
            Boot = boot,
            MonoUs = BootClock.Micros(time),
        };

    private JsonObject WriteOf(string file, string content, string session) =>
        new()
        {
            ["session_id"] = session,
            ["cwd"] = Project,
            ["hook_event_name"] = "PostToolUse",
            ["tool_name"] = "Write",
            ["tool_input"] = new JsonObject { ["file_path"] = Path.Join(Project, file), ["content"] = content },
            ["tool_response"] = new JsonObject
            {
                ["type"] = "create",
                ["filePath"] = file,
                ["content"] = content,
            },
        };

    public string Publish(JsonObject payload, string? planHash = null)
    {
        var envelope = Envelope.Create(
            Time.GetUtcNow(),
            planHash ?? PlanHash,
            Project,
            PlanPath,
            Encoding.UTF8.GetBytes(payload.ToJsonString())
        ) with
        {
            Boot = Boot,
            MonoUs = BootClock.Micros(Time),
        };
        var result = FileSpool.Publish(State, envelope, Durability.Fast);
        return result.Ok ? envelope.Id : throw new InvalidOperationException(result.Problem);
    }

    public Running Start(bool once = false, string? group = null, TimeSpan? idleExit = null, int mostInHand = 50_000)
    {
        var options = new ConsumerOptions
        {
            Environment = Environment,
            Once = once,
            Group = group,
            IdleExit = idleExit,
            MostInHand = mostInHand,
            Boot = Boot,
            ProjectDir = Queue.Kind == QueueKind.File ? null : Project,
        };
        var running = new Running(new Consumer(State, Time, options));
        consumers.Add(running);
        return running;
    }

    /// <summary>The lines of a file of the project; none while it does not exist.</summary>
    public string[] Lines(string name) => File.Exists(Path.Join(Project, name)) ? File.ReadAllLines(Path.Join(Project, name)) : [];

    public List<JsonElement> Runs() => [.. JsonLines(State.Runs).Where(line => line.GetProperty("kind").GetString() != "event")];

    /// <summary>What the journal says of the events themselves.</summary>
    public List<JsonElement> Events() => [.. JsonLines(State.Runs).Where(line => line.GetProperty("kind").GetString() == "event")];

    public List<JsonElement> Errors() => JsonLines(State.Errors);

    public string[] Spool(string folder) =>
        Directory.Exists(State.Spool(folder))
            ? [.. Directory.GetFiles(State.Spool(folder), "*.json*").Select(path => Path.GetFileName(path)!).Order()]
            : [];

    /// <summary>Nothing waits, nobody holds anything.</summary>
    public bool SpoolIsEmpty => SeemsEmpty && SeemsEmpty;

    // One look may miss what is moved from a folder that was not looked at yet into one that was.
    private bool SeemsEmpty =>
        Spool("new").Length == 0
        && Spool("orders/new").Length == 0
        && Spool("later").Length == 0
        && (
            !Directory.Exists(State.Spool("claimed"))
            || Directory.GetFiles(State.Spool("claimed"), "*.json", SearchOption.AllDirectories).Length == 0
        );

    /// <summary>Waits until the consumers that run have looked at all that was published, and have nothing more to do at this
    /// time.</summary>
    public void Settle()
    {
        // Events are read in their order. No rule is on this one, so it goes as soon as those before it are in their places.
        var last = Publish(new JsonObject { ["hook_event_name"] = "Notification", ["cwd"] = Project });
        Until(() => !Spool("new").Any(name => name.Contains(last, StringComparison.Ordinal)), "an event is not read");
        Rest();
    }

    /// <summary>Lets the clock go on in steps, each of which the consumers work off before the next one.</summary>
    public void AdvanceUntil(Func<bool> condition, TimeSpan step)
    {
        for (var steps = 0; steps < 1000; steps++)
        {
            Rest();
            if (condition())
                return;
            Time.Advance(step);
        }

        throw new Shouldly.ShouldAssertException($"it did not happen within {1000 * step}");
    }

    /// <summary>Waits until the consumers have nothing more to do at this time.</summary>
    public void Rest() =>
        Until(() => consumers.TrueForAll(consumer => consumer.HasEnded || consumer.IsAtRest), "the consumer does not rest");

    /// <summary>Goes on a little further each time: an event may have been taken from the spool and not yet be in its window.</summary>
    public void AdvanceUntilEmpty(TimeSpan by)
    {
        Time.Advance(by);
        Until(() =>
        {
            if (SpoolIsEmpty)
                return true;
            Time.Advance(TimeSpan.FromMilliseconds(50));
            return false;
        });
    }

    public void Until(Func<bool> condition, string what = "it did not happen") =>
        Eventually.True(condition, $"{what}\nruns: {Text(State.Runs)}\nerrors: {Text(State.Errors)}");

    public void Dispose()
    {
        foreach (var consumer in consumers)
            consumer.Dispose();
        Folder.Dispose();
    }

    private static string Text(string path) => File.Exists(path) ? File.ReadAllText(path) : "";

    private static List<JsonElement> JsonLines(string path) =>
        File.Exists(path) ? [.. File.ReadAllLines(path).Select(line => JsonDocument.Parse(line).RootElement)] : [];

    internal sealed class Running : IDisposable
    {
        private readonly CancellationTokenSource stop = new();
        private readonly Consumer consumer;
        private readonly Task done;
        private bool ended;

        public Running(Consumer consumer)
        {
            this.consumer = consumer;
            done = Task.Run(() => consumer.Run(stop.Token));
        }

        public bool HasEnded => done.IsCompleted;

        public bool IsAtRest => consumer.IsAtRest;

        /// <summary>Waits until it ends of its own accord.</summary>
        public void Finish() => done.Wait(TimeSpan.FromSeconds(30)).ShouldBeTrue("the consumer did not end");

        /// <summary>As SIGTERM does.</summary>
        public void Stop()
        {
            AskToStop();
            Finish();
            Close();
        }

        public void AskToStop() => stop.Cancel();

        public void Dispose()
        {
            if (!ended)
                Stop();
        }

        private void Close()
        {
            if (ended)
                return;
            ended = true;
            consumer.Dispose();
            stop.Dispose();
        }
    }
}
