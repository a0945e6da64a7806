using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using NJsonSchema;
using Shouldly;

namespace HookRules.Tests.Operating;

/// <summary>A project with rules that the real command compiled, the real hook, and consumers as users start them.</summary>
internal sealed class OperatedProject : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(90);

    private readonly string root = Directory.CreateTempSubdirectory("hookrules operated-").FullName;
    private readonly List<FaultBench.RunningConsumer> started = [];

    public OperatedProject(string rules)
    {
        Directory.CreateDirectory(Folder);
        Rules(rules);
        Run("compile").ExitCode.ShouldBe(0);
    }

    public string Folder => Path.Combine(root, "project");

    public string Home => Directory.CreateDirectory(Path.Combine(root, "home")).FullName;

    public string StateHome => Path.Combine(root, "state");

    public StateFolder State => StateFolder.Locate(Folder, name => name == "XDG_STATE_HOME" ? StateHome : null);

    public string PathOf(string file) => Path.Combine(Folder, file);

    /// <summary>Further variables of commands and hooks.</summary>
    public Dictionary<string, string> Variables { get; } = [];

    public Dictionary<string, string> Environment => new(Variables) { ["XDG_STATE_HOME"] = StateHome, ["HOME"] = Home };

    public void Rules(string text) => Write("main.hookrules", text);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        File.WriteAllText(PathOf(file), text);
    }

    public string[] Lines(string file) => File.Exists(PathOf(file)) ? File.ReadAllLines(PathOf(file)) : [];

    /// <summary>The command line as a user starts it in the project.</summary>
    public ProcessResult Run(params string[] args) =>
        RealProcess.Run(Path.Combine(HookProject.RuntimeFolder, "hookrules"), args, default, Environment, Folder);

    public JsonElement Json(string schema, params string[] args)
    {
        var result = Run([.. args, "--format", "json"]);
        result.Stderr.ShouldBe("");
        Check(schema, result.Stdout);
        return JsonDocument.Parse(result.Stdout).RootElement;
    }

    public static void Check(string schema, string text) =>
        JsonSchema
            .FromFileAsync(Repository.PathOf("schemas", schema))
            .GetAwaiter()
            .GetResult()
            .Validate(text)
            .Select(error => error.ToString())
            .ShouldBeEmpty(text);

    public FaultBench.RunningConsumer Start(params string[] args)
    {
        var consumer = new FaultBench.RunningConsumer(
            RealProcess.Start(Path.Combine(HookProject.RuntimeFolder, "hookrules"), args, Environment, Folder)
        );
        started.Add(consumer);
        return consumer;
    }

    /// <summary>Claude has written a file: the hook gets the event; its id.</summary>
    public string Wrote(string file, string session = "s1", string content = "")
    {
        var before = Known();
        var payload = HookProject.Payload(
            "PostToolUse",
            $$"""
            "tool_name":"Write","tool_input":{"file_path":{{JsonSerializer.Serialize(PathOf(file))}},"content":{{JsonSerializer.Serialize(
                content
            )}}}
            """.Trim(),
            session
        );
        Hook(payload);
        return Known().Except(before).LastOrDefault() ?? "";
    }

    public ProcessResult Hook(string payload)
    {
        var result = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
            ["--plan", PathOf(".claude/hookrules/plan.json")],
            Encoding.UTF8.GetBytes(payload),
            new Dictionary<string, string>(Environment) { ["CLAUDE_PROJECT_DIR"] = Folder },
            "/"
        );
        result.ExitCode.ShouldBe(0, result.Stderr);
        return result;
    }

    public JsonElement[] Journal =>
        Directory.Exists(State.Path)
            ?
            [
                .. Directory
                    .GetFiles(State.Path, "runs*.jsonl")
                    .SelectMany(path => File.ReadAllText(path).Split('\n')[..^1])
                    .Select(line => JsonDocument.Parse(line).RootElement),
            ]
            : [];

    public JsonElement[] Runs => [.. Journal.Where(line => line.GetProperty("kind").GetString() == "run")];

    public void Until(Func<bool> condition, string what)
    {
        var began = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(began) > Patience)
                throw new ShouldAssertException(
                    $"{what}\n{string.Join('\n', started.Select(one => one.Said))}\n{string.Join('\n', Journal)}"
                );
            Thread.Sleep(10);
        }
    }

    public void Dispose()
    {
        if (ConsumerRecord.Read(State) is { } record && record.Boot == BootClock.Boot)
            FaultBench.Tool("kill", "-KILL", $"{record.Pid}");
        foreach (var consumer in started)
            consumer.Dispose();
        Runtime.Eventually.Removed(root);
    }

    private List<string> Known() =>
        Directory.Exists(State.Spool("new"))
            ? [.. Directory.GetFiles(State.Spool("new")).Select(path => Path.GetFileName(path).Split('.')[0]).Order(StringComparer.Ordinal)]
            : [];
}
