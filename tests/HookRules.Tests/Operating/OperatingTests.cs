using System.Text.Json;
using HookRules.Cli;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary><c>status</c>, <c>tail</c>, <c>why</c> and <c>dead</c> over real hooks and consumers.</summary>
public sealed class OperatingTests
{
    private const string Waiting = """
        consumer manual
        action lint = shell "echo $HOOK_FILE >> lint"
        action note = shell "echo $HOOK_FILE >> note"

        on Write *.py -> lint, dedup 10m
        on Write *.txt -> note, throttle 1 per 10m

        """;

    [Fact]
    public void StatusTellsWhatWaitsForWhatAndWhatRan()
    {
        using var project = new OperatedProject(Waiting);
        foreach (var file in new[] { "a.py", "x.txt", "y.txt" })
            project.Wrote(file);
        project.Start("run");
        project.Until(() => project.Runs.Length == 1, "the first does not run");

        JsonElement status = default;
        project.Until(
            () =>
                (status = project.Json("status.schema.json", "status"))
                    .GetProperty("store")
                    .GetProperty("waiting")
                    .EnumerateArray()
                    .Select(cause => $"{cause.GetProperty("count")} {cause.GetProperty("cause").GetString()}")
                    .Order()
                    .SequenceEqual(["1 throttle", "1 window"]),
            "status does not tell the causes"
        );
        status.GetProperty("consumer").GetProperty("state").GetString().ShouldBeOneOf("working", "waiting");
        status.GetProperty("plan").GetProperty("fresh").GetBoolean().ShouldBeTrue();
        var action = status.GetProperty("actions").EnumerateArray().Single();
        action.GetProperty("runs").GetInt32().ShouldBe(1);
        action.GetProperty("place").GetString()!.ShouldStartWith("main.hookrules:6:");

        var text = project.Run("status");
        (text.ExitCode, text.Stderr).ShouldBe((0, ""));
        text.Stdout.ShouldContain("as the rules are");
        text.Stdout.ShouldContain("a throttle lets no more start");
        text.Stdout.ShouldContain("main.hookrules:6");
        text.Stdout.ShouldNotContain("\u001b");

        project.Rules(Waiting + "on Write *.md -> note\n");
        project.Json("status.schema.json", "status").GetProperty("plan").GetProperty("fresh").GetBoolean().ShouldBeFalse();
    }

    [Fact]
    public void StatusAndDoctorExitWithOneWhereAConsumerHangs()
    {
        using var project = new OperatedProject(Waiting);
        project.Wrote("x.txt");
        var consumer = project.Start("run");
        project.Until(() => project.Runs.Length == 1, "it does not run");
        project.Run("status").ExitCode.ShouldBe(0);
        var pid = consumer.Process.Id;
        consumer.Signal("STOP");
        try
        {
            // As if it had been silent for longer.
            var path = project.State.File(ConsumerRecord.FileName);
            var record = ConsumerRecord.Read(project.State).ShouldNotBeNull();
            File.WriteAllText(
                path,
                File.ReadAllText(path).Replace($"\"beat_us\":{record.BeatUs}", "\"beat_us\":1", StringComparison.Ordinal)
            );
            var status = project.Run("status");
            status.ExitCode.ShouldBe(1);
            status.Stdout.ShouldContain($"process {pid}, has given no sign of life");
            project.Json("status.schema.json", "status").GetProperty("consumer").GetProperty("state").GetString().ShouldBe("hangs");
            var doctor = project.Run("doctor");
            doctor.ExitCode.ShouldBe(1);
            doctor.Stdout.ShouldContain($"kill {pid}");
        }
        finally
        {
            consumer.Signal("CONT");
        }

        // The command that ends it waits until its lock is free.
        project.Run("run", "--stop").ExitCode.ShouldBe(0);
        consumer.Process.WaitForExit(20_000).ShouldBeTrue();
    }

    [Fact]
    public void TailShowsEachRunAsItEndsWithThePlaceOfItsRule()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action ok = shell "true"
            action bad = shell "exit 3"

            on Write *.py -> ok
            on Write *.txt -> bad

