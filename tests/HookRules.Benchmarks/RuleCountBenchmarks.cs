using System.Globalization;
using System.Text;

namespace HookRules.Benchmarks;

/// <summary>Does the hook get slower with the number of rules?</summary>
internal static class RuleCountBenchmarks
{
    private const string Head = "consumer manual\naction audit = log \"audit.jsonl\"\n";

    /// <summary>How the globs of one tool may differ: the more alike, the less an index can tell them apart.</summary>
    private static readonly (string Name, Func<int, string> Glob, string File)[] Kinds =
    [
        ("globs by extension", i => $"*.ext{i}", "src/a.ext0"),
        ("globs by folder", i => $"src/mod{i}/**/*.py", "src/mod0/x/a.py"),
        ("globs by name, one extension", i => $"gen{i}_*.py", "src/gen0_a.py"),
    ];

    private static readonly (string Name, Func<int, string> Pattern)[] Guards =
    [
        ("guards with a word in them", i => $@"\bforbidden{i}\s+--(force|now)\b"),
        ("guards without one", i => $@"^[A-Z]{{{(i % 9) + 1}}}_[0-9]+;|[;&][{(char)('a' + (i % 26))}-z]+[XYZ]{{{(i / 26) + 1}}}$"),
    ];

    public static void Run(Lab lab, Report report)
    {
        report.Group("One event, many rules (the hook itself, of which one glob rule applies and no guard fires)");
        foreach (var (name, glob, file) in Kinds)
        {
            Compare(
                lab,
                report,
                name,
                "rules",
                [1, 100, 1000, 10_000],
                [null, null, 0.5, 1],
                project => project.Hook(Payloads.Write($"{project.Folder}/{file}")),
                count => Rules(count, i => $"on Write {glob(i)} -> audit")
            );
        }

        foreach (var (name, pattern) in Guards)
        {
            Compare(
                lab,
                report,
                name,
                "guards",
                [1, 20, 200],
                [null, null, 1],
                project => project.Hook(Payloads.Bash("git status --short && dotnet test --filter Fast | tail -n 20"), "PreToolUse"),
                count => Rules(count, i => $"rule g{i}:\n  on before Bash where command matches /{pattern(i)}/\n  -> deny \"no\"")
            );
        }
    }

    private static void Compare(
        Lab lab,
        Report report,
        string name,
        string what,
        int[] counts,
        double?[] limits,
        Func<Project, Child> hook,
        Func<int, string> rules
    )
    {
        var subjects = counts
            .Select(count =>
            {
                var child = hook(lab.Compile(rules(count)));
                return (
                    Name: string.Create(CultureInfo.InvariantCulture, $"{count:#,0} {(count == 1 ? what[..^1] : $"{what}: {name}")}"),
                    (Func<double>)child.Run
                );
            })
            .ToArray();
        var all = Series.Interleave(lab.Options.Rounds(120), subjects);
        for (var i = 1; i < counts.Length; i++)
            report.Add(all[i], all[0], Comparing.Difference, limits[i]);
    }

    private static string Rules(int count, Func<int, string> rule)
    {
        var text = new StringBuilder(Head);
        for (var i = 0; i < count; i++)
            text.Append(rule(i)).Append('\n');
        return text.ToString();
    }
}
