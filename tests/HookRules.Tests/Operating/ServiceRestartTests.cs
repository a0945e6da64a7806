using System.Text.RegularExpressions;
using System.Xml.Linq;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace HookRules.Tests.Operating;

/// <summary>What keeps a service running starts a consumer again that was killed, and lets one be that has ended.</summary>
public sealed partial class ServiceRestartTests
{
    private const string Rules = """
        consumer service
        action slow = shell "echo ${HOOK_FILE##*/} >> begun; sleep 1; echo ${HOOK_FILE##*/} >> done" timeout 2m

        on Write *.py -> slow

        """;

    // A manager in a line: it starts again what did not end with 0, as the files of all kinds ask for.
    private const string Supervisor = """while :; do "$@"; code=$?; echo $code >> exits; [ $code != 0 ] || exit 0; sleep 0.2; done""";

    /// <summary>In the words of each manager: after an error, after an orderly end, how soon and how often.</summary>
    [Fact]
    public void EachKindStartsItAgainAfterAnErrorAloneAndNotWithoutRest()
    {
        using var project = new OperatedProject(Rules);
        foreach (var kind in new[] { "systemd", "systemd-system" })
        {
            var unit = Print(project, kind).Split('\n');
            // A signal that kills is a failure to it, SIGTERM and 0 are none.
            foreach (
                var line in new[]
                {
                    "Restart=on-failure",
                    "RestartSec=2",
                    "StartLimitIntervalSec=300",
                    "StartLimitBurst=5",
                    "KillMode=mixed",
                }
            )
                unit.ShouldContain(line);
            unit.ShouldNotContain(line => line.StartsWith("SuccessExitStatus", StringComparison.Ordinal));
        }

        var keepAlive = Value(XDocument.Parse(Print(project, "launchd")).Root!.Element("dict")!, "KeepAlive");
        Value(keepAlive, "SuccessfulExit").Name.LocalName.ShouldBe("false");
        keepAlive.Elements().Count().ShouldBe(2, "nothing else keeps it alive");
        Value(XDocument.Parse(Print(project, "launchd")).Root!.Element("dict")!, "ThrottleInterval").Value.ShouldBe("30");

        var settings = XDocument.Parse(Print(project, "schtasks")).Root!.Elements().Single(one => one.Name.LocalName == "Settings");
        var again = settings.Elements().Single(one => one.Name.LocalName == "RestartOnFailure");
        again.Elements().Select(one => (one.Name.LocalName, one.Value)).ShouldBe([("Interval", "PT1M"), ("Count", "5")]);
        // Else it would be ended after three days.
        settings.Elements().Single(one => one.Name.LocalName == "ExecutionTimeLimit").Value.ShouldBe("PT0S");

        var yaml = new YamlStream();
        yaml.Load(new StringReader(Print(project, "compose")));
        // Docker counts over the container's whole life: with a number it would stay down after some months of upgrades.
        ((string?)yaml.Documents[0].RootNode["services"]["consumer"]["restart"]).ShouldBe("on-failure");
    }

    [TheoryNeeding(Need.Systemd)]
    [InlineData("systemd")]
    [InlineData("systemd-system")]
    public void SystemdTakesTheUnitOfARealProject(string kind)
    {
        using var project = new OperatedProject(Rules);
        project.Variables["USER"] = "root";
        project.Run("compile", "--services", kind).ExitCode.ShouldBe(0);
        var verified = RealProcess.Run(
            "systemd-analyze",
            [
                "verify",
                "--man=no",
                .. kind == "systemd" ? ["--user"] : Array.Empty<string>(),
                project.PathOf($".claude/hookrules/services/{kind}.service"),
            ],
            default,
            new Dictionary<string, string>(project.Environment) { ["XDG_RUNTIME_DIR"] = project.Home },
            "/"
        );
        verified.Stderr.ShouldNotContain($"{kind}.service", Case.Sensitive, verified.Stderr);
    }

    [FactNeeding(Need.Unix)]
    public void AKilledConsumerIsStartedAgainAndGoesOnAndOneThatWasStoppedStaysDown()
    {
        const int Events = 6;
        using var project = new OperatedProject(Rules);
        var words = Word()
            .Matches(Print(project, "systemd").Split('\n').Single(line => line.StartsWith("ExecStart=:", StringComparison.Ordinal)))
            .Select(word => word.Groups[1].Value)
            .ToArray();
        words[1..3].ShouldBe(["run", "--service"]);
        for (var number = 0; number < Events; number++)
            project.Wrote($"{number}.py");
        project.Lines("begun").ShouldBeEmpty("no hook starts a consumer");

        using var supervisor = new FaultBench.RunningConsumer(
            RealProcess.Start("/bin/sh", ["-c", Supervisor, "sh", .. words], project.Environment, project.Folder)
        );
        try
        {
            for (var (kills, begun) = (1, 0); kills <= 2; kills++)
            {
                project.Until(() => project.Lines("begun").Length > begun, "nothing is at work");
                FaultBench.Tool("kill", "-KILL", $"{Consumer(project)}").ShouldBe(0);
                project.Until(() => project.Lines("exits").Length == kills, "the supervisor did not see it end");
                begun = project.Lines("begun").Length;
            }

            project.Until(() => project.Runs.Length >= Events && IsEmpty(project), "it does not go on");
            project.Lines("done").Distinct().Order().ShouldBe(Enumerable.Range(0, Events).Select(number => $"{number}.py"));
            // A run that was taken once says nothing of deliveries.
            project
                .Runs.Any(run => run.TryGetProperty("deliveries", out var deliveries) && deliveries.GetInt32() > 0)
                .ShouldBeTrue("nothing had begun when it was killed");
            Directory.GetFiles(project.State.Spool("dead")).ShouldBeEmpty();

            var stop = project.Run("run", "--stop");
            stop.ExitCode.ShouldBe(0, stop.Stderr);
            supervisor.Process.WaitForExit(20_000).ShouldBeTrue("it was started again after an orderly end");
            project.Lines("exits").ShouldBe(["137", "137", "0"]);
            project.Wrote("later.py");
            ConsumerLook.At(project.State).Runs.ShouldBeFalse();
            Directory.GetFiles(project.State.Spool("new")).Length.ShouldBe(1, "what comes meanwhile waits");
        }
        finally
        {
            if (!supervisor.Process.HasExited)
                supervisor.Process.Kill(entireProcessTree: true);
        }
    }

    private static string Print(OperatedProject project, string kind)
    {
        var printed = project.Run("service", "print", "--kind", kind);
        (printed.ExitCode, printed.Stderr).ShouldBe((0, ""));
        return printed.Stdout;
    }

    /// <summary>Of a key in a property list.</summary>
    private static XElement Value(XElement dict, string key) => (XElement)dict.Elements("key").Single(one => one.Value == key).NextNode!;

    private static int Consumer(OperatedProject project)
    {
        ConsumerRecord? record = null;
        // Beside the lock of a new one may still lie the record of the one before.
        project.Until(
            () => ConsumerLook.At(project.State) is { State: "working" or "waiting" } look && (record = look.Record) is not null,
            "no consumer runs"
        );
        return record!.Pid;
    }

    private static bool IsEmpty(OperatedProject project) =>
        new[] { "new", "orders", "claimed", "later" }.All(folder =>
            Directory.GetFiles(project.State.Spool(folder), "*.json*", SearchOption.AllDirectories).Length == 0
        );

    [GeneratedRegex("\"([^\"]*)\"")]
    private static partial Regex Word();
}
