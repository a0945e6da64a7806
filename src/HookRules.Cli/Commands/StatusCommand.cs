using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Runtime.Journals;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules status</c>: what the consumer of a project does, what waits and why, and how its actions went.</summary>
internal static class StatusCommand
{
    private static readonly TimeSpan Again = TimeSpan.FromSeconds(1);
    private const string ClearScreen = "\u001b[H\u001b[J";

    public static Command Create(Cli cli)
    {
        var plan = RunningProject.PlanOption;
        var format = OutputFormats.Option;
        var watch = new Option<bool>("--watch") { Description = "Show it again each second until Ctrl+C." };
        var command = new Command(
            "status",
            "Show what the consumer does, what waits and for what, and how each action went within a day. Exits with 1 where something "
                + "needs you.\n\nExample: hookrules status --watch"
        )
        {
            plan,
            format,
            watch,
        };
        command.SetAction((parsed, ct) => Status(cli, parsed.GetValue(plan), parsed.GetValue(format), parsed.GetValue(watch), ct));
        return command;
    }

    private static async Task<int> Status(Cli cli, string? planPath, OutputFormat format, bool watch, CancellationToken ct)
    {
        if (RunningProject.Find(cli, planPath) is not { } project)
            return ExitCode.CouldNot;
        using var follower = new JournalFollower(project.State);
        var journal = new List<JournalEntry>();
        while (true)
        {
            journal.AddRange(follower.Read());
            var status = ProjectStatus.Of(cli, project, journal);
            if (watch && cli.Screen is not null)
                cli.Out.Write(ClearScreen);
            if (format == OutputFormat.Json)
                StatusReport.WriteJson(cli, status);
            else
                StatusReport.WriteText(cli, status);
            if (!watch)
                return status.Needs().Any() ? ExitCode.Problems : ExitCode.Ok;
            await cli.Out.FlushAsync(ct).ConfigureAwait(false);
            try
            {
                await Task.Delay(Again, cli.Time, ct).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return ExitCode.Ok;
            }
        }
    }
}
