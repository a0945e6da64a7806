using System.CommandLine;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules lint</c>: the diagnostics of rules files, for people and for CI.</summary>
internal static class LintCommand
{
    private enum Format { Text, Json, Github }

    public static Command Create(Cli cli)
    {
        var paths = new Argument<string[]>("PATH") { Description = "Rules files; without one the project's is looked for.", Arity = ArgumentArity.ZeroOrMore };
        var format = new Option<Format>("--format") { Description = "text, json or github (annotations for a workflow).", DefaultValueFactory = _ => Format.Text };
        var maxWarnings = new Option<int>("--max-warnings") { Description = "How many warnings are accepted before the exit code is 1.", HelpName = "N" };
        var command = new Command("lint", "Print what is wrong with rules files; exit 1 on any error, or on more warnings than --max-warnings.\n\nExample: hookrules lint --format github")
        {
            paths, format, maxWarnings,
        };
        command.SetAction(parsed => Lint(cli, parsed.GetValue(paths) ?? [], parsed.GetValue(format), parsed.GetValue(maxWarnings)));
        return command;
    }

    private static int Lint(Cli cli, string[] paths, Format format, int maxWarnings)
    {
        var projects = new List<RulesProject>();
        foreach (var path in paths.Length == 0 ? new string?[] { null } : paths)
        {
            if (RulesProject.Open(cli, path) is not { } project) return ExitCode.CouldNot;
            projects.Add(project);
        }

        var diagnostics = projects.SelectMany(project => project.Compilation.Diagnostics).ToList();
        var sources = projects.SelectMany(project => project.Compilation.Sources).ToList();
        switch (format)
        {
            case Format.Json:
                cli.Print(output => DiagnosticPrinter.WriteJson(output, diagnostics));
                break;
            case Format.Github:
                DiagnosticPrinter.WriteGitHub(cli.Out, diagnostics);
                break;
            default:
                DiagnosticPrinter.WriteText(cli.Error, diagnostics, sources);
                break;
        }

        var errors = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Error);
        var warnings = diagnostics.Count(diagnostic => diagnostic.Severity == Severity.Warning);
        return errors > 0 || warnings > maxWarnings ? ExitCode.Problems : ExitCode.Ok;
    }
}
