using System.CommandLine;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules fmt</c>: one canonical layout of rules files, and from one form to the other.</summary>
internal static class FmtCommand
{
    public static Command Create(Cli cli)
    {
        var files = new Argument<string[]>("FILE")
        {
            Description =
                "Rules files; without one hookrules.yaml, hookrules.yml or main.hookrules is looked for from here up to the "
                + "repository root, also inside .claude/.",
            Arity = ArgumentArity.ZeroOrMore,
        };
        var check = new Option<bool>("--check")
        {
            Description = "Write nothing; name the files that are not in the canonical layout and exit 1 if there are any.",
        };
        var to = new Option<RulesForm?>("--to")
        {
            Description = "Convert: each file is written beside itself in the other form, and the old one stays.",
            HelpName = "text|yaml",
        };
        var command = new Command(
            "fmt",
            "Lay rules files out in the one canonical way; comments stay, and what the rules mean too.\n\nExample: hookrules fmt --check"
        )
        {
            files,
            check,
            to,
        };
        command.SetAction(parsed => Format(cli, parsed.GetValue(files) ?? [], parsed.GetValue(check), parsed.GetValue(to)));
        return command;
    }

    private static int Format(Cli cli, string[] names, bool check, RulesForm? form)
    {
        var exit = ExitCode.Ok;
        if (names.Length == 0)
        {
            if (ProjectFiles.Find(cli.WorkingDirectory) is not { } found)
            {
                cli.Error.WriteLine(
                    "hookrules: no rules file here or in a folder above: expected hookrules.yaml, hookrules.yml or main.hookrules, "
                        + "also inside .claude/."
                );
                return ExitCode.CouldNot;
            }

            names = [Path.GetRelativePath(cli.WorkingDirectory, found.File)];
        }

        foreach (var name in names)
        {
            var path = Path.GetFullPath(name, cli.WorkingDirectory);
            if (!File.Exists(path))
            {
                cli.SayMissing(name);
                exit = ExitCode.CouldNot;
                continue;
            }

            exit = Math.Max(exit, One(cli, name, path, check, form));
        }

        return exit;
    }

    private static int One(Cli cli, string name, string path, bool check, RulesForm? form)
    {
        var packs = new ProjectPacks(ProjectFiles.Of(path), file => Path.GetRelativePath(cli.WorkingDirectory, file).Replace('\\', '/'));
        var compilation = Compilation.Create(packs, SourceText.Load(path, name.Replace('\\', '/')));
        var source = compilation.Sources[0];
        var errors = compilation.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            cli.Show(errors, compilation.Sources);
            return ExitCode.Problems;
        }

        var isYaml = (form ?? (source.IsYaml ? RulesForm.Yaml : RulesForm.Text)) == RulesForm.Yaml;
        var target = isYaml == source.IsYaml ? path : FormNames.Other(path, isYaml);
        var shown = isYaml == source.IsYaml ? name : FormNames.Other(name, isYaml);
        var text = Formatter.Format(source, form) ?? throw new InvalidOperationException($"{name} was read without errors a moment ago");
        // A layout that means something else would be our mistake; it must not become the author's.
        var after = Compilation.Create(packs, new SourceText(shown, text));
        if (after.HasErrors || !Formatter.SameMeaning(compilation.Graph, after.Graph))
            throw new InvalidOperationException($"the layout of {name} would not mean the same");
        return Finish(cli, shown, target, text, check, target != path ? name : null);
    }

    private static int Finish(Cli cli, string name, string path, string text, bool check, string? from)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var existing = File.Exists(path) ? RegularFile.ReadAllBytes(path) : null;
        if (existing is not null && existing.AsSpan().SequenceEqual(bytes))
            return ExitCode.Ok;
        if (check)
        {
            cli.Out.WriteLine(Printable.Line(name));
            return ExitCode.Problems;
        }

        if (from is not null && existing is not null)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {name} exists already and is another file; move it away first."));
            return ExitCode.Problems;
        }

        AtomicFile.Write(path, bytes);
        cli.Out.WriteLine(Printable.Line(from is null ? $"formatted {name}" : $"wrote {name}; {from} is still there: keep one of the two"));
        return ExitCode.Ok;
    }
}
