using System.CommandLine;
using System.Text.Json;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Redis;
using Spectre.Console;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules dead</c>: what failed for good; to look at, to run again, or to throw away.</summary>
internal static class DeadCommand
{
    public static Command Create(Cli cli)
    {
        var command = new Command(
            "dead",
            "List, show, run again or throw away what failed for good.\n\nExample: hookrules dead retry --action deploy"
        )
        {
            List(cli),
            Show(cli),
            Change(
                cli,
                "retry",
                "Run dead letters again, by the rules as they are now. Of a stage with several branches only the one that failed.",
                Retry
            ),
            Change(cli, "drop", "Throw dead letters away.", Drop),
        };
        return command;
    }

    private static Command List(Cli cli)
    {
        var plan = RunningProject.PlanOption;
        var format = OutputFormats.Option;
        var action = ActionOption();
        var command = new Command("list", "List the dead letters, the oldest first.\n\nExample: hookrules dead list --format json")
        {
            action,
            plan,
            format,
        };
        command.SetAction(parsed =>
        {
            if (RunningProject.Find(cli, parsed.GetValue(plan)) is not { } project)
                return ExitCode.CouldNot;
            var letters = DeadLetter.All(project.State).Where(letter => IsOf(letter, parsed.GetValue(action))).ToList();
            var elsewhere = Elsewhere(cli, project)
                .Where(note => parsed.GetValue(action) is not { } named || note.Action == named)
                .ToList();
            if (parsed.GetValue(format) == OutputFormat.Json)
                WriteJson(cli, letters, elsewhere);
            else if (letters.Count + elsewhere.Count == 0)
                cli.Out.WriteLine("There are no dead letters.");
            else
                WriteTables(cli, letters, elsewhere);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Show(Cli cli)
    {
        var plan = RunningProject.PlanOption;
        var format = OutputFormats.Option;
        var id = new Argument<string>("ID") { Description = "Of the letter or its event; its beginning is enough." };
        var command = new Command("show", "Show a dead letter with its output.\n\nExample: hookrules dead show 17643") { id, plan, format };
        command.SetAction(parsed =>
        {
            if (RunningProject.Find(cli, parsed.GetValue(plan)) is not { } project)
                return ExitCode.CouldNot;
            if (One(cli, DeadLetter.All(project.State), parsed.GetValue(id)!) is not { } letter)
                return ExitCode.CouldNot;
            if (parsed.GetValue(format) == OutputFormat.Json)
                WriteJson(cli, [letter], []);
            else
                WritePage(cli, letter);
            return ExitCode.Ok;
        });
        return command;
    }

    private static Command Change(Cli cli, string name, string summary, Func<Cli, RunningProject, DeadLetter, string?> change)
    {
        var plan = RunningProject.PlanOption;
        var all = new Option<bool>("--all") { Description = "All of them." };
        var action = ActionOption();
        var id = new Argument<string?>("ID")
        {
            Description = "Of the letter or its event; its beginning is enough.",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var command = new Command(name, $"{summary}\n\nExample: hookrules dead {name} --all") { id, all, action, plan };
        command.SetAction(parsed =>
        {
            var (wanted, ofAction) = (parsed.GetValue(id), parsed.GetValue(action));
            if (wanted is null && ofAction is null && !parsed.GetValue(all))
            {
                cli.Error.WriteLine($"hookrules: say which: an ID of \"hookrules dead list\", --action NAME, or --all.");
                return ExitCode.Usage;
            }

            if (RunningProject.Find(cli, parsed.GetValue(plan)) is not { } project)
                return ExitCode.CouldNot;
            IReadOnlyList<DeadLetter> letters = [.. DeadLetter.All(project.State).Where(letter => IsOf(letter, ofAction))];
            if (wanted is not null)
            {
                if (One(cli, letters, wanted) is not { } one)
                    return ExitCode.CouldNot;
                letters = [one];
            }

            var exit = ExitCode.Ok;
            var done = 0;
            foreach (var letter in letters)
            {
                if (change(cli, project, letter) is { } problem)
                {
                    cli.Error.WriteLine(Printable.Line($"hookrules: {letter.Id}: {problem}"));
                    exit = ExitCode.Problems;
                }
                else
                    done++;
            }

            var verb = name == "retry" ? "run again" : "thrown away";
            cli.Out.WriteLine($"{Human.Count(done, "dead letter")} {(name == "retry" ? "will be " : "")}{verb}.");
            if (name == "retry" && done > 0 && !ConsumerLook.At(project.State).Runs)
                cli.Out.WriteLine("No consumer runs now: the next event starts one, or: hookrules run --once");
            return exit;
        });
        return command;
    }

    private static string? Retry(Cli cli, RunningProject project, DeadLetter letter) =>
        letter.Retry(project.State, cli.Time == TimeProvider.System ? BootClock.Instance : cli.Time);

    private static string? Drop(Cli cli, RunningProject project, DeadLetter letter)
    {
        letter.Drop();
        return null;
    }

    private static Option<string?> ActionOption() => new("--action") { Description = "Those of one action.", HelpName = "NAME" };

    private static bool IsOf(DeadLetter letter, string? action) => action is null || letter.Action == action;

    private static DeadLetter? One(Cli cli, IReadOnlyList<DeadLetter> letters, string start)
    {
        var found = letters.Where(letter => letter.Id.StartsWith(start, StringComparison.Ordinal)).ToList();
        if (found is [var only])
            return only;
        cli.Error.WriteLine(
            Printable.Line(
                found.Count == 0
                    ? $"hookrules: there is no dead letter {start}; \"hookrules dead list\" lists them."
                    : $"hookrules: {found.Count} dead letters begin with {start}: {string.Join(", ", found.Take(3).Select(one => one.Id))}"
                        + (found.Count > 3 ? ", …" : "")
            )
        );
        return null;
    }

    /// <summary>Of machines that share a server with this one.</summary>
    private static IReadOnlyList<DeadNote> Elsewhere(Cli cli, RunningProject project)
    {
        var notes = new List<DeadNote>();
        foreach (var address in QueueAddress.Noted(project.State).Where(address => address.Kind == QueueKind.Redis))
        {
            var look = RedisLook.At(address, project.ProjectDir, project.State, cli.Environment);
            notes.AddRange(look.DeadElsewhere);
            if (look.Problem is { } problem)
                cli.Error.WriteLine(Printable.Line($"hookrules: dead letters of other machines are not shown: {address}: {problem}"));
        }

        return notes;
    }

    private static void WriteTables(Cli cli, List<DeadLetter> letters, List<DeadNote> elsewhere)
    {
        if (letters.Count > 0)
            WriteTable(cli, letters);
        if (elsewhere.Count == 0)
            return;
        var table = Report.Table("id", "died", "action", "event", ">tries", "why", "rule", "machine");
        foreach (var note in elsewhere)
            table.AddRow(
                Report.Cell(note.Id),
                Report.Cell(Human.Clock(DateTimeOffset.FromUnixTimeMilliseconds(note.DiedMs), cli.Time)),
                Report.Cell(note.Action),
                Report.Cell(note.Event),
                Report.Cell(Human.Number(note.Attempts)),
                Report.Cell(note.Reason, Report.Bad),
                Report.Cell(Places.Of(note.Rule, note.Place)),
                Report.Cell(note.Machine)
            );
        cli.Out.WriteLine("On other machines, where they can be shown, run again or dropped:");
        new Report(cli).Write(table);
    }

    private static void WriteTable(Cli cli, List<DeadLetter> letters)
    {
        var table = Report.Table("id", "died", "action", "event", ">tries", "why", "rule");
        foreach (var letter in letters)
            table.AddRow(
                Report.Cell(letter.Id),
                Report.Cell(Human.Clock(letter.Died, cli.Time)),
                Report.Cell(letter.Action),
                Report.Cell(letter.Event),
                Report.Cell(Human.Number(letter.Attempts)),
                Report.Cell(letter.Reason, Report.Bad),
                Report.Cell(Places.Of(letter.Rule, letter.Place))
            );
        new Report(cli).Write(table);
        cli.Out.Write("hookrules dead show ID shows the output; retry ID, drop ID, or --all.\n");
    }

    private static void WritePage(Cli cli, DeadLetter letter)
    {
        var report = new Report(cli);
        report.Line("id", letter.Id);
        report.Line("action", letter.Action);
        report.Line("rule", Places.Of(letter.Rule, letter.Place));
        report.Line("event", $"{letter.Event} {letter.EventId}");
        report.Line("died", Human.Clock(letter.Died, cli.Time));
        report.Line("why", $"{letter.Reason}, {Human.Count(letter.Attempts, "attempt")}", Report.Bad);
        report.Line("command", letter.Command);
        if (letter.Order is { } order)
            report.Line("files", string.Join(", ", order.Files));
        foreach (var (name, text) in new[] { ("stdout", letter.Stdout), ("stderr", letter.Stderr) })
        {
            if (text.Length == 0)
                continue;
            report.Heading(name);
            cli.Out.Write(Printable.Text(text.ReplaceLineEndings("\n").TrimEnd('\n')) + "\n");
        }
    }

    private static void WriteJson(Cli cli, IReadOnlyList<DeadLetter> letters, IReadOnlyList<DeadNote> elsewhere) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            json.WriteStartArray("dead");
            foreach (var letter in letters)
            {
                json.WriteStartObject();
                json.WriteString("id", letter.Id);
                json.WriteString("action", letter.Action);
                json.WriteString("rule", letter.Rule);
                json.WriteString("place", letter.Place);
                json.WriteString("event", letter.Event);
                json.WriteString("event_id", letter.EventId);
                json.WriteString("reason", letter.Reason);
                json.WriteNumber("attempts", letter.Attempts);
                if (letter.ExitCode is { } code)
                    json.WriteNumber("exit_code", code);
                else
                    json.WriteNull("exit_code");
                json.WriteNumber("died_ms", letter.Died.ToUnixTimeMilliseconds());
                json.WriteString("cmd", letter.Command);
                json.WriteString("stdout", letter.Stdout);
                json.WriteString("stderr", letter.Stderr);
                json.WriteStrings("files", letter.Order?.Files ?? []);
                json.WriteStrings("sessions", letter.Sessions);
                json.WriteBoolean("can_retry", letter.Order is not null);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("elsewhere");
            foreach (var note in elsewhere)
            {
                json.WriteStartObject();
                json.WriteString("id", note.Id);
                json.WriteString("action", note.Action);
                json.WriteString("rule", note.Rule);
                json.WriteString("place", note.Place);
                json.WriteString("event", note.Event);
                json.WriteString("event_id", note.EventId);
                json.WriteString("reason", note.Reason);
                json.WriteNumber("attempts", note.Attempts);
                json.WriteNumber("died_ms", note.DiedMs);
                json.WriteString("machine", note.Machine);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        });
}