            """
        );
        project.Wrote("a\u001b[31m.py", "one");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        var tail = new List<string>();
        using var process = RealProcess.Start(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            ["tail", "--failed"],
            project.Environment,
            project.Folder
        );
        process.OutputDataReceived += (_, line) =>
        {
            lock (tail)
                tail.Add(line.Data ?? "");
        };
        process.BeginOutputReadLine();
        project.Wrote("b.txt", "two");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        project.Until(
            () =>
            {
                lock (tail)
                    return tail.Exists(line => line.Contains("exit 3", StringComparison.Ordinal));
            },
            "tail does not follow"
        );
        process.Kill();
        process.WaitForExit();
        tail[0].ShouldContain("bad b.txt");
        tail[0].ShouldContain("main.hookrules:6");

        var all = project.Run("tail", "--no-follow").Stdout;
        all.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length.ShouldBe(2);
        all.ShouldContain("ok a\\u001b[31m.py");
        project.Run("tail", "--no-follow", "--session", "tw").Stdout.ShouldContain("b.txt");
        project.Run("tail", "--no-follow", "--action", "ok").Stdout.ShouldNotContain("b.txt");
        project.Run("tail", "--no-follow", "--rule", "main.hookrules:6").Stdout.ShouldNotContain("a\\u001b");
        project.Run("tail", "--no-follow", "--events").Stdout.Split('\n').Count(line => line.Contains("PostToolUse")).ShouldBe(2);
        foreach (var line in project.Run("tail", "--no-follow", "--events", "--format", "json").Stdout.Split('\n')[..^1])
            OperatedProject.Check("runs.schema.json", line);
    }

    [Fact]
    public void WhyTellsOfAWaitingEventWhichRuleMatchedWhichClauseFailedAndWhatItWaitsFor()
    {
        using var project = new OperatedProject(Waiting);
        var id = project.Wrote("a.py");
        var waiting = project.Run("why", id[..^3]);
        (waiting.ExitCode, waiting.Stderr).ShouldBe((0, ""));
        waiting.Stdout.ShouldContain("on Write *.py -> lint, dedup 10m");
        waiting.Stdout.ShouldContain("main.hookrules:6: glob: *.txt does not match");
        waiting.Stdout.ShouldContain("collected by a window");
        var json = project.Json("why.schema.json", "why", "latest", "a.py");
        json.GetProperty("payload_known").GetBoolean().ShouldBeTrue();
        json.GetProperty("rules").EnumerateArray().Select(rule => rule.GetProperty("matches").GetBoolean()).ShouldBe([true, false]);
        json.GetProperty("waiting").EnumerateArray().Single().GetProperty("cause").GetString().ShouldBe("window");

        project.Run("why", "latest", "b.py").ExitCode.ShouldBe(3);
        project.Run("why", "nothing").Stderr.ShouldContain("no event nothing is known");
        project.Run("why", id, "a.py").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void WhyTellsTheMembersOfAWindowTheWaitsAndTheAttempts()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action lint = shell "exit 3" retry 1 backoff 100ms

            on Write *.py -> lint, dedup 2s

            """
        );
        var first = project.Wrote("a.py", "one");
        var second = project.Wrote("a.py", "two");
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        var why = project.Run("why", first).Stdout;
        why.ShouldContain($"2 events: {first}, {second}; 2 sessions: one, two");
        why.ShouldContain("closed by time");
        why.ShouldContain("until its window closed");
        why.ShouldContain("attempt 1 of 2");
        why.ShouldContain("attempt 2 of 2");
        why.ShouldContain("before it was tried again");
        why.ShouldContain("exit 3");
        why.ShouldContain("hookrules dead show");
        // The payload of the last event lies with the dead letter, the first one's is gone.
        why.ShouldContain("record on");
        project.Json("why.schema.json", "why", second).GetProperty("payload_known").GetBoolean().ShouldBeTrue();
    }

    [Fact]
    public void WhatClaudeWasToldOfAndWhatItIsToBeToldOfIsShown()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action lint = shell "echo E501; exit 1"

            on Write *.py -> lint feedback

            """
        );
        project.Write("a.py", "x");
        var id = project.Wrote("a.py", "one");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        var session = project.Json("status.schema.json", "status").GetProperty("sessions").EnumerateArray().Single();
        session.GetProperty("session").GetString().ShouldBe("one");
        (session.GetProperty("failing").GetInt32(), session.GetProperty("untold").GetInt32()).ShouldBe((1, 1));
        // What is fed back is no dead letter, and needs nobody.
        project.Run("status").ExitCode.ShouldBe(0);

        project.Hook(HookProject.Payload("UserPromptSubmit", "\"prompt\":\"go on\"", "one")).Stdout.ShouldContain("E501");
        var status = project.Json("status.schema.json", "status").GetProperty("sessions").EnumerateArray().Single();
        (status.GetProperty("failing").GetInt32(), status.GetProperty("untold").GetInt32()).ShouldBe((1, 0));
        project.Run("why", id).Stdout.ShouldContain("as feedback at");
        project
            .Json("why.schema.json", "why", id)
            .GetProperty("told")
            .EnumerateArray()
            .Single()
            .GetProperty("by")
            .GetString()
            .ShouldBe("feedback");
    }

    [Fact]
    public void ADeadLetterIsListedShownRunAgainOrThrownAway()
    {
        const string Rules = """
            consumer manual
            action deploy = shell "echo to $HOOK_FILE >&2; test -f ready"

            on Write *.py -> deploy

            """;
        using var project = new OperatedProject(Rules);
        project.Run("dead", "list").Stdout.ShouldBe("There are no dead letters.\n");
        foreach (var file in new[] { "a.py", "b.py", "c.py" })
            project.Wrote(file);
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        project.Run("status").ExitCode.ShouldBe(1);
        var letters = project.Json("dead.schema.json", "dead", "list").GetProperty("dead").EnumerateArray().ToList();
        letters.Count.ShouldBe(3);
        letters[0].GetProperty("place").GetString()!.ShouldStartWith("main.hookrules:4:");
        var id = letters[0].GetProperty("id").GetString()!;
        project.Run("dead", "show", id[..25]).Stdout.ShouldContain($"to {project.PathOf("a.py")}");
        project.Run("dead", "list").Stdout.ShouldContain("exit code 1");
        project.Run("dead", "retry").ExitCode.ShouldBe(2);
        project.Run("dead", "show", "nothing").ExitCode.ShouldBe(3);

        // Fails again: another letter in the place of the first.
        project.Run("dead", "retry", id).Stdout.ShouldStartWith("1 dead letter will be run again.\n");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        var again = project.Runs[^1];
        (again.GetProperty("cause").GetString(), again.GetProperty("attempt").GetInt32()).ShouldBe(("dead-retry", 1));
        project.Run("dead", "list").Stdout.ShouldContain("deploy");

        project.Write("ready", "");
        project.Run("dead", "retry", "--action", "deploy").Stdout.ShouldStartWith("3 dead letters will be run again.\n");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        project.Run("status").ExitCode.ShouldBe(0);
        project.Runs.Count(run => run.GetProperty("outcome").GetString() == "ok").ShouldBe(3);

        File.Delete(project.PathOf("ready"));
        project.Wrote("d.py");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        project.Rules(Rules.Replace("*.py", "*.go", StringComparison.Ordinal));
        project.Run("compile").ExitCode.ShouldBe(0);
        var refused = project.Run("dead", "retry", "--all");
        refused.ExitCode.ShouldBe(1);
        refused.Stderr.ShouldContain("no rule of the present plan runs deploy for it any more");
        project.Run("dead", "drop", "--all").Stdout.ShouldBe("1 dead letter thrown away.\n");
        project.Run("dead", "list").Stdout.ShouldBe("There are no dead letters.\n");
    }

    [Fact]
    public void ColoursAndWidthAreForATerminalAlone()
    {
        using var project = new OperatedProject(Waiting);
        project.Wrote("a-file-with-a-long-name.txt");
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        string Shown(params string[] args)
        {
            using var output = new StringWriter();
            var cli = new HookRules.Cli.Cli(
                TextReader.Null,
                output,
                TextWriter.Null,
                project.Folder,
                TimeProvider.System,
                name => project.Environment.GetValueOrDefault(name)
            )
            {
                Screen = new Terminal(60, args.Contains("colours")),
            };
            CommandLine.Invoke([.. args.Where(arg => arg != "colours")], cli).ShouldBe(0);
            return output.ToString();
        }

        Shown("status", "colours").ShouldContain("\u001b[");
        foreach (var text in new[] { Shown("status"), Shown("tail", "--no-follow") })
        {
            text.ShouldNotContain("\u001b");
            text.Split('\n').ShouldAllBe(line => line.TrimEnd().Length <= 60);
        }
    }

    [Fact]
    public void WithoutAPlanTheySayWhatToDo()
    {
        using var project = new OperatedProject(Waiting);
        File.Delete(project.PathOf(".claude/hookrules/plan.json"));
        foreach (
            var command in (string[][])
                [
                    ["status"],
                    ["tail"],
                    ["why", "latest"],
                    ["dead", "list"],
                ]
        )
        {
            var result = project.Run(command);
            result.ExitCode.ShouldBe(3);
            result.Stderr.ShouldContain("run: hookrules compile");
        }
    }
}
