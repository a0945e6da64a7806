using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HookRules.Cli.Demo;

/// <summary>A statement of the rules about what must happen, and whether it did.</summary>
internal sealed record DemoCheck(string Statement, bool Holds, string Found);

/// <summary>What the demonstration does in the place of Claude Code, and what the rules of examples/quickstart say must come of
/// it.</summary>
internal sealed class DemoScript(DemoProject project, string settings, TimeProvider time)
{
    private const string Session = "5a9e3a52-8f0e-4f0d-9c6f-demo00000001";
    private const int Burst = 5;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private readonly ClaudeClient client = new(project.Folder, settings, project.Environment(Session), time);
    private readonly List<FiredEvent> fired = [];

    public IReadOnlyList<FiredEvent> Fired => fired;

    public ImmutableArray<DemoRun> Runs { get; private set; } = [];

    /// <summary>The writes of one file came within the window of the rule, a second.</summary>
    public bool WasBurst => BurstLength < TimeSpan.FromSeconds(1);

    private TimeSpan BurstLength => fired[Burst - 1].At + fired[Burst - 1].Waited - fired[0].At;

    private string App => project.File("app.py");

    private string Other => project.File("util.py");

    /// <summary>A burst of writes of one file, a write of another, a dangerous command, the end of the turn; then waits for the work that
    /// came of it.</summary>
    public ImmutableArray<DemoCheck> Play()
    {
        var lastWrite = DateTimeOffset.MinValue;
        for (var i = 1; i <= Burst; i++)
        {
            Write(App, $"print({i})   \n", $"Write app.py ({i} of {Burst})");
            lastWrite = fired[^1].At;
        }

        Write(Other, "x = 1\t\n", "Write util.py");
        fired.Add(
            client.Fire(
                "Bash rm -rf ~",
                Event(
                    "PreToolUse",
                    ("tool_name", "Bash"),
                    ("tool_input", new JsonObject { ["command"] = "rm -rf ~", ["description"] = "Clean up" }),
                    ("tool_use_id", "toolu_demo_bash")
                )
            )
        );
        var denial = fired[^1];
        fired.Add(client.Fire("Stop", Event("Stop", ("stop_hook_active", false), ("last_assistant_message", "Done."))));
        WaitForWork();
        return [.. Checks(lastWrite, denial)];
    }

    private void Write(string path, string text, string what)
    {
        var tool = $"toolu_demo_{fired.Count}";
        var input = new JsonObject { ["file_path"] = path, ["content"] = text };
        client.Fire(what, Event("PreToolUse", ("tool_name", "Write"), ("tool_input", input.DeepClone()), ("tool_use_id", tool)));
        var isNew = !File.Exists(path);
        using (var file = File.Create(path))
            file.Write(Encoding.UTF8.GetBytes(text));
        fired.Add(
            client.Fire(
                what,
                Event(
                    "PostToolUse",
                    ("tool_name", "Write"),
                    ("tool_input", input),
                    ("tool_use_id", tool),
                    ("duration_ms", 3),
                    (
                        "tool_response",
                        new JsonObject
                        {
                            ["type"] = isNew ? "create" : "update",
                            ["filePath"] = path,
                            ["content"] = text,
                            ["structuredPatch"] = new JsonArray(),
                        }
                    )
                )
            )
        );
    }

    private string Event(string name, params (string Name, JsonNode Value)[] fields)
    {
        var payload = new JsonObject
        {
            ["session_id"] = Session,
            ["transcript_path"] = Path.Combine(project.Folder, "..", "transcript.jsonl"),
            ["cwd"] = project.Folder,
            ["permission_mode"] = "default",
            ["hook_event_name"] = name,
        };
        foreach (var (field, value) in fields)
            payload[field] = value;
        return payload.ToJsonString();
    }

    private void WaitForWork()
    {
        var from = time.GetTimestamp();
        while (time.GetElapsedTime(from) < Patience && !(project.IsIdle && project.Runs().Any(run => run.Action == "tell")))
            Thread.Sleep(20);
        // A run too many would come now.
        Thread.Sleep(100);
        Runs = project.Runs();
    }

