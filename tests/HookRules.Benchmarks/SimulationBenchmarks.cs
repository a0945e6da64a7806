using System.Globalization;
using System.Text;

namespace HookRules.Benchmarks;

/// <summary>Timelines, replays and cases, by the command line: what they take beyond its start-up.</summary>
internal static class SimulationBenchmarks
{
    private const int Rules = 1000,
        TimelineEvents = 10_000,
        RecordedEvents = 100_000;

    public static void Run(Lab lab, Report report)
    {
        report.Group("Simulation (the whole command, against `hookrules --version`)");
        var cli = Path.Join(lab.Runtime, "hookrules");
        var folder = Directory.CreateDirectory(Path.Join(lab.Folder, "simulation")).FullName;
        var (rules, timeline, record) = (Path.Join(folder, "main.hookrules"), Path.Join(folder, "t.jsonl"), Path.Join(folder, "r.jsonl"));
        Lab.Write(rules, Encoding.UTF8.GetBytes(CompileBenchmarks.Rules(Rules)));
        Lab.Write(timeline, Encoding.UTF8.GetBytes(Timeline()));
        Lab.Write(record, Encoding.UTF8.GetBytes(Record(folder)));
        var all = Series.Interleave(
            lab.Options.Quick ? 2 : 5,
            ("hookrules --version", Of("--version")),
            ("timeline: 10,000 events, 1,000 rules", Of("simulate", rules, "--timeline", timeline)),
            (
                "replay: 100,000 events, 1,000 rules",
                Checked(new Child(["/bin/sh", "-c", $"cd '{folder}' && exec '{cli}' replay r.jsonl"], lab.Environment))
            ),
            ("test: all bundled packs", Of("test", "std")),
            ("test --mutate: std/git-guard", Of("test", "std/git-guard", "--mutate"))
        );
        report.Add(all[1], all[0], Comparing.Difference, 2000);
        report.Add(all[2], all[0], Comparing.Difference, 20_000);
        report.Add(all[3], all[0], Comparing.Difference, 2000);
        report.Add(all[4], all[0], Comparing.Difference, 10_000);

        Func<double> Of(params string[] arguments) => Checked(new Child([cli, .. arguments], lab.Environment));
    }

    private static Func<double> Checked(Child child) =>
        () =>
        {
            var time = child.Run();
            return child.ExitCode == 0 ? time : throw new InvalidOperationException($"hookrules ended with {child.ExitCode}");
        };

    private static string Timeline()
    {
        var text = new StringBuilder();
        for (var i = 0; i < TimelineEvents; i++)
        {
            var what =
                i % 2 == 0
                    ? "\"PreToolUse\",\"tool\":\"Bash\",\"set\":{\"command\":\"git status --short && dotnet test\"}"
                    : $"\"PostToolUse\",\"tool\":\"Write\",\"set\":{{\"file\":\"src/mod{i % Rules}/x/a{i % 97}.py\"}}";
            text.Append(CultureInfo.InvariantCulture, $"{{\"at\":\"+50ms\",\"event\":{what}}}\n");
        }

        return text.ToString();
    }

    private static string Record(string folder)
    {
        var text = new StringBuilder();
        for (var i = 0; i < RecordedEvents; i++)
        {
            var (@event, tool, input) =
                i % 2 == 0
                    ? ("PreToolUse", "Bash", "\"command\":\"git status --short && dotnet test\"")
                    : ("PostToolUse", "Write", $"\"file_path\":\"{folder}/src/mod{i % Rules}/x/a.py\",\"content\":{{\"$left_out\":9}}");
            text.Append(CultureInfo.InvariantCulture, $"{{\"v\":1,\"id\":\"{i:D16}\",\"t_ms\":{i},\"plan\":\"00\",");
            text.Append(CultureInfo.InvariantCulture, $"\"plan_path\":\"{folder}/.claude/hookrules/plan.json\",\"event\":\"{@event}\",");
            text.Append(CultureInfo.InvariantCulture, $"\"payload\":{{\"session_id\":\"s\",\"cwd\":\"{folder}\",");
            text.Append(CultureInfo.InvariantCulture, $"\"hook_event_name\":\"{@event}\",\"tool_name\":\"{tool}\",");
            text.Append(CultureInfo.InvariantCulture, $"\"tool_input\":{{{input}}}}},\"matched\":[],");
            text.Append("\"decision\":{\"kinds\":[]},\"hook_us\":1200}\n");
        }

        return text.ToString();
    }
}
