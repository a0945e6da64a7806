using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Somebody writes a plan of his own, whole and with a right hash, and leaves the old one beside it.</summary>
public sealed class EditedPlanTests
{
    private const string ExecForm = """{"args":["--plan-hash", "HASH"]}""";
    private const string ShellForm = """{"command":"set -- --plan-hash HASH --event PreToolUse; . hook"}""";

    [Theory]
    [InlineData(false, ExecForm)]
    [InlineData(true, ExecForm)]
    [InlineData(false, ShellForm)]
    [InlineData(true, ShellForm)]
    public void NeitherHookNorConsumerDoesWhatItSays(bool consumerKnowsTheOldOne, string entry)
    {
        ActionDefinition[] good = [Shell("a", "echo good >> log")],
            evil = [Shell("a", "echo evil >> log")];
        using var bench = new FaultBench(good, Deny("rm"), Queue("r", null, "a"));
        var settings = Path.Combine(bench.Project.Folder, ".claude", "settings.json");
        File.WriteAllText(
            settings,
            $$$"""{"hooks":{"PreToolUse":[{"hooks":[{{{entry.Replace("HASH", bench.Project.Hash, StringComparison.Ordinal)}}}]}]}}"""
        );
        var plan = File.ReadAllBytes(bench.Project.PlanPath);
        if (consumerKnowsTheOldOne)
        {
            bench.Project.Run(HookProject.Bash("0")).ExitCode.ShouldBe(0);
            bench.WorkOff().ShouldBe((0, ""));
            bench.Lines("log").ShouldBe(["good"]);
            File.Delete(Path.Combine(bench.Project.Folder, "log"));
        }

        var (text, hash) = RuleGraphJson.Write(Graph(ConsumerMode.Manual, evil, Queue("r", null, "a")), "0.1.0");
        hash.ShouldNotBe(bench.Project.Hash);
        File.WriteAllBytes(Path.Combine(Path.GetDirectoryName(bench.Project.PlanPath)!, ProjectLayout.PreviousPlan), plan);
        File.WriteAllBytes(bench.Project.PlanPath, text);
        File.SetLastWriteTimeUtc(bench.Project.PlanPath, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1));

        bench.Project.Run(HookProject.Bash("rm x")).Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        var (code, said) = bench.WorkOff();
        code.ShouldBe(3, "the event waits for its plan");
        said.ShouldContain("is not the plan that \"hookrules compile\" wrote last");
        bench.Lines("log").ShouldNotContain("evil");

        File.WriteAllBytes(bench.Project.PlanPath, plan);
        bench.WorkOff().ShouldBe((0, ""));
        bench.Lines("log").ShouldBe(["good"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }
}
