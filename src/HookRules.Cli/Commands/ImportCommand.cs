using System.CommandLine;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Format;
using HookRules.Compiler.Import;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules import</c>: existing hooks to rules.</summary>
internal static class ImportCommand
{
    public static Command Create(Cli cli)
    {
        var settings = new Argument<string>("SETTINGS") { Description = "A settings.json, or the hooks.json of a plugin." };
        var output = new Option<string?>("-o", "--output") { Description = "Where to write the rules; without it they are printed. A name that ends with .yaml means --yaml.", HelpName = "FILE" };
        var yaml = new Option<bool>("--yaml") { Description = "Write the YAML form." };
        var verbatim = new Option<bool>("--verbatim") { Description = "Keep every handler as it is, as one of Claude Code's own; otherwise known idioms become rules." };
        var command = new Command("import", "Turn existing hooks into rules; compiling the result into an empty settings.json means the same to Claude Code.\n\nExample: hookrules import .claude/settings.json -o main.hookrules")
        {
            settings, output, yaml, verbatim,
        };
        command.Aliases.Add("decompile");
        command.SetAction(parsed => Import(cli, parsed.GetValue(settings)!, parsed.GetValue(output), parsed.GetValue(yaml), parsed.GetValue(verbatim)));
        return command;
    }

    private static int Import(Cli cli, string settings, string? output, bool yaml, bool verbatim)
    {
        var path = Path.GetFullPath(settings, cli.WorkingDirectory);
        if (!File.Exists(path))
        {
            cli.SayMissing(settings);
            return ExitCode.CouldNot;
        }

        var name = settings.Replace('\\', '/');
        var source = SourceText.Load(path, name);
        if (!source.IsText)
        {
            DiagnosticPrinter.WriteText(cli.Error, [DiagnosticCatalog.SettingsNotUtf8(source.Locate(new TextSpan(0, 0)))], []);
            return ExitCode.Problems;
        }

        var form = yaml || (output is not null && new SourceText(output, "").IsYaml) ? RulesForm.Yaml : RulesForm.Text;
        var result = SettingsImporter.Import(name, source.Text, form, verbatim);
        if (result.Text is not { } rules)
        {
            DiagnosticPrinter.WriteText(cli.Error, result.Diagnostics, [source]);
            return ExitCode.Problems;
        }

        foreach (var note in result.Notes) cli.Error.WriteLine(Printable.Line($"hookrules: {name}: {note}"));
        if (output is null)
        {
            cli.Out.Write(rules);
            return ExitCode.Ok;
        }

        AtomicFile.Write(Path.GetFullPath(output, cli.WorkingDirectory), Encoding.UTF8.GetBytes(rules));
        cli.Out.WriteLine(Printable.Line($"{result.Rules} {(result.Rules == 1 ? "rule" : "rules")} in {output}"));
        return ExitCode.Ok;
    }
}
