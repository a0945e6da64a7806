using System.CommandLine;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Init;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules init</c>: a starter file that fits the repository, and what to do next.</summary>
internal static class InitCommand
{
    public static Command Create(Cli cli)
    {
        var yaml = new Option<bool>("--yaml") { Description = "Write hookrules.yaml instead of main.hookrules." };
        var fromSettings = new Option<bool>("--from-settings")
        {
            Description = "Take over the hooks of .claude/settings.json and .claude/settings.local.json as rules.",
        };
        var command = new Command(
            "init",
            "Write a commented starter file with rules for the languages and tools of this repository.\n\n"
                + "Example: hookrules init --from-settings"
        )
        {
            yaml,
            fromSettings,
        };
        command.SetAction(parsed => Init(cli, parsed.GetValue(yaml) ? RulesForm.Yaml : RulesForm.Text, parsed.GetValue(fromSettings)));
        return command;
    }

    private static int Init(Cli cli, RulesForm form, bool fromSettings)
    {
        if (ProjectFiles.Find(cli.WorkingDirectory) is { } existing)
        {
            cli.Error.WriteLine(
                Printable.Line(
                    $"hookrules: there is a rules file already: {Path.GetRelativePath(cli.WorkingDirectory, existing.File)}. It "
                        + "stays as it is."
                )
            );
            return ExitCode.Problems;
        }

        var folder = ProjectFiles.RootOf(cli.WorkingDirectory);
        var file = Path.Combine(folder, form == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules");
        var taken = fromSettings ? TakenSettings.Of(folder) : [];
        if (taken.SelectMany(one => one.Diagnostics).ToList() is { Count: > 0 } problems)
        {
            cli.Show(problems, []);
            cli.Error.WriteLine("hookrules: wrote nothing; mend that file, or leave out --from-settings.");
            return ExitCode.Problems;
        }

        taken = [.. taken.Where(one => one.Count > 0)];
        var starter = Starter.For(folder, form, taken);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(starter.Text));

        var name = Path.GetRelativePath(cli.WorkingDirectory, file);
        cli.Out.WriteLine(Printable.Line($"wrote {name}"));
        cli.Out.WriteLine(
            starter.Found.IsEmpty ? "found no language or tool that it has rules for" : $"found {string.Join(", ", starter.Found)}"
        );
        foreach (var one in taken)
        {
            cli.Out.WriteLine(Printable.Line($"took over {one.Count} {(one.Count == 1 ? "hook" : "hooks")} of {one.File}"));
            foreach (var note in one.Notes)
                cli.Error.WriteLine(Printable.Line($"hookrules: {one.File}: {note}"));
        }

        if (fromSettings && taken.IsEmpty)
            cli.Out.WriteLine("found no hooks in .claude/settings.json or .claude/settings.local.json");
        if (taken.IsEmpty && !starter.Hooked.IsEmpty)
            cli.Out.WriteLine($"hooks that are there already and stay: {string.Join(", ", starter.Hooked)}");
        List<string> steps =
        [
            $"read {name} and change what does not fit",
            "hookrules lint                 says what is wrong with it",
            "hookrules simulate --samples   shows what it would do, and runs nothing",
        ];
        steps.AddRange(
            taken.Select(one => $"take the hooks that are rules now out of {one.File} ({one.Lines}): until then they run twice")
        );
        steps.Add("hookrules compile              writes .claude/settings.json and .claude/hookrules/: commit both");
        cli.Out.WriteLine();
        cli.Out.WriteLine("Next:");
        for (var i = 0; i < steps.Count; i++)
            cli.Out.WriteLine(Printable.Line($"  {i + 1}. {steps[i]}"));
        return ExitCode.Ok;
    }
}