    private IEnumerable<DemoCheck> Checks(DateTimeOffset lastWrite, FiredEvent denial)
    {
        var tellsNothing = fired.Where(one => one != denial).SelectMany(one => one.Answers).ToArray();
        yield return Check(
            "every hook exits 0, and those that decide nothing print nothing",
            tellsNothing.All(answer => answer is { ExitCode: 0, Stdout: "", Stderr: "" }) && tellsNothing.Length == Burst + 2,
            string.Join("; ", tellsNothing.Select(answer => $"{answer.ExitCode} {answer.Stdout}{answer.Stderr}"))
        );
        foreach (var file in new[] { App, Other })
        {
            var name = Path.GetFileName(file);
            var runs = Runs.Where(run => run.Command.Contains(name, StringComparison.Ordinal)).ToArray();
            // On a machine so slow that the burst takes seconds, each second of it is a window.
            var windows = file == App && !WasBurst ? 1 + (int)BurstLength.TotalSeconds : 1;
            var (tidied, tested) = (
                runs.Where(run => run.Action == "format").ToArray(),
                runs.Where(run => run.Action == "check").ToArray()
            );
            yield return Check(
                $"{name} is tidied once, then checked once, both with success",
                runs.All(run => run.ExitCode == 0)
                    && tidied.Length == tested.Length
                    && tidied.Length >= 1
                    && tidied.Length <= windows
                    && tidied.Zip(tested).All(pair => pair.First.Started <= pair.Second.Started),
                Describe(runs)
            );
        }

        var last = Runs.LastOrDefault(run => run.Action == "format" && run.Command.Contains("app.py", StringComparison.Ordinal));
        yield return Check(
            "the tidying comes after the last of the writes",
            last is not null && last.Started >= lastWrite,
            last is null ? "no run" : $"{(last.Started - lastWrite).TotalMilliseconds:0} ms after it"
        );
        yield return Check("it saw what was written last", File.ReadAllText(App) == $"print({Burst})\n", File.ReadAllText(App));
        yield return Check(
            "the audit log has a line for every write",
            Lines(".claude/logs/tools.jsonl") == Burst + 1,
            $"{Lines(".claude/logs/tools.jsonl")} lines"
        );
        yield return Check(
            "the user is told once that Claude has finished",
            Lines(".claude/logs/notifications.log") == 1 && Runs.Count(run => run.Action == "tell") == 1,
            $"{Lines(".claude/logs/notifications.log")} lines"
        );
        yield return Check(
            "the dangerous command is denied, with the rule and its place as the reason",
            IsDenied(denial),
            string.Join("; ", denial.Answers.Select(answer => answer.Stdout))
        );
        yield return Check("nothing went wrong on the way", project.Errors.Length == 0, project.Errors);
    }

    private static DemoCheck Check(string statement, bool holds, string found) => new(statement, holds, found);

    private static string Describe(IReadOnlyCollection<DemoRun> runs) =>
        runs.Count == 0 ? "no run" : string.Join(", ", runs.Select(run => $"{run.Action} exit {run.ExitCode}"));

    private int Lines(string log) => File.Exists(project.File(log)) ? File.ReadAllLines(project.File(log)).Length : 0;

    private static bool IsDenied(FiredEvent denial)
    {
        if (denial.Answers is not [{ ExitCode: 0, Stderr: "" } answer] || answer.Stdout.Length == 0)
            return false;
        var output = JsonDocument.Parse(answer.Stdout).RootElement.GetProperty("hookSpecificOutput");
        return output.GetProperty("hookEventName").GetString() == "PreToolUse"
            && output.GetProperty("permissionDecision").GetString() == "deny"
            && output
                .GetProperty("permissionDecisionReason")
                .GetString()!
                .Contains("no-delete-all (main.hookrules:", StringComparison.Ordinal);
    }
}
