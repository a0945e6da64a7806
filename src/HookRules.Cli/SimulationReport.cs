using System.Globalization;
using System.Text.Json;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Graphs;
using HookRules.Engine;
using HookRules.Simulation;

namespace HookRules.Cli;

/// <summary>Prints simulations for people and for programs.</summary>
internal static class SimulationReport
{
    public static void WriteText(TextWriter output, string name, DryRun simulation)
    {
        var payload = simulation.Payload;
        output.WriteLine(
            Printable.Line(
                $"{payload.Event}{(payload.Tool is { } tool ? $" {tool}" : "")}{(payload.File is { } file ? $" {file}" : "")}  ({name})"
            )
        );
        if (simulation.Rules.IsEmpty)
            output.WriteLine("  no rule is about this event");
        foreach (var rule in simulation.Rules)
            output.WriteLine(
                Printable.Line(
                    rule.Matched ? $"  matches  {rule.Rule.Label}" : $"  no match {rule.Rule.Label}: {rule.FailedClause}: {rule.Detail}"
                )
            );

        output.WriteLine(Printable.Line($"  Claude Code gets: {Describe(simulation.Output)}"));
        foreach (var rule in simulation.Awaiting)
            output.WriteLine(Printable.Line($"  awaits: {Describe(rule.Await!)}  ({rule.Label})"));
        foreach (var run in simulation.Sync)
            output.WriteLine(Printable.Line($"  runs while Claude Code waits: {Describe(run)}"));
        foreach (var run in simulation.Queued)
            output.WriteLine(Printable.Line($"  queued: {Describe(run)}"));
    }

    public static void WriteJson(Stream output, IEnumerable<(string Name, DryRun Simulation)> simulations)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteStartArray("payloads");
        foreach (var (name, simulation) in simulations)
            Write(json, name, simulation);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, DryRun simulation)
    {
        json.WriteStartObject();
        json.WriteString("payload", name);
        json.WriteString("event", simulation.Payload.Event);
        if (simulation.Payload.Tool is { } tool)
            json.WriteString("tool", tool);
        if (simulation.Payload.File is { } file)
            json.WriteString("file", file);
        json.WriteString("project", simulation.ProjectDir);

        RoutingJson.WriteRules(json, simulation.Rules, rule => WriteRule(json, rule));
        RoutingJson.WriteAnswer(json, simulation.Output);
        json.WriteStartArray("awaits");
        foreach (var rule in simulation.Awaiting)
        {
            json.WriteStartObject();
            WriteRule(json, rule);
            json.WriteStrings("actions", rule.Await!.Actions);
            json.WriteNumber("seconds", rule.Await.Timeout.TotalSeconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        Write(json, "sync", simulation.Sync);
        Write(json, "queued", simulation.Queued);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, string name, IEnumerable<SimulatedRun> runs)
    {
        json.WriteStartArray(name);
        foreach (var run in runs)
        {
            json.WriteStartObject();
            WriteRule(json, run.Rule);
            json.WriteString("action", run.Branch.Action);
            json.WriteString("branch", run.Branch.Id);
            if (run.Stage > 0)
                json.WriteNumber("stage", run.Stage);
            if (run.OnFailure)
                json.WriteBoolean("onFailure", true);
            if (run.Window is { } window)
                json.WriteString("window", WindowText.Of(window));
            if (run.Branch.Options.Busy is { } busy)
                json.WriteString("busy", busy.ToString().ToLowerInvariant());
            if (run.Branch.Options.Feedback)
                json.WriteBoolean("feedback", true);
            WriteInvocation(json, run.Invocation, run.Branch.Options);
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    private static void WriteRule(Utf8JsonWriter json, Rule rule)
    {
        json.WriteString("rule", rule.Id);
        if (rule.Name is not null)
            json.WriteString("name", rule.Name);
        json.WriteString("file", rule.Source.File);
        json.WriteNumber("line", rule.Source.Line);
    }

    private static void WriteInvocation(Utf8JsonWriter json, Invocation invocation, BranchOptions options)
    {
        switch (invocation)
        {
            case Invocation.Process process:
                json.WriteStrings("argv", process.Argv);
                if (options.Folder is { } folder)
                    json.WriteString("in", folder);
                if (!options.Variables.IsEmpty)
                {
                    json.WriteStartObject("env");
                    foreach (var (name, _) in options.Variables)
                        json.WriteString(name, process.Environment.Last(variable => variable.Key == name).Value);
                    json.WriteEndObject();
                }

                break;
            case Invocation.Http http:
                json.WriteString("method", http.Method);
                json.WriteString("url", http.Url);
                if (http.Body is { } body)
                {
                    json.WritePropertyName("body");
                    json.WriteRawValue(body.Span);
                }

                break;
            case Invocation.Log log:
                json.WriteString("log", log.Path);
                if (log.LineText is { } text)
                    json.WriteString("text", text);
                break;
            case Invocation.Refused refused:
                json.WriteString("refused", refused.Why);
                break;
            default:
                throw new InvalidOperationException($"unknown invocation {invocation.GetType().Name}");
        }
    }

    internal static string Describe(WireOutput output) =>
        (output.ExitCode, output.Stdout, output.Stderr) switch
        {
            (0, "", _) => "nothing",
            (0, var stdout, _) => stdout,
            (var exit, "", var stderr) => string.Create(CultureInfo.InvariantCulture, $"exit code {exit}, \"{stderr}\" on stderr"),
            (var exit, var stdout, var stderr) => string.Create(
                CultureInfo.InvariantCulture,
                $"{stdout}, exit code {exit}, \"{stderr}\" on stderr"
            ),
        };

    internal static string Describe(SimulatedRun run)
    {
        var what = run.Invocation switch
        {
            Invocation.Process process => ShellQuoting.Join(process.Argv),
            Invocation.Refused refused => $"refused: {refused.Why}",
            { } other => other.Shown,
        };
        var when = run.OnFailure ? "on failure, " : "";
        var stage = run.Stage > 1 ? string.Create(CultureInfo.InvariantCulture, $"stage {run.Stage}, ") : "";
        var window = run.Window is { } open ? $", {WindowText.Of(open)}" : "";
        var busy = run.Branch.Options.Busy is { } mode ? $", busy {mode.ToString().ToLowerInvariant()}" : "";
        var options = run.Branch.Options;
        var folder = options.Folder is { } below ? $", in {below}" : "";
        var variables = options.Variables.IsEmpty ? "" : $", env {string.Join(' ', options.Variables.Select(variable => variable.Key))}";
        return $"{run.Branch.Action}: {what}  "
            + $"({when}{stage}{run.Rule.Label}{folder}{variables}{window}{busy}{(options.Feedback ? ", feedback" : "")})";
    }

    private static string Describe(AwaitStep step) =>
        string.Create(CultureInfo.InvariantCulture, $"{string.Join(", ", step.Actions)}, for at most {step.Timeout.TotalSeconds}s");
}
