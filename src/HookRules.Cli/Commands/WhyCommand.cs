using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Operating;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules why</c>: what became of one event, and why.</summary>
internal static class WhyCommand
{
    private const string Latest = "latest";

    public static Command Create(Cli cli)
    {
        var id = new Argument<string>("ID") { Description = "Of an event or an order, whose beginning is enough; or latest." };
        var file = new Argument<string?>("FILE")
        {
            Description = "With latest: the newest event about this file.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        id.CompletionSources.Add(Latest);
        var plan = RunningProject.PlanOption;
        var format = OutputFormats.Option;
        var command = new Command(
            "why",
            "Show what became of an event: which rules matched or which clause failed, what it waited for and how long, each attempt and "
                + "its result.\n\nExample: hookrules why latest src/a.py"
        )
        {
            id,
            file,
            plan,
            format,
        };
        command.SetAction(parsed => Why(cli, parsed.GetValue(id)!, parsed.GetValue(file), parsed.GetValue(plan), parsed.GetValue(format)));
        return command;
    }

    private static int Why(Cli cli, string id, string? file, string? planPath, OutputFormat format)
    {
        if (file is not null && id != Latest)
        {
            cli.Error.WriteLine("hookrules: a file goes with latest alone: hookrules why latest FILE");
            return ExitCode.Usage;
        }

        if (RunningProject.Find(cli, planPath) is not { } project)
            return ExitCode.CouldNot;
        var sources = EventStory.Sources.Of(project.State, cli.Time, cli.Environment);
        if (Choose(cli, sources, id, file) is not { } found)
            return ExitCode.CouldNot;
        var plan = new Plans(cli.Time, _ => { }).Present(project.Plan);
        var story = EventStory.Of(sources, found, plan, project.ProjectDir);
        if (format == OutputFormat.Json)
            WhyReport.WriteJson(cli, story);
        else
            WhyReport.WriteText(cli, project, story);
        return ExitCode.Ok;
    }

    private static string? Choose(Cli cli, EventStory.Sources sources, string id, string? file)
    {
        if (id == Latest)
        {
            var path = file is null ? null : Path.GetFullPath(file, cli.WorkingDirectory);
            if (EventStory.Latest(sources, path is null ? null : one => one == path || one == file) is { } latest)
                return latest;
            cli.Error.WriteLine(
                Printable.Line(file is null ? "hookrules: no event is known yet." : $"hookrules: no event about {file} is known.")
            );
            return null;
        }

        // An order's id begins with its event's.
        var start = id.IndexOf('.', StringComparison.Ordinal) is var point and > 0 ? id[..point] : id;
        var found = EventStory.Find(sources, start);
        if (found is [var only])
            return only;
        cli.Error.WriteLine(
            Printable.Line(
                found.Count == 0
                    ? $"hookrules: no event {id} is known; \"hookrules tail --events\" shows them."
                    : $"hookrules: {found.Count} events begin with {id}: {string.Join(", ", found.TakeLast(3))}"
                        + (found.Count > 3 ? " are the newest" : "")
            )
        );
        return null;
    }
}
