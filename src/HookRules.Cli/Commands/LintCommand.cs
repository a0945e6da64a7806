using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules lint</c>: what is wrong with rules files, settings files and plugin hooks, for people and for CI.</summary>
internal static class LintCommand
{
    public static Command Create(Cli cli)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description =
                "Rules files, packs, cases, settings.json or hooks.json files, or folders to search; without one the project's rules "
                + "and settings.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var format = new Option<DiagnosticFormat>("--format")
        {
            Description =
                "How problems are printed: for people, as JSON, as SARIF 2.1.0, or as annotations of a GitHub workflow; text if not given.",
            HelpName = DiagnosticReport.Formats,
        };
        var maxWarnings = new Option<int>("--max-warnings")
        {
            Description = "How many warnings are accepted before the exit code is 1; without it none.",
            HelpName = "N",
        };
        maxWarnings.Validators.Add(result =>
        {
            if (result.Tokens is [{ Value: var count }] && count.StartsWith('-'))
                result.AddError("less than none");
        });
        var parameters = PackArguments.Option;
        var fix = new Option<bool>("--fix") { Description = "Make the repairs of settings files that are certain, and report the rest." };
        var hook = new Option<bool>("--hook")
        {
            Description =
                "Be a hook of Claude Code: read the event of a written file on stdin, and tell Claude what is wrong with that file. "
                + "The exit code is 0, whatever comes.",
        };
        var command = new Command(
            "lint",
            "Print what is wrong with rules files, settings.json and plugin hooks; exit 1 on any error, or on more warnings than "
                + "--max-warnings.\n\nExample: hookrules lint --format github"
        )
        {
            paths,
            format,
            fix,
            maxWarnings,
            parameters,
            hook,
        };
        command.SetAction(parsed =>
        {
            if (parsed.GetValue(hook))
                return parsed.Tokens.Count == 2
                    ? LintHook.Answer(cli)
                    : cli.Refuse("--hook takes the file from the event: leave the rest out.");
            if (PackArguments.Parse(parsed.GetValue(parameters) ?? [], out var wrong) is not { } given)
                return cli.Refuse(wrong);
            return Lint(
                cli,
                parsed.GetValue(paths) ?? [],
                given.DistinctBy(one => one.Key).ToDictionary(one => one.Key, one => one.Value),
                parsed.GetValue(format),
                parsed.GetValue(fix),
                parsed.GetValue(maxWarnings)
            );
        });
        return command;
    }

    private static int Lint(
        Cli cli,
        string[] paths,
        Dictionary<string, string> arguments,
        DiagnosticFormat format,
        bool fix,
        int maxWarnings
    )
    {
        if (Find(cli, paths) is not { } files)
            return ExitCode.CouldNot;
        if (
            arguments.Count > 0
            && files
                .Where(file => file.IsRules)
                .Select(file => PackArguments.Problem(ProjectFiles.Of(file.Path, RulesProject.Home(cli)), arguments.Keys))
                .FirstOrDefault(problem => problem is not null)
                is { } unfit
        )
            return cli.Refuse(unfit);

        var lint = new FileLint(cli) { Arguments = arguments, Fixes = fix };
        foreach (var file in files.DistinctBy(file => file.Path))
            lint.Look(file);
        var layers = lint.Rules;
        if (paths.Length == 0 && layers is [var project, var own])
            lint.Add(LayerRules.Repeated(project, own));
        if (paths.Length == 0)
            foreach (var file in files.Where(file => !file.IsRules))
            foreach (var layer in layers)
                if (SettingsFile.Read(file.Path, Display(cli, file.Path)).Text is { } text)
                    lint.Add(HandAndRule.Repeated(layer, Display(cli, file.Path), text));
        var sorted = lint.Found;
        DiagnosticReport.Write(cli, format, sorted, lint.Sources, isSummed: true);
        var errors = sorted.Count(diagnostic => diagnostic.Severity == Severity.Error);
        var warnings = sorted.Count(diagnostic => diagnostic.Severity == Severity.Warning);
        return errors > 0 || warnings > maxWarnings ? ExitCode.Problems : ExitCode.Ok;
    }

    /// <summary>Null, with the reason printed, where something is not there.</summary>
    private static List<LintFile>? Find(Cli cli, string[] paths)
    {
        var files = new List<LintFile>();
        if (paths.Length == 0)
        {
            var rules = ProjectFiles.Find(cli.WorkingDirectory, RulesProject.Home(cli));
            var personal = ProjectFiles.FindPersonal(cli.WorkingDirectory, rules, RulesProject.Home(cli));
            foreach (var found in new[] { rules, personal }.OfType<ProjectFiles>())
                files.Add(LintFiles.Of(RulesProject.Chosen(cli, found).File));
            if (PackArguments.PackHere(cli) is { } pack)
                files.Add(LintFiles.Of(pack));
            files.AddRange(LintFiles.SettingsOf((rules ?? personal)?.ProjectDir ?? cli.WorkingDirectory));
            if (files.Count > 0)
                return files;
            cli.Error.WriteLine(
                "hookrules: no rules file here or in a folder above, no pack and no .claude/settings.json here: name what to lint."
            );
            return null;
        }

        foreach (var path in paths)
        {
            var full = Path.GetFullPath(path, cli.WorkingDirectory);
            if (Directory.Exists(full))
                files.AddRange(LintFiles.In(full));
            else if (File.Exists(full))
                files.Add(LintFiles.Of(full));
            else
            {
                cli.SayMissing(path);
                return null;
            }
        }

        if (files.Count > 0)
            return files;
        cli.Error.WriteLine(
            Printable.Line(
                $"hookrules: there is nothing to lint in {string.Join(", ", paths)}: no rules file, no .claude/settings.json, no "
                    + "hooks/hooks.json."
            )
        );
        return null;
    }

    private static string Display(Cli cli, string path) => Places.FromHere(cli, path);
}
