using System.CommandLine;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Init;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;
using HookRules.Simulation.Cases;

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
        var apply = new Option<bool>("--apply")
        {
            Description = "With --from-settings: take what became rules out of the settings files too, and show the change.",
        };
        var command = new Command(
            "init",
            "Write a commented starter file with rules for the languages and tools of this repository, and a first table of cases.\n\n"
                + "Example: hookrules init --from-settings"
        )
        {
            yaml,
            fromSettings,
            apply,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(apply) && !result.GetValue(fromSettings))
                result.AddError("--apply needs --from-settings");
        });
        command.SetAction(parsed =>
            Init(cli, parsed.GetValue(yaml) ? RulesForm.Yaml : RulesForm.Text, parsed.GetValue(fromSettings), parsed.GetValue(apply))
        );
        return command;
    }

    private static int Init(Cli cli, RulesForm form, bool fromSettings, bool apply)
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

        var read = taken.Where(one => one.Count + one.Left > 0).ToList();
        taken = [.. taken.Where(one => one.Count > 0)];
        var starter = Starter.For(folder, form, taken, apply);
        AtomicFile.Write(file, Encoding.UTF8.GetBytes(starter.Text));

        var name = Path.GetRelativePath(cli.WorkingDirectory, file);
        cli.Out.WriteLine(Printable.Line($"wrote {name}"));
        cli.Out.WriteLine(
            starter.Found.IsEmpty ? "found no language or tool that it has rules for" : $"found {string.Join(", ", starter.Found)}"
        );
        foreach (var one in read)
        {
            cli.Out.WriteLine(Printable.Line($"took over {one.Count} {(one.Count == 1 ? "hook" : "hooks")} of {one.File}"));
            foreach (var note in one.Notes)
                cli.Error.WriteLine(Printable.Line($"hookrules: {one.File}: {note}"));
        }

        if (fromSettings && read.Count == 0)
            cli.Out.WriteLine("found no hooks in .claude/settings.json or .claude/settings.local.json");
        if (taken.IsEmpty && !starter.Hooked.IsEmpty)
            cli.Out.WriteLine($"hooks that are there already and stay: {string.Join(", ", starter.Hooked)}");
        var cases = WriteCases(cli, file);
        List<string> steps =
        [
            $"read {name} and change what does not fit",
            "hookrules lint                 says what is wrong with it",
            "hookrules simulate --samples   shows what it would do, and runs nothing",
        ];
        List<TakenSettings> applied = apply ? [.. taken.Where(one => Apply(cli, one))] : [];
        steps.AddRange(
            taken
                .Except(applied)
                .Select(one => $"take the hooks that are rules now out of {one.File} ({one.Lines}): until then they run twice")
        );
        if (applied.Count > 0)
            cli.Out.WriteLine("until you compile, the hooks that were taken out do not run");
        steps.Add("hookrules compile              writes .claude/settings.json and .claude/hookrules/: commit both");
        if (cases is not null)
            steps.Add($"hookrules test                 runs {cases}: a line for each thing that the rules do, here and in CI");
        cli.Out.WriteLine();
        cli.Out.WriteLine("Next:");
        for (var i = 0; i < steps.Count; i++)
            cli.Out.WriteLine(Printable.Line($"  {i + 1}. {steps[i]}"));
        if (read.Sum(one => one.Left) is var left and > 0)
        {
            var became = left == 1 ? "entry of the settings became no rule and stays" : "entries of the settings became no rules and stay";
            cli.Error.WriteLine($"hookrules: {left} {became} there: see above.");
            return ExitCode.Problems;
        }

        return ExitCode.Ok;
    }

    /// <summary>A first table of cases beside the rules; null where there is one already, or nothing to say.</summary>
    private static string? WriteCases(Cli cli, string rules)
    {
        var path = Path.Combine(Path.GetDirectoryName(rules)!, "main.cases");
        if (Path.Exists(path) || FirstCases.For(Compilation.Of(ProjectFiles.Of(rules))) is not { } text)
            return null;
        AtomicFile.Write(path, Encoding.UTF8.GetBytes(text));
        var name = Path.GetRelativePath(cli.WorkingDirectory, path);
        cli.Out.WriteLine(Printable.Line($"wrote {name}"));
        return name;
    }

    /// <summary>Takes what became rules out of a settings file; false where it stays, which is said.</summary>
    private static bool Apply(Cli cli, TakenSettings taken)
    {
        if (taken.Rest is not { } rest)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {taken.File} stays as it is: it is no JSON that Claude Code loads."));
            return false;
        }

        var change = new FileChange(taken.Path, Encoding.UTF8.GetBytes(taken.Text), Encoding.UTF8.GetBytes(rest));
        if (!File.Exists(change.Path) || !File.ReadAllBytes(change.Path).AsSpan().SequenceEqual(change.Before))
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {taken.File} stays as it is: somebody else changed it meanwhile."));
            return false;
        }

        UnifiedDiff.Write(cli.Out, change, taken.File);
        AtomicFile.Write(change.Path, change.After);
        return true;
    }
}
