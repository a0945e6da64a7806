using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Tests.Cli;

namespace HookRules.Tests.Simulation;

/// <summary>Records events of a project by the line writer of the hook itself, without a process for each.</summary>
internal sealed class RecordWriter : IDisposable
{
    private readonly RuleGraph graph;
    private readonly RecordSettings settings;
    private readonly StateFolder state;
    private readonly RecordKey key;
    private readonly RouteContext context;
    private readonly string planPath;
    private readonly FileStream output;
    private long ms = 1_790_000_000_000;
    private int number;

    public RecordWriter(CliProject project, string rules, string? file = null)
    {
        graph = Compilation.Create(new Compiler.Diagnostics.SourceText("main.hookrules", rules)).Graph;
        settings = graph.Settings.Record!;
        state = StateFolder.Locate(project.Folder, project.Environment);
        state.Prepare();
        key = RecordKey.Of(state, out _)!;
        context = new RouteContext(project.Folder);
        planPath = project.PathOf(".claude/hookrules/plan.json");
        file ??= state.File("record/2026-11-28.jsonl");
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        output = File.Create(file);
    }

    public RecordWriter Add(JsonObject payload, string? plan = null)
    {
        var parsed = Payload.TryParse(Encoding.UTF8.GetBytes(payload.ToJsonString()), out _)!;
        var line = RecordLine.Write(
            $"{++number:D16}",
            DateTimeOffset.FromUnixTimeMilliseconds(ms += 1000),
            parsed,
            Router.Route(parsed, graph.Rules, context),
            "0123",
            plan ?? planPath,
            settings,
            key,
            1000
        );
        output.Write(line.Span);
        return this;
    }

    public RecordWriter Bash(string command) => Add(Tool("PreToolUse", "Bash", new JsonObject { ["command"] = command }));

    public RecordWriter Writes(string file, string content, string @event = "PreToolUse") =>
        Add(Tool(@event, "Write", new JsonObject { ["file_path"] = Path.Join(context.ProjectDir, file), ["content"] = content }));

    public JsonObject Tool(string @event, string tool, JsonObject input) =>
        new()
        {
            ["session_id"] = "s-1",
            ["cwd"] = context.ProjectDir,
            ["hook_event_name"] = @event,
            ["tool_name"] = tool,
            ["tool_input"] = input,
        };

    public void Dispose() => output.Dispose();
}
