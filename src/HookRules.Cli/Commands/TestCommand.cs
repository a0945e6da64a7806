using System.CommandLine;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Packs;
using HookRules.Engine;
using HookRules.Simulation.Cases;
using HookRules.Simulation.Coverage;
using HookRules.Simulation.Mutants;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules test</c>: the cases that stand beside rules, what of the rules they reach, and whether they would notice a
/// change.</summary>
internal static class TestCommand
{
    private const string Bundled = "std";

    internal enum Format
    {
        Text,
        Json,
        Junit,
        Github,
        Sarif,
    }

    public static Command Create(Cli cli)
    {
        var paths = new Argument<string[]>("PATH")
        {
            Description =
                "Files of cases, rules files, packs or folders to search, std/NAME for a bundled pack, std for all of these; without one "
                + "the cases of the project.",
            HelpName = "PATH",
            Arity = ArgumentArity.ZeroOrMore,
        };
        paths.CompletionSources.Add([.. BundledPacks.Names.Select(name => $"{Bundled}/{name}")]);
        var filter = new Option<string?>("--filter")
        {
            Description = "Only cases whose line, name or place holds this, in any case.",
            HelpName = "TEXT",
        };
        var format = new Option<Format>("--format")
        {
            Description =
                "How the result is printed: for people, as JSON, as JUnit's XML, as annotations of a GitHub workflow, or as "
                + "SARIF 2.1.0; text if not given.",
            HelpName = "text|json|junit|github|sarif",
        };
        var coverage = new Option<bool>("--coverage")
        {
            Description = "Name the rules, sides of conditions and failure stages that no case reaches.",
        };
        var least = new Option<double?>("--min-coverage") { Description = "Exit 1 where less than N percent is reached.", HelpName = "N" };
        least.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<double?>() is < 0 or > 100)
                result.AddError("a number from 0 to 100");
        });
        var mutate = new Option<bool>("--mutate")
        {
            Description = "Change the rules a little, one place at a time, and list the changes that no case notices.",
        };
        var command = new Command(
            "test",
            "Run the cases that stand beside the rules: *.cases, a line each, and *.cases.yaml. Runs no action. Exit 1 if a case fails, "
                + "2 if one cannot be read.\n\nExample: hookrules test --coverage\nExample: hookrules test std/git-guard --mutate\n\n"
                + "A file main.cases beside main.hookrules:\n  deny no-force-push => git push -f origin main\n"
                + "  ask                => before Write .env  => holds secrets\n  nothing            => git push origin feature"
        )
        {
            paths,
            filter,
            format,
            coverage,
            least,
            mutate,
        };
        command.SetAction(parsed =>
        {
            var wanted = new Wanted(
                parsed.GetValue(paths) ?? [],
                parsed.GetValue(filter),
                parsed.GetValue(coverage) || parsed.GetValue(least) is not null,
                parsed.GetValue(least),
                parsed.GetValue(mutate)
            );
            return Test(cli, wanted, parsed.GetValue(format));
        });
        return command;
    }

    /// <summary>What the command line asks for.</summary>
    private sealed record Wanted(string[] Paths, string? Filter, bool Coverage, double? Least, bool Mutate);

    private static int Test(Cli cli, Wanted wanted, Format format)
    {
        var files = new List<CaseFile>();
        var rules = new Dictionary<string, RulesUnderTest>(StringComparer.Ordinal);
        if (wanted.Paths.Length == 0)
        {
            if (Root(cli) is not { } root)
                return ExitCode.CouldNot;
            files.AddRange(In(cli, root, rules));
        }

        foreach (var path in wanted.Paths)
            if (Find(cli, path, rules, files) is { } code)
                return code;
        if (files.Count == 0)
        {
            cli.Error.WriteLine(
                "hookrules: there are no cases here: write them into main.cases beside main.hookrules, as in \"deny => git push -f\" "
                    + "(hookrules explain cases)."
            );
            return ExitCode.CouldNot;
        }

        var problems = new List<Diagnostic>();
        var suites = CaseSuite.Run(files, wanted.Filter, problems);
        var report = new TestResult(
            suites,
            problems,
            wanted.Coverage ? RuleCoverage.Of(suites) : null,
            wanted.Mutate ? Mutate(cli, suites) : null
        )
        {
            Least = wanted.Least,
        };
        TestReport.Write(cli, format, report, [.. files.Select(file => file.Source), .. files.SelectMany(Sources).Distinct()]);
        return problems.Count > 0 ? ExitCode.Usage
            : report.Failed > 0 || report.IsBelow ? ExitCode.Problems
            : ExitCode.Ok;
    }

    private static MutantRun Mutate(Cli cli, IEnumerable<CaseSuite> suites)
    {
        using var progress = Progress.Of(cli, "rule");
        var done = 0;
        return MutantRun.Of(suites, () => progress.At(++done));
    }

    // Of rules that do not compile only the place can be shown, and theirs is another file's.
    private static IEnumerable<SourceText> Sources(CaseFile file) => file.Rules.Sources;

    /// <summary>The folder whose cases are meant where none is named; null, with the reason printed, where there are no rules.</summary>
    private static string? Root(Cli cli)
    {
        if (ProjectFiles.Find(cli.WorkingDirectory, RulesProject.Home(cli)) is { } project)
            return project.ProjectDir;
        return PackArguments.PackHere(cli) is not null ? cli.WorkingDirectory
            : RulesProject.Find(cli, null) is { } found ? found.ProjectDir
            : null;
    }

    /// <summary>The exit code where it is not there, which is said.</summary>
    private static int? Find(Cli cli, string path, Dictionary<string, RulesUnderTest> rules, List<CaseFile> files)
    {
        if (path == Bundled || path.StartsWith(Bundled + "/", StringComparison.Ordinal))
        {
            var name = path == Bundled ? "" : path[(Bundled.Length + 1)..];
            if (name.Length > 0 && !BundledPacks.Names.Contains(name))
            {
                var nearest = NearestName.Find(name, BundledPacks.Names);
                cli.Error.WriteLine(
                    Printable.Line(
                        $"hookrules: there is no bundled pack \"{path}\""
                            + (nearest is null ? "" : $"; did you mean \"{Bundled}/{nearest}\"?")
                    )
                );
                return ExitCode.CouldNot;
            }

            files.AddRange(BundledPacks.Names.Where(one => name.Length == 0 || one == name).Select(CaseSuite.Bundled));
            return null;
        }

        var full = Path.GetFullPath(path, cli.WorkingDirectory);
        if (Directory.Exists(full))
        {
            files.AddRange(In(cli, full, rules));
            return null;
        }

        if (!File.Exists(full))
        {
            cli.SayMissing(path);
            return ExitCode.CouldNot;
        }

        if (!CaseFiles.IsCases(full))
        {
            files.AddRange(In(cli, Path.GetDirectoryName(full)!, rules).Where(file => file.Rules.File == full));
            return null;
        }

        if (Open(cli, full, rules) is { } file)
        {
            files.Add(file);
            return null;
        }

        cli.Error.WriteLine(Printable.Line($"hookrules: {path} stands beside no rules: put it beside the rules file that it is about."));
        return ExitCode.CouldNot;
    }

    private static IEnumerable<CaseFile> In(Cli cli, string folder, Dictionary<string, RulesUnderTest> rules) =>
        CaseFiles.Below(folder).Select(file => Open(cli, file, rules)).OfType<CaseFile>();

    private static CaseFile? Open(Cli cli, string path, Dictionary<string, RulesUnderTest> rules)
    {
        if (CaseFiles.RulesOf(path) is not { } file)
            return null;
        if (!rules.TryGetValue(file, out var under))
            rules[file] = under = RulesUnderTest.Of(file, Places.FromHere(cli, file));
        return new CaseFile(SourceText.Load(path, Places.FromHere(cli, path)), under);
    }
}
