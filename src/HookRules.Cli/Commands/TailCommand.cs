using System.CommandLine;
using System.Text;
using HookRules.Cli.Reports;
using HookRules.Engine;
using HookRules.Runtime.Journals;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules tail</c>: a line for each run as it ends.</summary>
internal static class TailCommand
{
    private const int FirstLines = 10;
    private static readonly TimeSpan Look = TimeSpan.FromSeconds(1);

    public static Command Create(Cli cli)
    {
        var plan = RunningProject.PlanOption;
        var format = new Option<OutputFormat>("--format")
        {
            Description = "How a line is printed; text if not given, json as it stands in the journal.",
            HelpName = "text|json",
        };
        var rule = new Option<string?>("--rule") { Description = "Only of this rule: its name, or FILE:LINE.", HelpName = "RULE" };
        var action = new Option<string?>("--action") { Description = "Only of this action.", HelpName = "NAME" };
        var session = new Option<string?>("--session") { Description = "Only of this session; its id may be cut.", HelpName = "ID" };
        var failed = new Option<bool>("--failed") { Description = "Only what failed." };
        var events = new Option<bool>("--events") { Description = "Also the events themselves, with the time that their hook took." };
        var lines = new Option<int>("--lines", "-n")
        {
            Description = $"How many lines of before are shown first; {FirstLines} if not given.",
            HelpName = "N",
            DefaultValueFactory = _ => FirstLines,
        };
        var once = new Option<bool>("--no-follow") { Description = "End when those are shown." };
        var command = new Command(
            "tail",
            "Show a line for each run as it ends, and why an order ended without one.\n\nExample: hookrules tail --action pytest --failed"
        )
        {
            plan,
            rule,
            action,
            session,
            failed,
            events,
            lines,
            once,
            format,
        };
        command.SetAction(
            (parsed, ct) =>
                Tail(
                    cli,
                    parsed.GetValue(plan),
                    new Wanted(
                        parsed.GetValue(rule),
                        parsed.GetValue(action),
                        parsed.GetValue(session),
                        parsed.GetValue(failed),
                        parsed.GetValue(events)
                    ),
                    Math.Max(0, parsed.GetValue(lines)),
                    parsed.GetValue(once),
                    parsed.GetValue(format),
                    ct
                )
        );
        return command;
    }

    private sealed record Wanted(string? Rule, string? Action, string? Session, bool Failed, bool Events)
    {
        public bool Takes(JournalEntry entry) =>
            entry.IsEvent
                ? Events && Rule is null && Action is null && !Failed && IsOfSession(entry)
                : (Rule is null || entry.Rule == Rule || (entry.Place is { } place && Places.Short(place) == Rule))
                    && (Action is null || entry.Action == Action)
                    && (!Failed || entry.Failed)
                    && IsOfSession(entry);

        private bool IsOfSession(JournalEntry entry) =>
            Session is null
            || entry.Sessions.Append(entry.Session ?? "").Any(session => session.StartsWith(Session, StringComparison.Ordinal));
    }

    private static async Task<int> Tail(
        Cli cli,
        string? planPath,
        Wanted wanted,
        int lines,
        bool once,
        OutputFormat format,
        CancellationToken ct
    )
    {
        if (RunningProject.Find(cli, planPath) is not { } project)
            return ExitCode.CouldNot;
        using var follower = new JournalFollower(project.State);
        using var changed = new SemaphoreSlim(0);
        using var watcher = once ? null : Watch(project.State, changed);
        var shown = follower.Read().Where(wanted.Takes).TakeLast(lines);
        while (true)
        {
            foreach (var entry in shown)
                Write(cli, entry, format);
            if (once)
                return ExitCode.Ok;
            await cli.Out.FlushAsync(ct).ConfigureAwait(false);
            try
            {
                await changed.WaitAsync(Look, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Ok;
            }

            shown = follower.Read().Where(wanted.Takes);
        }
    }

    /// <summary>Null where the system has no watches left, or where the folder is not there yet: then it is looked at each
    /// second.</summary>
    private static FileSystemWatcher? Watch(StateFolder state, SemaphoreSlim changed)
    {
        try
        {
            var watcher = new FileSystemWatcher(state.Path, Path.GetFileName(state.Runs))
            {
                NotifyFilter = NotifyFilters.LastWrite | NotifyFilters.FileName | NotifyFilters.Size,
            };
            watcher.Changed += (_, _) => changed.Release();
            watcher.Created += (_, _) => changed.Release();
            watcher.Renamed += (_, _) => changed.Release();
            watcher.EnableRaisingEvents = true;
            return watcher;
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return null;
        }
    }

    private static void Write(Cli cli, JournalEntry entry, OutputFormat format)
    {
        if (format == OutputFormat.Json)
        {
            cli.Out.Write(Encoding.UTF8.GetString(entry.Text.Span) + "\n");
            return;
        }

        var at = Human.Clock(DateTimeOffset.FromUnixTimeMilliseconds(entry.EndMs), cli.Time);
        var (outcome, style) = RunText.Outcome(entry);
        var what = entry.IsEvent
            ? $"{entry.Event}{RunText.FilesOf(entry)}{(entry.HookUs is { } us ? $"  hook {us / 1000.0:0.0} ms" : "")}"
            : $"{entry.Action}{RunText.FilesOf(entry)}  {RunText.Times(entry)}";
        var place = entry.IsEvent ? entry.EventId : Places.Of(entry.Rule, entry.Place);
        new Report(cli).Columns(
            (at, 8, Report.Faint),
            (outcome, 10, style),
            (what + (entry is { IsEvent: false, Why: { } why } ? $"  {why}" : ""), 0, null),
            (place, 0, Report.Faint)
        );
    }
}
