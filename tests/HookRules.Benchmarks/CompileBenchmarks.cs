using System.Globalization;
using System.Text;

namespace HookRules.Benchmarks;

/// <summary>Lint and compile of small and large projects, by the command line: what they take beyond its start-up.</summary>
internal static class CompileBenchmarks
{
    public static void Run(Lab lab, Report report)
    {
        report.Group("Lint and compile (the whole command, against `hookrules --version`)");
        var cli = Path.Join(lab.Runtime, "hookrules");
        int[] counts = [10, 1000, 10_000];
        double?[] limits = [40, 150, 1000];
        var rounds = lab.Options.Quick ? 2 : 5;
        var subjects = new List<(string, Func<double>)> { ("hookrules --version", new Child([cli, "--version"], lab.Environment).Run) };
        foreach (var count in counts)
        {
            var file = Path.Join(Directory.CreateDirectory(Path.Join(lab.Folder, $"compile{count}")).FullName, "main.hookrules");
            Lab.Write(file, Encoding.UTF8.GetBytes(Rules(count)));
            foreach (var command in new[] { "lint", "compile" })
                subjects.Add(
                    (
                        string.Create(CultureInfo.InvariantCulture, $"{command} {count:#,0} rules"),
                        Checked(new Child([cli, command, file], lab.Environment), command)
                    )
                );
        }

        var all = Series.Interleave(rounds, [.. subjects]);
        for (var i = 0; i < counts.Length; i++)
        {
            report.Add(all[1 + (2 * i)], all[0], Comparing.Difference, limits[i]);
            report.Add(all[2 + (2 * i)], all[0], Comparing.Difference, limits[i]);
        }

        // Beyond start-up and what a small project takes, ten times the rules should take about ten times as long.
        report.AddGrowth(all[6], all[4], all[2], 9990.0 / 990);

        static Func<double> Checked(Child child, string command) =>
            () =>
            {
                var time = child.Run();
                return child.ExitCode == 0 ? time : throw new InvalidOperationException($"hookrules {command} ended with {child.ExitCode}");
            };
    }

    public static string Rules(int count)
    {
        var text = new StringBuilder(
            "consumer manual\naction audit = log \"audit.jsonl\"\naction check = run \"check {file}\" timeout 30s\n"
        );
        for (var i = 0; i < count; i++)
        {
            text.Append(
                (i % 3) switch
                {
                    0 => $"on Write|Edit src/mod{i}/**/*.py -> check, dedup 1s\n",
                    1 => $"on after Bash where command contains \"deploy{i}\" -> audit\n",
                    _ => $"rule guard-{i}:\n  on before Bash where command matches /\\bforbidden{i}\\s+--now\\b/\n"
                        + "  -> deny \"Not that one.\"\n",
                }
            );
        }

        return text.ToString();
    }
}
