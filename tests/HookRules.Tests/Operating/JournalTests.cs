using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary>What <c>runs.jsonl</c> tells of real hooks, consumers and programs.</summary>
public sealed class JournalTests
{
    [Fact]
    public void ARunTellsWhatItCostHowItEndedAndWhatItWrote()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action works = run "sh tools/works"
            action large = run "sh tools/large"
            action dies  = shell "kill -9 $$"

            on Write *.py -> works, large, dies

            """
        );
        project.Write("tools/works", "i=0; while [ $i -lt 200000 ]; do i=$((i+1)); done; head -c 200000 /dev/zero\n");
        project.Write("tools/large", "x=$(head -c 150000000 /dev/zero | tr '\\0' a); echo ${#x}\n");
        var id = project.Wrote("a.py");
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        foreach (var line in project.Journal)
            OperatedProject.Check("runs.schema.json", line.GetRawText());
        JsonElement Of(string action) => project.Runs.Single(run => run.GetProperty("action").GetString() == action);
        Of("works").GetProperty("cpu_ms").GetInt64().ShouldBeInRange(20, 60_000);
        var output = Of("works").GetProperty("out");
        output.GetProperty("bytes").GetInt64().ShouldBe(200_000);
        output.GetProperty("cut").GetInt64().ShouldBe(200_000 - (64 * 1024));
        Of("works").TryGetProperty("max_rss_kb", out _).ShouldBeFalse("a shell has less memory than the consumer that it was started from");
        Of("large").GetProperty("max_rss_kb").GetInt64().ShouldBeGreaterThan(140_000);
        Of("dies").GetProperty("signal").GetInt32().ShouldBe(9);
        Of("dies").GetProperty("exit_code").GetInt32().ShouldBe(137);
        Of("dies").GetProperty("place").GetString()!.ShouldStartWith("main.hookrules:6:");

        var published = project.Journal.Single(line => line.GetProperty("kind").GetString() == "event");
        published.GetProperty("event_id").GetString().ShouldBe(id);
        published.GetProperty("hook_us").GetInt32().ShouldBeInRange(100, 5_000_000);
        published
            .GetProperty("orders")
            .EnumerateArray()
            .Select(order => order.GetString())
            .Order()
            .ShouldBe(project.Runs.Select(run => run.GetProperty("order").GetString()).Order());
    }

    [Theory]
    [InlineData("")]
    [InlineData(", dedup 200ms")]
    [InlineData(" busy queue")]
    public void EachEventIsToldOnceHoweverItsWorkIsDone(string window)
    {
        using var project = new OperatedProject(
            $"""
            consumer manual
            action note = shell "echo $HOOK_FILE >> log"

            on Write *.py -> note{window}

            """
        );
        var ids = Enumerable.Range(0, 3).Select(i => project.Wrote($"{i}.py")).ToList();
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        project
            .Journal.Where(line => line.GetProperty("kind").GetString() == "event")
            .Select(line => line.GetProperty("event_id").GetString())
            .Order()
            .ShouldBe(ids);
        project.Runs.Length.ShouldBe(3);
    }

    [Fact]
    public void AWindowNamesAllItsMembersAndSessionsAndWhatRunsNotSaysWhy()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action note = shell "echo x >> log"
            action first = shell "echo x >> first"

            on Write *.py -> note, dedup 300ms
            on Write *.py -> first dedup 1m first

            """
        );
        var ids = new[] { project.Wrote("a.py", "one"), project.Wrote("a.py", "two") };
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        var window = project.Runs.Single(run => run.GetProperty("action").GetString() == "note");
        window.GetProperty("events").EnumerateArray().Select(id => id.GetString()).ShouldBe(ids);
        window.GetProperty("sessions").EnumerateArray().Select(id => id.GetString()).ShouldBe(["one", "two"]);
        window.GetProperty("closed_by").GetString().ShouldBe("time");
        window.GetProperty("wait").GetProperty("window").GetInt64().ShouldBeGreaterThanOrEqualTo(300);
        var skipped = project.Journal.Single(line => line.GetProperty("kind").GetString() == "note");
        skipped.GetProperty("outcome").GetString().ShouldBe("skipped");
        skipped.GetProperty("why").GetString().ShouldBe("dedup first: the first event of its window has run");
        skipped.GetProperty("events").EnumerateArray().Single().GetString().ShouldBe(ids[1]);
    }

    [Fact]
    public void AWaitHasItsCause()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action one = shell "sleep 0.3; exit 1" retry 1 backoff 300ms
            action few = shell "sleep 0.3" concurrency 1

            on Write *.py -> one
            on Write *.txt -> few

            """
        );
        project.Wrote("a.py");
        project.Wrote("a.txt");
        project.Wrote("b.txt");
        project.Run("run", "--once").ExitCode.ShouldBe(0);

        var attempts = project.Runs.Where(run => run.GetProperty("action").GetString() == "one").ToList();
        attempts.Select(run => run.GetProperty("attempt").GetInt32()).ShouldBe([1, 2]);
        attempts[0].GetProperty("wait").TryGetProperty("later", out _).ShouldBeFalse();
        attempts[1].GetProperty("wait").GetProperty("later").GetInt64().ShouldBeInRange(100, 2000);
        project
            .Runs.Where(run => run.GetProperty("action").GetString() == "few")
            .Count(run => run.GetProperty("wait").TryGetProperty("concurrency", out var ms) && ms.GetInt64() >= 200)
            .ShouldBe(1);
    }

    [Fact]
    public void AFollowerReadsOnOverARotationAndLeavesAnUnfinishedLineAlone()
    {
        using var folder = new TestFolder();
        var state = StateFolder.At(folder.Of("state"));
        state.Prepare().ShouldBeNull();
        using var follower = new JournalFollower(state);
        follower.Read().ShouldBeEmpty();

        void Append(string path, string text) => File.AppendAllText(path, text);
        string Line(int number) => $$"""{"v":2,"kind":"run","action":"a{{number}}","outcome":"ok"}""";
        Append(state.Runs, Line(1) + "\n" + Line(2)[..20]);
        follower.Read().Select(entry => entry.Action).ShouldBe(["a1"]);
        Append(state.Runs, Line(2)[20..] + "\nnot JSON\n");
        follower.Read().Select(entry => entry.Action).ShouldBe(["a2"]);

        Append(state.Runs, Line(3) + "\n");
        File.Move(state.Runs, state.File("runs.1.jsonl"));
        Append(state.Runs, Line(4) + "\n");
        follower.Read().Select(entry => entry.Action).ShouldBe(["a3", "a4"]);
        follower.Read().ShouldBeEmpty();

        using var later = new JournalFollower(state);
        later.Read().Select(entry => entry.Action).ShouldBe(["a1", "a2", "a3", "a4"]);
    }
}
