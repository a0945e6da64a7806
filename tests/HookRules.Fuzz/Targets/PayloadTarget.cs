using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>What stands on a hook's standard input, on its way to what the hook prints.</summary>
internal sealed class PayloadTarget : TextTarget
{
    private static readonly RuleGraph Graph = Rules();
    private static readonly PlanFile Plan = WritePlan();

    private static readonly string[] Keys =
    [
        "hook_event_name",
        "tool_name",
        "tool_input",
        "session_id",
        "cwd",
        "file_path",
        "command",
        "path",
        "notebook_path",
        "source",
        "reason",
        "to_model",
        "prompt",
        "tool_response",
        "trigger",
        "x",
        "agent_type",
        "list",
        "n",
    ];
    private static readonly string[] Parts =
    [
        .. Keys.Select(key => $"\"{key}\":"),
        .. HookEvents.All.Select(known => $"\"{known.Name}\""),
        "\"Bash\"",
        "\"Write\"",
        "\"git push --force\"",
        "\"/p/a.py\"",
        "\"\\ud800\"",
        "\"\\u0000\"",
        "\"\\ud800\":1,",
        "\u0080\u00ff",
        "{\"a\":",
        "[[[[[[",
        "\u00c3",
    ];

    public override string Name => "payload";

    public override string Promise =>
        "reading, routing, explaining and answering never throw; the answer is JSON that Claude Code accepts; the plan's index "
        + "loses no rule; an envelope gives the payload back";

    // The output is checked against a schema, which is not the hook's work.
    public override TimeBound Time => new(TimeSpan.FromMilliseconds(60), 1000);

    public override string Make(Choices choices)
    {
        var text = choices.Next(4) switch
        {
            0 => Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Event(choices))),
            1 => Mutation.Of(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(Event(choices))), choices, Parts),
            _ => Mutation.Of(Encoding.Latin1.GetString(Encoding.UTF8.GetBytes(choices.Pick(Corpus.Payloads))), choices, Parts, 2),
        };
        if (choices.OneIn(1500) && text.Length > 0)
            text = Mutation.Pumped(text, choices, 200_000);
        return text;
    }

    public override Verdict Check(string text)
    {
        // Each character stands for a byte; what is no byte is cut.
        var bytes = text.Select(c => (byte)c).ToArray();
        if (Payload.TryParse(bytes, out var problem) is not { } payload)
        {
            BrokenException.Unless(!string.IsNullOrEmpty(problem), "a payload is refused without a reason");
            return Verdict.Rejected;
        }

        var context = new RouteContext("/home/dev/project");
        var traces = new List<RouteTrace>();
        var routing = Router.Route(payload, Graph.Rules, context, traces);
        var byPlan = Router.Route(payload, Plan.Candidates(payload), context);
        BrokenException.Unless(
            routing.Matched.Select(rule => rule.Id).SequenceEqual(byPlan.Matched.Select(rule => rule.Id)),
            $"the plan's index gives other rules: {string.Join(' ', routing.Matched.Select(rule => rule.Id))} / "
                + $"{string.Join(' ', byPlan.Matched.Select(rule => rule.Id))}"
        );

        var output = DecisionWire.Write(payload.Event, routing.Decision);
        if (output.Stdout.Length > 0 && !(payload.Event == "PreCompact" && !output.Stdout.StartsWith('{')))
        {
            using (JsonDocument.Parse(output.Stdout)) { }
            if (HookEvents.Find(payload.Event) is not null)
            {
                var problems = OutputValidator.Validate(payload.Event, output.Stdout);
                BrokenException.Unless(
                    problems.IsEmpty,
                    $"Claude Code refuses the answer: {string.Join("; ", problems)} in {output.Stdout}"
                );
            }
        }

        var envelope = Envelope.Create(DateTimeOffset.UnixEpoch, "hash", "/p\"\\\n", "/p/plan.json", payload.Json);
        var again = Envelope.TryRead(envelope.ToJson(), out var unread);
        BrokenException.Unless(again is not null, $"the envelope cannot be read: {unread}");
        BrokenException.Unless(
            again!.Payload.Span.SequenceEqual(payload.Json.Span.Trim(" \t\r\n"u8)) || again.Payload.Span.SequenceEqual(payload.Json.Span),
            "the envelope changed the payload"
        );
        return Verdict.Accepted;
    }

    private static string Event(Choices choices)
    {
        var rest = JsonInput.Object(choices, Keys)[1..];
        var @event = choices.OneIn(20) ? "\"Nosuch\"" : $"\"{choices.Pick(HookEvents.All).Name}\"";
        return $"{{\"hook_event_name\":{@event},\"tool_name\":{choices.Pick(["\"Bash\"", "\"Write\"", "\"mcp__s__t\"", "5", "null"])},"
            + $"\"tool_input\":{JsonInput.Value(choices, Keys)}{(rest == "}" ? "" : ",")}{rest}";
    }

    private static RuleGraph Rules()
    {
        var text = new StringBuilder();
        foreach (var known in HookEvents.All)
        {
            foreach (var decision in known.Decisions)
                text.Append(
                    $"on {known.Name} -> {decision.ToString().ToLowerInvariant()} "
                        + $"\"{(known.IsToolEvent ? "{tool} {tool_input.command} {file}" : "{session_id} {cwd}")} \\u{{2028}}\"\n"
                );
        }

        text.Append(
            """
            on before Bash where command matches /git\s+push/i and not command contains "dry" -> deny "{tool_input.command}"
            on after Write|Edit *.py !**/gen/** -> run "x {file}"
            on before where tool_input.list[0].x exists or tool_input.n > 4 -> ask "{tool_input.list}"
            on before mcp__s__* where tool_input.x == "a" -> warn "{tool_input.x}"
            on after Write src/** /top dir/ -> run "y"
            on SessionStart startup -> context "{source}"
            on before /^(Write|Task)$/ where file glob "**/*.{ts,tsx}" -> deny "ts"
            """
        );
        var compilation = Compilation.Create(new SourceText("main.hookrules", text.ToString()));
        return compilation.HasErrors ? throw new InvalidOperationException(string.Join('\n', compilation.Diagnostics)) : compilation.Graph;
    }

    private static PlanFile WritePlan()
    {
        var path = Path.GetTempFileName();
        File.WriteAllBytes(path, RuleGraphJson.Write(Graph, "1").Text);
        var plan = PlanFile.Open(path, out var problem) ?? throw new InvalidOperationException(problem);
        File.Delete(path);
        return plan;
    }
}
