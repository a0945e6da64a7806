using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HookRules.Benchmarks;

/// <summary>Five writes of each of twenty files, with a check of 0.2 s that reads what it checks: what runs, when the last result is right,
/// what it costs, what Claude waits, and who hears of the one that fails.</summary>
internal static class BurstBenchmarks
{
    private const int Files = 20,
        Writes = 5;

    // The last content of one file is bad. A result names the content that it was made of.
    private const string Check = """
        #!/bin/sh
        read -r content <"$1"
        echo run >>runs
        sleep 0.2
        echo "$content" >"$1.result"
        [ "$content" != bad ] || { echo "$1 is bad"; exit 1; }

        """;

    private const string Rules = """
        consumer manual
        action check = run ["sh", "check", "{file}"] feedback
        on Write *.py -> check, dedup 1s
        on PostToolBatch -> await check
        """;

    // A loop as in the article: what stands in the queue is read twice a second, the same file within a second once.
    private const string Consumer = """
        import json, os, pathlib, subprocess, time

        queue = pathlib.Path(os.environ["Q"])
        seen = {}
        while not os.path.exists("stop"):
            for event in sorted(queue.glob("*.json")):
                data = json.loads(event.read_text())
                event.unlink()
                key = (data["file"], int(data["ts"]))
                if key not in seen:
                    seen[key] = True
                    subprocess.run(["sh", "check", data["file"]], stdout=subprocess.DEVNULL)
            time.sleep(0.5)

        """;

    public static void Run(Lab lab, Report report)
    {
        report.Heading("A burst: 5 writes of each of 20 files in turn, a check of 0.2 s, one file is bad at the end");
        report.Note(
            "what                        runs   wrong results   last right one after   CPU      Claude waited   told of the failure"
        );
        var project = lab.Compile(Rules);
        Write(
            report,
            "hookrules",
            Play(
                lab,
                project.Folder,
                $"'{lab.Runtime}/hookrules' run --plan '{project.PlanPath}' 2>/dev/null &",
                $"'{lab.Hook}' --plan '{project.PlanPath}' <payload >/dev/null",
                $"'{lab.Runtime}/hookrules' run --stop >/dev/null; wait",
                $"'{lab.Hook}' --plan '{project.PlanPath}' --event PostToolBatch <batch | grep -c 'is bad'"
            )
        );
        if (Lab.FindPython() is { } python)
            Write(
                report,
                "a consumer in Python",
                Play(
                    lab,
                    Directory.CreateDirectory(Path.Join(lab.Folder, "python")).FullName,
                    $"'{python}' '{lab.Script("consumer.py", Consumer)}' &",
                    $"'{python}' '{lab.Script("publish.py", HookBenchmarks.PythonPublisher)}' <payload",
                    "touch stop; wait",
                    "echo 0"
                )
            );
        Write(
            report,
            "async: true",
            Play(
                lab,
                Directory.CreateDirectory(Path.Join(lab.Folder, "async")).FullName,
                "",
                "sh check \"$file\" <payload >/dev/null &",
                "wait",
                "echo 0"
            )
        );
    }

    private sealed record Outcome(int Runs, int Wrong, double LastMs, double Cpu, double WaitedMs, int Told);

    private static void Write(Report report, string name, Outcome outcome) =>
        report.Note(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name, -26}{outcome.Runs, 6}{outcome.Wrong, 16}{outcome.LastMs / 1000, 20:0.0} s{outcome.Cpu, 8:0.00} s"
                    + $"{outcome.WaitedMs, 13:0} ms   {(outcome.Told > 0 ? "Claude" : "nobody")}"
            )
        );

    /// <summary>One script plays Claude Code, so that the shell counts the processor time of all that it starts.</summary>
    private static Outcome Play(Lab lab, string folder, string start, string hook, string stop, string told)
    {
        Lab.Write(Path.Join(folder, "check"), Encoding.UTF8.GetBytes(Check));
        Lab.Write(
            Path.Join(folder, "batch"),
            Encoding.UTF8.GetBytes($$"""{"session_id":"s1","cwd":"{{folder}}","hook_event_name":"PostToolBatch","tool_calls":[]}""")
        );
        var payload = Encoding
            .UTF8.GetString(Payloads.Write(folder + "/FILE"))
            .Replace("11111111-1111-4111-8111-111111111111", "s1", StringComparison.Ordinal);
        var script = $$"""
            cd '{{folder}}' || exit 1
            {{start}}
            sleep 1
            waited=0
            write=1
            while [ $write -le {{Writes}} ]; do
              number=1
              while [ $number -le {{Files}} ]; do
                file={{folder}}/$number.py
                content=$write
                [ "$number.$write" != 7.{{Writes}} ] || content=bad
                echo $content >"$file"
                printf '%s' '{{payload.Replace("FILE", "'$number.py'", StringComparison.Ordinal)}}' >payload
                from=$(date +%s%N)
                {{hook}}
                to=$(date +%s%N)
                waited=$((waited + to - from))
                number=$((number + 1))
              done
              write=$((write + 1))
            done
            from=$(date +%s%N)
            right=0
            while [ $right -lt {{Files}} ] && [ $((($(date +%s%N) - from) / 1000000)) -lt 20000 ]; do
              right=0
              for file in *.py; do
                [ "$(cat "$file.result" 2>/dev/null)" != "$(cat "$file")" ] || right=$((right + 1))
              done
              sleep 0.05
            done
            to=$(date +%s%N)
            sleep 1
            wrong=0
            for file in *.py; do [ "$(cat "$file.result" 2>/dev/null)" = "$(cat "$file")" ] || wrong=$((wrong + 1)); done
            told=$({{told}})
            {{stop}}
            echo "RESULT $(wc -l <runs) $wrong $(((to - from) / 1000000)) $((waited / 1000000)) $told"
            times
            """;
        var info = new ProcessStartInfo("/bin/sh", [lab.Script("burst.sh", script)])
        {
            RedirectStandardOutput = true,
            WorkingDirectory = folder,
        };
        info.Environment.Clear();
        foreach (var variable in lab.Environment.Append($"CLAUDE_PROJECT_DIR={folder}"))
            info.Environment[variable[..variable.IndexOf('=', StringComparison.Ordinal)]] = variable[
                (variable.IndexOf('=', StringComparison.Ordinal) + 1)..
            ];
        using var shell = Process.Start(info)!;
        var lines = shell.StandardOutput.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        shell.WaitForExit();
        var numbers = lines.Single(line => line.StartsWith("RESULT ", StringComparison.Ordinal)).Split(' ')[1..].Select(Number).ToArray();
        var cpu = lines[^1].Split(' ').Sum(Seconds);
        return new Outcome((int)numbers[0], (int)numbers[1], numbers[2], cpu, numbers[3], (int)numbers[4]);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);

    // As in 0m1.250000s.
    private static double Seconds(string text)
    {
        var parts = text.Trim().TrimEnd('s').Split('m');
        return (60 * Number(parts[0])) + Number(parts[1]);
    }
}
