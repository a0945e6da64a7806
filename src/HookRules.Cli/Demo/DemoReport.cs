using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HookRules.Engine;
using Spectre.Console;

namespace HookRules.Cli.Demo;

/// <summary>The demonstration as tables.</summary>
internal static class DemoReport
{
    private const int PlainWidth = 120;

    public static void Write(Cli cli, DemoScript script, ImmutableArray<DemoCheck> checks)
    {
        var console = Console(cli);
        var start = script.Fired[0].At;

        var events = Table("at", "Claude Code", "decision", "Claude waited");
        foreach (var fired in script.Fired)
            events.AddRow(At(fired.At, start), Plain(fired.What), Plain(Decision(fired)), Milliseconds(fired.Waited));
        console.MarkupLine(Heading("What Claude Code did"));
        console.Write(events);

        var work = Table("at", "action", "for", "runs", "took", "exit");
        foreach (var runs in script.Runs.GroupBy(run => (run.Action, For: For(run))).OrderBy(group => group.Min(run => run.Started)))
        {
            var wanted = script.Fired.Count(fired => Wants(runs.Key.Action, runs.Key.For, fired));
            work.AddRow(
                At(runs.Min(run => run.Started), start),
                Plain(runs.Key.Action),
                Plain(runs.Key.For),
                Plain(runs.Count() == wanted ? $"{wanted}" : $"{runs.Count()} instead of {wanted}"),
                Milliseconds(TimeSpan.FromMilliseconds(runs.Average(run => run.Took.TotalMilliseconds))),
                Plain(string.Join(' ', runs.Select(run => run.ExitCode?.ToString(CultureInfo.InvariantCulture) ?? "none").Distinct()))
            );
        }

        console.MarkupLine(Heading("What ran meanwhile"));
        console.Write(work);

        console.MarkupLine(Heading("What the rules say"));
        foreach (var check in checks)
        {
            console.MarkupLine(
                check.Holds ? $"[green]yes[/]  {Markup.Escape(check.Statement)}" : $"[red]NO[/]   {Markup.Escape(check.Statement)}"
            );
            if (!check.Holds)
                console.MarkupLine($"     found: {Markup.Escape(Printable.Line(check.Found))}");
        }

        console.WriteLine();
        console.WriteLine(
            checks.All(check => check.Holds) ? "Everything happened as the rules say." : "Not everything happened as the rules say."
        );
    }

    private static IAnsiConsole Console(Cli cli)
    {
        var isTerminal = ReferenceEquals(cli.Out, System.Console.Out) && !System.Console.IsOutputRedirected;
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(cli.Out),
                Ansi = isTerminal ? AnsiSupport.Detect : AnsiSupport.No,
                ColorSystem =
                    isTerminal && cli.Environment("NO_COLOR") is null or "" ? ColorSystemSupport.Detect : ColorSystemSupport.NoColors,
                Interactive = InteractionSupport.No,
            }
        );
        if (!isTerminal)
            console.Profile.Width = PlainWidth;
        return console;
    }

    private static Table Table(params string[] columns)
    {
        var table = new Table().Border(TableBorder.Rounded);
        foreach (var column in columns)
            table.AddColumn(
                new TableColumn(column) { Alignment = column is "at" or "took" or "Claude waited" ? Justify.Right : Justify.Left }
            );
        return table;
    }

    private static string Heading(string text) => $"[bold]{text}[/]";

    private static Text Plain(string text) => new(Printable.Line(text));

    private static Text At(DateTimeOffset moment, DateTimeOffset start) =>
        Plain(string.Create(CultureInfo.InvariantCulture, $"{(moment - start).TotalMilliseconds:0} ms"));

    private static Text Milliseconds(TimeSpan time) =>
        Plain(string.Create(CultureInfo.InvariantCulture, $"{time.TotalMilliseconds:0.0} ms"));

    private static string For(DemoRun run) =>
        run.Action switch
        {
            "audit" => "every write",
            "tell" => "Stop",
            _ => Path.GetFileName(run.Command.Split(' ')[^1].Trim('\'')),
        };

    private static bool Wants(string action, string what, FiredEvent fired) =>
        action switch
        {
            "audit" => fired.What.StartsWith("Write", StringComparison.Ordinal),
            "tell" => fired.What == "Stop",
            _ => fired.What.Contains(what, StringComparison.Ordinal),
        };

    private static string Decision(FiredEvent fired)
    {
        if (fired.Answers.IsEmpty)
            return "no hook is started";
        var said = fired.Answers.Select(answer => answer.Stdout).Where(stdout => stdout.Length > 0).ToArray();
        if (said.Length == 0)
            return "none: goes on";
        try
        {
            var output = JsonDocument.Parse(said[0]).RootElement.GetProperty("hookSpecificOutput");
            return $"{output.GetProperty("permissionDecision").GetString()}: {output.GetProperty("permissionDecisionReason").GetString()}";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException)
        {
            return said[0];
        }
    }
}
