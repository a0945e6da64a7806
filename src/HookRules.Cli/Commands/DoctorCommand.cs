using System.CommandLine;
using System.Text.Json;
using HookRules.Cli.Doctor;
using HookRules.Cli.Reports;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Runtime;
using HookRules.Runtime.Operating;
using Spectre.Console;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules doctor</c>: why nothing happens, and what to do about it.</summary>
internal static class DoctorCommand
{
    /// <summary>What is looked at, in this order: what comes first explains what comes later.</summary>
    private static readonly Func<Patient, IEnumerable<Finding>>[] Checks =
    [
        SettingsChecks.Rules,
        SettingsChecks.Layers,
        SettingsChecks.Settings,
        RuntimeChecks.Launcher,
        RuntimeChecks.Consumer,
        RuntimeChecks.Service,
        RuntimeChecks.Client,
        StateChecks.Spool,
        StateChecks.Queues,
        StateChecks.Consumer,
        StateChecks.Environments,
        StateChecks.Abandoned,
    ];

    public static Command Create(Cli cli)
    {
        var fix = new Option<bool>("--fix") { Description = "Mend what can be mended safely." };
        var clean = new Option<bool>("--clean")
        {
            Description =
                "Remove the state of projects that have been gone for 30 days, and what was recorded where the rules record nothing now.",
        };
        var format = OutputFormats.Option;
        var command = new Command(
            "doctor",
            "Look at all that keeps rules from being applied: settings, runtime, consumer, spool, queue, programs and variables of "
                + "actions; each finding with its mend. Exits with 1 where there is a problem.\n\nExample: hookrules doctor --fix"
        )
        {
            fix,
            clean,
            format,
        };
        command.SetAction(parsed => Examine(cli, parsed.GetValue(fix), parsed.GetValue(clean), parsed.GetValue(format)));
        return command;
    }

    private static int Examine(Cli cli, bool fix, bool clean, OutputFormat format)
    {
        if (Patient.Find(cli) is not { } patient)
        {
            cli.Error.WriteLine(
                "hookrules: there are no rules here or in a folder above, and no compiled plan. hookrules init writes some."
            );
            return ExitCode.CouldNot;
        }

        var removed = clean ? Clean(cli, patient) : [];
        var findings = new List<(Finding Finding, string? Fixed)>();
        foreach (var finding in Checks.SelectMany(check => check(patient)))
            findings.Add((finding, fix && finding.Fix is { } mend ? mend() ?? "mended" : null));
        if (format == OutputFormat.Json)
            WriteJson(cli, findings, removed);
        else
            WriteText(cli, findings, removed);
        return findings.Exists(one => one.Finding.Grade == Grade.Problem && one.Fixed != "mended") ? ExitCode.Problems : ExitCode.Ok;
    }

    private static List<string> Clean(Cli cli, Patient patient)
    {
        var before = AbandonedFolder.All(patient.State).Select(folder => folder.Path).ToList();
        foreach (var _ in before)
            AbandonedStates.CleanOne(patient.State, cli.Time);
        var records = new Records(patient.State, cli.Time);
        // Where the rules keep nothing any more.
        if (!records.IsEmpty && patient.Plans.All(plan => plan.Plan is not null && plan.Plan.Graph.Settings.Record is not { IsOn: true }))
        {
            records.Delete();
            before.Add(records.Path);
        }

        return [.. before.Where(folder => !Directory.Exists(folder))];
    }

    private static void WriteText(Cli cli, List<(Finding Finding, string? Fixed)> findings, List<string> removed)
    {
        var report = new Report(cli);
        foreach (var (finding, mended) in findings)
        {
            var (mark, style) = finding.Grade switch
            {
                Grade.Ok => ("ok", Report.Good),
                Grade.Hint => ("hint", Report.Warning),
                _ when mended == "mended" => ("mended", Report.Good),
                _ => ("problem", Report.Bad),
            };
            report.Line(mark, $"{finding.Check}: {finding.What}", style);
            if (finding.Grade == Grade.Ok)
                continue;
            if (finding.Where is { } where)
                report.Line("", $"at {where}", Report.Faint);
            if (finding.Mend is { } mend && mended != "mended")
                report.Line("", mend);
            if (mended is not null and not "mended")
                report.Line("", $"not mended: {mended}", Report.Bad);
        }

        foreach (var folder in removed)
            report.Line("removed", folder);
        var problems = findings.Count(one => one.Finding.Grade == Grade.Problem && one.Fixed != "mended");
        report.Blank();
        report.Line(problems == 0 ? "Nothing is wrong." : $"{Human.Count(problems, "problem")}.", problems == 0 ? Report.Good : Report.Bad);
    }

    private static void WriteJson(Cli cli, List<(Finding Finding, string? Fixed)> findings, List<string> removed) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            json.WriteStartArray("findings");
            foreach (var (finding, mended) in findings)
            {
                json.WriteStartObject();
                json.WriteString("check", finding.Check);
                json.WriteString("grade", finding.Grade.ToString().ToLowerInvariant());
                json.WriteString("what", finding.What);
                json.WriteString("where", finding.Where);
                json.WriteString("mend", finding.Mend);
                json.WriteBoolean("mended", mended == "mended");
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStrings("removed", removed);
            json.WriteEndObject();
        });
}
