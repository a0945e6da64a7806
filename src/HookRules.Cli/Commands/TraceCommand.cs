using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Tracing;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules trace</c>: were runs truly parallel, and where did the time go.</summary>
internal static class TraceCommand
{
    public static Command Create(Cli cli)
    {
        var id = new Argument<string?>("EVENT-ID")
        {
            Description = "Only what this event set off, with its turn; its beginning is enough.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var session = new Option<string?>("--session") { Description = "Only this session; its id may be cut.", HelpName = "ID" };
        var last = new Option<string?>("--last") { Description = "Only what ended within this time: 30m, 1h, 7d.", HelpName = "TIME" };
        var html = new Option<string?>("--html")
        {
            Description = "Also writes a page with the timings drawn: one file that asks nobody for anything.",
            HelpName = "FILE",
        };
        var plan = RunningProject.PlanOption;
        var format = OutputFormats.Option;
        var command = new Command(
            "trace",
            "Show whether runs went on at once, what kept them from it, how long Claude waited and where the time went.\n\n"
                + "Example: hookrules trace --last 1h --html trace.html"
        )
        {
            id,
            session,
            last,
            html,
            plan,
            format,
        };
        command.SetAction(parsed =>
            Run(
                cli,
                parsed.GetValue(plan),
                parsed.GetValue(id),
                parsed.GetValue(session),
                parsed.GetValue(last),
                parsed.GetValue(html),
                parsed.GetValue(format)
            )
        );
        return command;
    }

    private static int Run(Cli cli, string? planPath, string? id, string? session, string? last, string? html, OutputFormat format)
    {
        if (new[] { id, session, last }.Count(one => one is not null) > 1)
            return Refuse(cli, "an event, --session and --last each choose by themselves: give one of them", ExitCode.Usage);
        var since = last is null ? null : Human.TimeOf(last);
        if (last is not null && since is null)
            return Refuse(cli, $"--last: {last} is no time; 30m, 1h and 7d are", ExitCode.Usage);
        if (RunningProject.Find(cli, planPath) is not { } project)
            return ExitCode.CouldNot;
        using var follower = new JournalFollower(project.State);
        IReadOnlyCollection<JournalEntry> journal = [.. follower.Read(), .. JournalFollower.ReadAwaits(project.State)];
        if (since is { } time)
        {
            var from = (cli.Time.GetUtcNow() - time).ToUnixTimeMilliseconds();
            journal = [.. journal.Where(line => line.EndMs >= from)];
        }

        if (session is not null)
            journal = [.. journal.Where(line => SessionsOf(line).Any(one => one.StartsWith(session, StringComparison.Ordinal)))];
        var trace = Trace.Of(journal, Environment.ProcessorCount);
        if (id is not null)
        {
            var found = trace.EventsFrom(id);
            if (found.Count != 1)
                return Refuse(
                    cli,
                    found.Count == 0
                        ? $"the journal knows no event {id}; \"hookrules tail --events\" shows them"
                        : $"{found.Count} events begin with {id}",
                    ExitCode.CouldNot
                );
            trace = trace.Only(found[0]);
        }

        if (format == OutputFormat.Json)
            TraceJson.Write(cli, trace);
        else
            TraceReport.Write(cli, trace);
        if (html is not null)
        {
            AtomicFile.Write(Path.GetFullPath(html, cli.WorkingDirectory), TracePage.Of(trace, project.ProjectDir));
            if (format == OutputFormat.Text)
                new Report(cli).Line("page", html);
        }

        return ExitCode.Ok;
    }

    private static IEnumerable<string> SessionsOf(JournalEntry line) => line.Sessions.IsEmpty ? [line.Session ?? ""] : line.Sessions;

    private static int Refuse(Cli cli, string why, int code)
    {
        cli.Error.WriteLine(Printable.Line($"hookrules: {why}"));
        return code;
    }
}
