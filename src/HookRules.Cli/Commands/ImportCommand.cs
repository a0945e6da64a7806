using System.CommandLine;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules import</c>: existing hooks to rules.</summary>
internal static class ImportCommand
{
    /// <param name="name"><c>decompile</c> is another name, which help does not list.</param>
    public static Command Create(Cli cli, string name = "import")
    {
        var settings = new Argument<string>("SETTINGS") { Description = "A settings.json, or the hooks.json of a plugin." };
        var output = new Option<string?>("-o", "--output")
        {
            Description =
                "Where to write the rules; without it they are printed. A file that import did not write is left alone. A name "
                + "that ends with .yaml means --yaml.",
            HelpName = "FILE",
        };
        var yaml = new Option<bool>("--yaml") { Description = "Write the YAML form." };
        var verbatim = new Option<bool>("--verbatim")
        {
            Description = "Keep every handler as it is, as one of Claude Code's own; otherwise known idioms become rules.",
        };
        var command = new Command(
            name,
            "Turn existing hooks into rules; compiling the result into an empty settings.json means the same to Claude Code.\n\n"
                + "Example: hookrules import .claude/settings.json -o main.hookrules"
        )
        {
            settings,
            output,
            yaml,
            verbatim,
        };
        command.Hidden = name != "import";
        command.SetAction(parsed =>
            Import(cli, parsed.GetValue(settings)!, parsed.GetValue(output), parsed.GetValue(yaml), parsed.GetValue(verbatim))
        );
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
        // A NUL is told where it stands, as whatever else is no JSON.
        if (!source.IsText && source.Text.Contains('\uFFFD'))
        {
            cli.Show([DiagnosticCatalog.SettingsNotUtf8(source.Locate(new TextSpan(0, 0)))], []);
            return ExitCode.Problems;
        }

        var form = yaml || (output is not null && new SourceText(output, "").IsYaml) ? RulesForm.Yaml : RulesForm.Text;
        var result = SettingsImporter.Import(name, source.Text, form, verbatim);
        if (result.Text is not { } rules)
        {
            cli.Show(result.Diagnostics, [source]);
            return ExitCode.Problems;
        }

        foreach (var note in result.Notes)
            cli.Error.WriteLine(Printable.Line($"hookrules: {name}: {note}"));
        if (output is null)
        {
            cli.Out.Write(rules);
            return ExitCode.Ok;
        }

        var target = Path.GetFullPath(output, cli.WorkingDirectory);
        if (IsOfAnother(target))
        {
            cli.Error.WriteLine(
                Printable.Line(
                    $"hookrules: {output} is there already, and import did not write it. It stays as it is: move it away, or name "
                        + "another file."
                )
            );
            return ExitCode.Problems;
        }

        AtomicFile.Write(target, Encoding.UTF8.GetBytes(rules));
        var hooks = result.Taken.Length > result.Rules ? $", of {result.Taken.Length} hooks" : "";
        cli.Out.WriteLine(Printable.Line($"{result.Rules} {(result.Rules == 1 ? "rule" : "rules")} in {output}{hooks}"));
        return ExitCode.Ok;
    }

    // What was imported can be imported anew; rules that somebody wrote cannot be had again.
    private static bool IsOfAnother(string file) =>
        File.Exists(file)
        && new FileInfo(file) is { Length: > 0 }
        && File.ReadLines(file).FirstOrDefault()?.StartsWith("# " + SettingsImporter.Origin, StringComparison.Ordinal) != true;
}
