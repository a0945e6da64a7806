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
        var format = new Option<DiagnosticFormat>("--format")
        {
            Description =
                "How problems are printed, with --check also the first line of each file that would change: for people, as JSON, as "
                + "SARIF 2.1.0, or as annotations of a GitHub workflow; text if not given.",
            HelpName = DiagnosticReport.Formats,
        };
        var command = new Command(
            "fmt",
            "Lay rules files out in the one canonical way; comments stay, and what the rules mean too.\n\nExample: hookrules fmt --check"
        )
        {
            files,
            check,
            to,
            format,
        };
        command.SetAction(parsed =>
        {
            var request = new Request(parsed.GetValue(check), parsed.GetValue(to), parsed.GetValue(format));
            var exit = Format(cli, parsed.GetValue(files) ?? [], request);
            if (request.IsForPrograms)
                DiagnosticReport.Write(cli, request.Format, DiagnosticList.Sorted(request.Problems), []);
            return exit;
        });
        return command;
    }

    /// <summary>What the command line asks for, and what is told in the end where a program reads it.</summary>
    private sealed record Request(bool Check, RulesForm? Form, DiagnosticFormat Format)
    {
        public bool IsForPrograms => Format != DiagnosticFormat.Text;

        public List<Diagnostic> Problems { get; } = [];
    }

    private static int Format(Cli cli, string[] names, Request request)
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

            exit = Math.Max(exit, One(cli, name, path, request));
        }

        return exit;
    }

    private static int One(Cli cli, string name, string path, Request request)
    {
        var packs = new ProjectPacks(ProjectFiles.Of(path), file => Path.GetRelativePath(cli.WorkingDirectory, file).Replace('\\', '/'));
        var compilation = Compilation.Create(packs, SourceText.Load(path, name.Replace('\\', '/')));
        var source = compilation.Sources[0];
        var errors = compilation.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        if (errors.Count > 0)
        {
            if (request.IsForPrograms)
                request.Problems.AddRange(errors);
            else
                cli.Show(errors, compilation.Sources);
            return ExitCode.Problems;
        }

        var isYaml = (request.Form ?? (source.IsYaml ? RulesForm.Yaml : RulesForm.Text)) == RulesForm.Yaml;
        var target = isYaml == source.IsYaml ? path : FormNames.Other(path, isYaml);
        var shown = isYaml == source.IsYaml ? name : FormNames.Other(name, isYaml);
        var text =
            Formatter.Format(source, request.Form) ?? throw new InvalidOperationException($"{name} was read without errors a moment ago");
        // A layout that means something else would be our mistake; it must not become the author's.
        var after = Compilation.Create(packs, new SourceText(shown, text));
        if (after.HasErrors || !Formatter.SameMeaning(compilation.Graph, after.Graph))
            throw new InvalidOperationException($"the layout of {name} would not mean the same");
        return Finish(cli, shown, target, text, request, target != path ? name : null);
    }

    private static int Finish(Cli cli, string name, string path, string text, Request request, string? from)
    {
        var bytes = Encoding.UTF8.GetBytes(text);
        var existing = File.Exists(path) ? RegularFile.ReadAllBytes(path) : null;
        if (existing is not null && existing.AsSpan().SequenceEqual(bytes))
            return ExitCode.Ok;
        if (request.Check)
        {
            if (request.IsForPrograms)
                request.Problems.Add(DiagnosticCatalog.NotLaidOut(FirstDifference(name, existing, bytes), name));
            else
                cli.Out.WriteLine(Printable.Line(name));
            return ExitCode.Problems;
        }

        if (from is not null && existing is not null)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {name} exists already and is another file; move it away first."));
            return ExitCode.Problems;
        }

        AtomicFile.Write(path, bytes);
        (request.IsForPrograms ? cli.Error : cli.Out).WriteLine(
            Printable.Line(from is null ? $"formatted {name}" : $"wrote {name}; {from} is still there: keep one of the two")
        );
        return ExitCode.Ok;
    }

    /// <summary>The line in which a file is not as it would be written; a file that is not there begins with its first.</summary>
    private static SourceRef FirstDifference(string name, byte[]? existing, byte[] written)
    {
        var same = existing.AsSpan().CommonPrefixLength(written);
        var line = existing.AsSpan(0, same).Count((byte)'\n') + 1;
        return new SourceRef(name.Replace('\\', '/'), line, 1, line, 1);
    }
}
