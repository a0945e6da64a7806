using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Simulation.Replays;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules replay</c>: what the rules would have done with the events that were recorded.</summary>
internal static class ReplayCommand
{
    internal enum Format
    {
        Text,
        Json,
        Markdown,
    }

    public static Command Create(Cli cli)
    {
        var file = new Argument<string?>("FILE")
        {
            Description = "A file of recorded events; without it all that \"record on\" has kept of this project.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var session = new Option<string?>("--session") { Description = "Only this session; its id may be cut.", HelpName = "ID" };
        var last = new Option<string?>("--last") { Description = "Only what happened within this time: 30m, 1h, 7d.", HelpName = "TIME" };
        var against = new Option<string?>("--against")
        {
            Description = "Compare with the rules of this file, or of the project as a commit has them, instead of with what was decided.",
            HelpName = "FILE|git:REV",
        };
        var same = new Option<bool>("--expect-same") { Description = "Exit 1 where an event is decided, queued or told differently." };
        var format = new Option<Format>("--format")
        {
            Description = "How the result is printed: for people, as JSON, or as a comment on a pull request; text if not given.",
            HelpName = "text|json|markdown",
        };
        var command = new Command(
            "replay",
            "Put recorded events (record on) through the rules as they are now: what would be decided or queued differently. Runs nothing."
                + "\n\n"
                + "Example: hookrules replay --last 7d\n"
                + "Example: hookrules replay --against git:main --format markdown"
        )
        {
            file,
            session,
            last,
            against,
            same,
            format,
        };
        command.SetAction(parsed =>
            Replay(
                cli,
                new Wanted(
                    parsed.GetValue(file),
                    parsed.GetValue(session),
                    parsed.GetValue(last),
                    parsed.GetValue(against),
                    parsed.GetValue(same)
                ),
                parsed.GetValue(format)
            )
        );
        return command;
    }

    /// <summary>What the command line asks for.</summary>
    private sealed record Wanted(string? File, string? Session, string? Last, string? Against, bool ExpectSame);

    private static int Replay(Cli cli, Wanted wanted, Format format)
    {
        DateTimeOffset? since = null;
        if (wanted.Last is { } last)
        {
            if (Human.TimeOf(last) is not { } time)
                return cli.Refuse($"--last: {last} is no time; 30m, 1h and 7d are");
            since = cli.Time.GetUtcNow() - time;
        }

        if (RulesProject.Find(cli, null) is not { } found)
            return ExitCode.CouldNot;
        var project = RulesProject.Of(found);
        if (project.Compilation.HasErrors)
        {
            project.Report(cli);
            return ExitCode.Problems;
        }

        Compilation? against = null;
        if (wanted.Against is { } spec && (against = AgainstRules.Open(cli, spec, found, out var code)) is null)
            return code;
        if (Files(cli, wanted.File, found) is not { } files)
            return ExitCode.CouldNot;

        var run = new ReplayRun(
            new ReplayRules(project.Compilation.Graph),
            against is null ? null : new ReplayRules(against.Graph),
            found.ProjectDir
        );
        var events = new RecordedEvents(files, PlanOf(found), isOwn: wanted.File is null) { Since = since, Session = wanted.Session };
        using (var progress = Progress.Of(cli, "event"))
            events.Feed(run, progress.At);
        if (events.Unreadable is { } bad)
            cli.Error.WriteLine(
                Printable.Line(
                    $"hookrules: {Places.FromHere(cli, bad.File)}:{bad.Line}: {Human.Count(events.UnreadableLines, "line")} passed over: "
                        + "no line of a record, as \"record on\" writes them"
                )
            );
        var result = run.Result;
        if (result.Events == 0)
        {
            cli.Refuse(NothingFound(wanted, result));
            return ExitCode.CouldNot;
        }

        ReplayReport.Write(cli, format, result, wanted.Against);
        return wanted.ExpectSame && result.Different > 0 ? ExitCode.Problems : ExitCode.Ok;
    }

    private static string NothingFound(Wanted wanted, ReplayResult result) =>
        result.OtherRules > 0 ? $"other rules than these decided on all {result.OtherRules} events that were recorded"
        : wanted.Session is not null || wanted.Last is not null ? "nothing of that was recorded"
        : wanted.File is not null ? $"{wanted.File} holds no event to replay"
        : "nothing was recorded here: write \"record on\" into the rules, and compile";

    /// <summary>Null, with the reason printed, where the file is not there or not to be read.</summary>
    private static IReadOnlyList<string>? Files(Cli cli, string? file, ProjectFiles project)
    {
        if (file is null)
            return new Records(StateFolder.Locate(project.ProjectDir, cli.Environment), cli.Time).Files;
        var path = Path.GetFullPath(file, cli.WorkingDirectory);
        if (!File.Exists(path))
        {
            cli.SayMissing(file);
            return null;
        }

        if (RegularFile.Is(path))
            return [path];
        cli.Refuse($"{file} is no regular file: name a file of record/*.jsonl");
        return null;
    }

    private static string PlanOf(ProjectFiles project) =>
        Path.Join(
            project.ProjectDir,
            ProjectLayout.ClaudeFolder,
            ProjectLayout.Folder,
            project.Layer == Layer.Personal ? ProjectLayout.PersonalFolder : null,
            ProjectLayout.Plan
        );
}
