using System.CommandLine;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Format;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules init</c>: a starter file that fits the repository, and what to do next.</summary>
internal static class InitCommand
{
    public static Command Create(Cli cli)
    {
        var yaml = new Option<bool>("--yaml") { Description = "Write hookrules.yaml instead of main.hookrules." };
        var command = new Command("init", "Write a commented starter file with rules for the languages and tools of this repository.\n\nExample: hookrules init --yaml") { yaml };
        command.SetAction(parsed => Init(cli, parsed.GetValue(yaml) ? RulesForm.Yaml : RulesForm.Text));
        return command;
    }

    private static int Init(Cli cli, RulesForm form)
    {
        if (ProjectFiles.Find(cli.WorkingDirectory) is { } existing)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: there is a rules file already: {Path.GetRelativePath(cli.WorkingDirectory, existing.File)}. It stays as it is."));
            return ExitCode.Problems;
        }

        var folder = ProjectFiles.RootOf(cli.WorkingDirectory);
        var file = Path.Combine(folder, form == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules");
        var starter = Starter.For(folder, form);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(starter.Text));

        var name = Path.GetRelativePath(cli.WorkingDirectory, file);
        cli.Out.WriteLine(Printable.Line($"wrote {name}"));
        cli.Out.WriteLine(starter.Found.IsEmpty ? "found no language or tool that it has rules for" : $"found {string.Join(", ", starter.Found)}");
        if (!starter.Hooked.IsEmpty) cli.Out.WriteLine($"hooks that are there already and stay: {string.Join(", ", starter.Hooked)}");
        cli.Out.Write(Printable.Text($"""

            Next:
              1. read {name} and change what does not fit
              2. hookrules lint                 says what is wrong with it
              3. hookrules simulate --samples   shows what it would do, and runs nothing
              4. hookrules compile              writes .claude/settings.json and .claude/hookrules/: commit both

            """.ReplaceLineEndings("\n")));
        return ExitCode.Ok;
    }
}
