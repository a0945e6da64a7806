using System.Globalization;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Handlers that behave as badly as they can: the consumer goes on, and the next event is handled.</summary>
public sealed class HandlerFaultTests(ITestOutputHelper output)
{
    [Fact]
    public void AHandlerThatHangsForksAndFloodsHarmsNobodyElse()
    {
        var mark = $"9{Random.Shared.Next(100_000, 999_999)}";
        var bytes = FaultSize.Of(200_000_000, 1_000_000_000).ToString(CultureInfo.InvariantCulture);
        var soon = new BranchOptions { Timeout = TimeSpan.FromSeconds(1) };
        var patient = new BranchOptions { Timeout = TimeSpan.FromMinutes(5) };
        using var bench = new FaultBench(
            [
                Shell("hangs", $"trap '' TERM INT HUP; sleep {mark} & wait"),
                Shell(
                    "forks",
                    $"(setsid sh -c 'sleep {mark} & sleep {mark} &' &); i=0; while [ $i -lt 50 ]; do sleep {mark} & i=$((i+1)); done; wait"
                ),
                Shell("closes", $"exec 0<&- 1>&- 2>&-; exec sleep {mark}"),
                Shell("leaves", "(setsid sleep 5 </dev/null >/dev/null 2>&1 &)"),
                Shell("floods", $"head -c {bytes} /dev/zero; head -c {bytes} /dev/zero >&2"),
                Shell("good", "echo \"$HOOK_TOOL_INPUT_COMMAND\" >> good"),
            ],
            Queue("hangs", soon, "hangs"),
            Queue("forks", soon, "forks"),
            Queue("closes", soon, "closes"),
            Queue("leaves", patient, "leaves"),
            Queue("floods", patient, "floods"),
            Queue("good", patient, "good")
        );
        var consumer = bench.Consumer();

        bench.Project.Run(HookProject.Bash("first")).ExitCode.ShouldBe(0);
        bench.Project.Run(HookProject.Bash("second")).ExitCode.ShouldBe(0);

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Length == 12, "not every run ends");
        bench.Lines("good").Order().ShouldBe(["first", "second"]);
        foreach (var (action, code) in new[] { ("hangs", 124), ("forks", 124), ("closes", 124), ("leaves", 0), ("floods", 0), ("good", 0) })
            Codes(bench, action).ShouldBe([code, code], action);
        bench.Until(
            () => !Directory.GetDirectories("/proc").Any(process => CommandLine(process).Contains(mark, StringComparison.Ordinal)),
            "something that a handler started lives on"
        );
        bench.Spool("dead").Length.ShouldBe(6);
        consumer.Process.HasExited.ShouldBeFalse();
        var peak = File.ReadLines($"/proc/{consumer.Process.Id}/status").First(line => line.StartsWith("VmHWM", StringComparison.Ordinal));
        output.WriteLine($"{bytes} bytes on each stream, twice at once; the consumer's peak: {peak}");
        int.Parse(peak.Split(' ', StringSplitOptions.RemoveEmptyEntries)[^2], CultureInfo.InvariantCulture).ShouldBeLessThan(400_000);
    }

    [Fact]
    public void AHandlerThatDeletesTheProjectStopsNeitherHookNorConsumer()
    {
        using var bench = new FaultBench(
            [Shell("clears", "[ -e keep ] && echo kept >> kept || rm -rf \"$CLAUDE_PROJECT_DIR\"")],
            Queue("r", new BranchOptions { Concurrency = 1 }, "clears")
        );
        var plan = File.ReadAllBytes(bench.Project.PlanPath);
        var consumer = bench.Consumer();
        bench.Project.Run(HookProject.Bash("1")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1 && bench.SpoolIsEmpty, "the first event is not done");
        Directory.Exists(Path.Combine(bench.Project.Root, "my project", ".claude")).ShouldBeFalse();

        var without = bench.Project.Run(HookProject.Bash("2"));
        without.ExitCode.ShouldBe(0);
        without.Stdout.ShouldContain("it is missing");

        Directory.CreateDirectory(Path.GetDirectoryName(bench.Project.PlanPath)!);
        using (var file = File.Create(bench.Project.PlanPath))
            file.Write(plan);
        using (File.Create(Path.Combine(bench.Project.Folder, "keep"))) { }
        bench.Project.Run(HookProject.Bash("3")).ShouldBe(new ProcessResult("", "", 0));
        bench.Until(() => bench.Lines("kept").Length == 1 && bench.SpoolIsEmpty, "the third event is not done");
        consumer.Process.HasExited.ShouldBeFalse();
    }

    [Theory]
    [InlineData("link", "is a link, which is not followed")]
    [InlineData("pipe", "a.jsonl")]
    [InlineData("folder", "a.jsonl")]
    public void ALogGoesIntoItsOwnFileOrNowhere(string what, string problem)
    {
        using var bench = new FaultBench([Log("a"), Log("b")], Queue("r", null, "a b"));
        var path = Path.Combine(bench.Project.Folder, "a.jsonl");
        var victim = Path.Combine(bench.Project.Root, "victim");
        using (File.Create(victim)) { }
        if (what == "link")
            File.CreateSymbolicLink(path, victim);
        else if (what == "pipe")
            Tool("mkfifo", path).ShouldBe(0);
        else
            Directory.CreateDirectory(path);
        bench.Project.Run(HookProject.Bash("ls")).ExitCode.ShouldBe(0);

        bench.WorkOff().Code.ShouldBe(0);

        new FileInfo(victim).Length.ShouldBe(0);
        bench.Commands("b.jsonl").ShouldBe(["ls"]);
        File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem())).ShouldContain(problem);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void WhateverAValueHoldsTheJournalKeepsItsLines()
    {
        const string Hostile = "a\nb\r{\"hook\":\"false\"}\u001b[2J\u009b\u2028c";
        using var bench = new FaultBench([Program("prints", "true", "{command}"), Log("a")], Queue("r", null, "prints a"));
        bench.Project.Run(HookProject.Bash(Hostile)).ExitCode.ShouldBe(0);

        bench.WorkOff().Code.ShouldBe(0);

        bench.Runs.Length.ShouldBe(2);
        bench.Commands("a.jsonl").ShouldBe([Hostile]);
        foreach (var path in new[] { bench.State.Runs, Path.Combine(bench.Project.Folder, "a.jsonl") })
            File.ReadAllText(path).ToCharArray().ShouldNotContain(c => c != '\n' && char.IsControl(c));
    }

    [Fact]
    public void AnActionHasOnlyTheVariablesThatItIsTold()
    {
        using var bench = new FaultBench([Shell("env", "env >> env")], Queue("r", null, "env"));
        bench.Project.Run(HookProject.Bash("ls")).ExitCode.ShouldBe(0);
        var environment = new Dictionary<string, string>(bench.Project.Environment)
        {
            ["ANTHROPIC_API_KEY"] = "secret",
            ["LD_PRELOAD"] = "",
        };
        RealProcess
            .Run(
                Path.Combine(HookProject.RuntimeFolder, "hookrules"),
                ["run", "--once", "--plan", bench.Project.PlanPath],
                default,
                environment,
                "/",
                300
            )
            .ExitCode.ShouldBe(0);

        bench
            .Lines("env")
            .Select(line => line.Split('=')[0])
            .Where(name => name is not ("PWD" or "OLDPWD" or "_" or "SHLVL"))
            .Order()
            .ShouldBe(["CLAUDE_PROJECT_DIR", "HOME", "PATH"]);
    }

    private static int[] Codes(FaultBench bench, string action) =>
        [
            .. bench
                .Runs.Where(run => run.GetProperty("action").GetString() == action)
                .Select(run => run.GetProperty("exit_code").GetInt32()),
        ];

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, "stat")).Contains(") Z", StringComparison.Ordinal)
                ? ""
                : File.ReadAllText(Path.Join(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }
}
