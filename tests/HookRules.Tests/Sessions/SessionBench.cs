using System.Diagnostics;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using Shouldly;

namespace HookRules.Tests.Sessions;

/// <summary>Rules as a team writes them, the real hook as Claude Code starts it, and the real consumer.</summary>
internal sealed class SessionBench : IDisposable
{
    private readonly FaultBench bench;
    private int number;

    /// <param name="rules">With scripts of the project as their actions.</param>
    public SessionBench(string rules, ConsumerMode mode = ConsumerMode.Auto)
    {
        var compilation = Compilation.Create([new SourceText("main.hookrules", rules)]);
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        bench = new FaultBench(compilation.Graph with { Settings = compilation.Graph.Settings with { Consumer = mode } });
    }

    public FaultBench Faults => bench;

    public StateFolder State => bench.State;

    public string Folder => bench.Project.Folder;

    /// <summary>The first words of an action that waits until all hooks have ended that <see cref="Hold"/> or <see cref="Write"/> started,
    /// so that none of them has something to tell.</summary>
    public const string Held = "while [ -e .hold ]; do sleep 0.01; done";

    /// <summary>What is written meanwhile is checked at the end.</summary>
    public void Hold(Action writes)
    {
        File.WriteAllText(PathOf(".hold"), "");
        writes();
        File.Delete(PathOf(".hold"));
    }

    public string PathOf(string file) => Path.Combine(Folder, file);

    public ProcessResult Write(string file, string text, string session = "s1", string? agent = null, string prompt = "p1")
    {
        File.WriteAllText(PathOf(file), text + "\n");
        var tool = new JsonObject
        {
            ["tool_name"] = "Write",
            ["tool_input"] = new JsonObject { ["file_path"] = PathOf(file), ["content"] = text },
            ["tool_response"] = new JsonObject(),
            ["tool_use_id"] = "t" + ++number,
        };
        ProcessResult? result = null;
        if (File.Exists(PathOf(".hold")))
            result = Hook("PostToolUse", session, agent, prompt, tool);
        else
            Hold(() => result = Hook("PostToolUse", session, agent, prompt, tool));
        return result!;
    }

    public ProcessResult Hook(
        string @event,
        string session = "s1",
        string? agent = null,
        string prompt = "p1",
        JsonObject? fields = null,
        params string[] more
    )
    {
        var result = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
            ["--plan", bench.Project.PlanPath, "--event", @event, .. more],
            Payload(@event, session, agent, prompt, fields),
            bench.Project.Environment,
            "/",
            120
        );
        result.ExitCode.ShouldBeOneOf([0, 2], result.Stderr);
        return result;
    }

    /// <summary>The hook with something done to it at a system call: strace says what with <c>inject</c>.</summary>
    public ProcessResult HookKilledAt(string @event, string inject) =>
        RealProcess.Run(
            "strace",
            [
                "-qq",
                "-o",
                "/dev/null",
                "-e",
                $"inject={inject}",
                Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
                "--plan",
                bench.Project.PlanPath,
                "--event",
                @event,
            ],
            Payload(@event, "s1", null, "p1", null),
            bench.Project.Environment,
            "/"
        );

    public Process StartHook(string @event, string session = "s1", string? agent = null)
    {
        var process = RealProcess.Start(
            Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
            ["--plan", bench.Project.PlanPath, "--event", @event],
            bench.Project.Environment,
            "/"
        );
        process.StandardInput.BaseStream.Write(Payload(@event, session, agent, "p1", null));
        process.StandardInput.Close();
        return process;
    }

    /// <summary>What Claude reads at an event; empty where nothing is said.</summary>
    public string Context(string @event, string session = "s1", string? agent = null, string prompt = "p1", JsonObject? more = null) =>
        (string?)Json(Hook(@event, session, agent, prompt, more))?["hookSpecificOutput"]?["additionalContext"] ?? "";

    /// <summary>What holds Claude at an event; empty where nothing does.</summary>
    public string Block(string @event = "Stop", string session = "s1", string? agent = null, string prompt = "p1") =>
        (string?)Json(Hook(@event, session, agent, prompt))?["reason"] ?? "";

    public static JsonNode? Json(ProcessResult result) => result.Stdout.Length == 0 ? null : JsonNode.Parse(result.Stdout);

    public SessionFolder Session(string id = "s1") => SessionFolder.Of(State, id);

    public void Consumer() => bench.Consumer("--idle-exit");

    /// <summary>Until all that was published has ended.</summary>
    public void Done() => bench.Until(() => bench.SpoolIsEmpty, "not every event is done");

    public void Dispose()
    {
        if (ConsumerRecord.Read(State) is { } consumer && FileLock.IsHeld(State.ConsumerLock))
            FaultBench.Tool("kill", "-9", $"{consumer.Pid}");
        bench.Dispose();
    }

    private static byte[] Payload(string @event, string session, string? agent, string prompt, JsonObject? more)
    {
        var payload = new JsonObject
        {
            ["session_id"] = session,
            ["transcript_path"] = "/tmp/t.jsonl",
            ["cwd"] = "/tmp",
            ["hook_event_name"] = @event,
            ["prompt_id"] = prompt,
        };
        if (agent is not null)
            (payload["agent_id"], payload["agent_type"]) = (agent, "Explore");
        foreach (var (name, value) in more ?? [])
            payload[name] = value?.DeepClone();
        return Encoding.UTF8.GetBytes(payload.ToJsonString());
    }
}
