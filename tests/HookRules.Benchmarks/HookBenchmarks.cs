namespace HookRules.Benchmarks;

/// <summary>The whole hook process against doing nothing and against what people write instead.</summary>
internal static class HookBenchmarks
{
    private const string Rules = "consumer manual\naction audit = log \"audit.jsonl\"\non Write *.py -> audit\n";

    public const string PythonPublisher = """
        import json, os, pathlib, sys, time

        queue = pathlib.Path(os.environ["Q"])
        queue.mkdir(exist_ok=True)
        payload = json.loads(sys.stdin.read())
        event = {
            "ts": time.time(),
            "tool": payload.get("tool_name"),
            "file": payload.get("tool_input", {}).get("file_path", ""),
        }
        (queue / f"{event['ts']}.json").write_text(json.dumps(event))

        """;

    private const string ShellPublisher = "cat >\"$Q/tmp.$$\" && mv \"$Q/tmp.$$\" \"$Q/$$.json\"\n";

    private const string JqPublisher = """
        case $(jq -r '.tool_input.file_path // empty' <<<"${payload=$(cat)}") in
          *.py) jq -c '{ts: now, tool: .tool_name, file: .tool_input.file_path}' <<<"$payload" >"$Q/tmp.$$" && mv "$Q/tmp.$$" "$Q/$$.json" ;;
        esac

        """;

    public static void Run(Lab lab, Report report)
    {
        report.Group("One event: the whole hook process (payload read, rules applied, event queued)");
        var project = lab.Compile(Rules);
        var payload = Payloads.Write(project.Folder + "/src/a.py");
        var subjects = new List<(string Name, Func<double> Measure)>
        {
            ("true", new Child([Lab.Find("true")!], lab.Environment, payload).Run),
            ("hook, direct", project.Hook(payload).Run),
            ("hook, behind its launcher", project.BehindLauncher(payload).Run),
            ("hook, direct, durability fsync", lab.Compile("durability fsync\n" + Rules).Hook(payload).Run),
            ("hook, direct, record on", lab.Compile("record on\n" + Rules).Hook(payload).Run),
            ("sh: cat >tmp && mv", new Child(["/bin/sh", lab.Script("publish.sh", ShellPublisher)], lab.Environment, payload).Run),
        };
        if (Lab.FindPython() is { } python)
            subjects.Add(
                ("Python publisher", new Child([python, lab.Script("publish.py", PythonPublisher)], lab.Environment, payload).Run)
            );
        else
            report.Note("no python3 here: the Python publisher is left out");
        if (Lab.Find("jq") is not null && Lab.Find("bash") is { } bash)
            subjects.Add(("bash and jq", new Child([bash, lab.Script("publish.bash", JqPublisher)], lab.Environment, payload).Run));
        else
            report.Note("no jq or no bash here: the hook of bash and jq is left out");

        var all = Series.Interleave(lab.Options.Rounds(200), [.. subjects]).ToDictionary(series => series.Name);
        var (nothing, hook, launched) = (all["true"], all["hook, direct"], all["hook, behind its launcher"]);
        report.Add(hook, nothing, Comparing.Difference, 2.5);
        report.Add(launched, nothing, Comparing.Difference, 3.5);
        report.Add(hook, all["sh: cat >tmp && mv"], Comparing.Ratio);
        if (all.TryGetValue("Python publisher", out var slow))
        {
            report.Add(hook, slow, Comparing.Ratio, 6);
            report.Add(launched, slow, Comparing.Ratio, 6);
        }

        if (all.TryGetValue("bash and jq", out var jq))
            report.Add(hook, jq, Comparing.Ratio);
        report.Add(all["hook, direct, durability fsync"], hook, Comparing.Difference);
        report.Add(all["hook, direct, record on"], hook, Comparing.Difference, 0.5);
    }
}
