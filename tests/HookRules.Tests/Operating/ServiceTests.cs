using System.Xml;
using System.Xml.Linq;
using HookRules.Compiler.Emit.Services;
using HookRules.Runtime.Operating;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace HookRules.Tests.Operating;

/// <summary><c>hookrules service</c>: files that the systems' own verifiers take, and a consumer that is started from one.</summary>
public sealed class ServiceTests
{
    private const string Odd = "/home/me/a \"b\" & <c> %h ${HOME} 'd' ü";

    private const string Rules = """
        consumer service
        action slow = shell "sleep 0.1; echo $HOOK_FILE >> done" timeout 2m
        action chat = http POST env.CHAT_URL json { text: "{file}" }

        on Write *.py -> slow
        on Write *.txt -> chat

        """;

    private static readonly ConsumerService OddService = new(
        "shop-0123456789ab",
        Odd,
        Odd + "/.claude/hookrules/plan.json",
        "/bin/true",
        "/home/me/.local/state/hookrules/shop-0123456789ab"
    )
    {
        Environment = [("PATH", "/usr/bin:/odd \"%\"/bin")],
        Passed = ["CHAT_URL"],
        StopSeconds = 125,
        User = "root",
        SecretsFile = Odd + ".env",
    };

    private static string Of(ServiceKind kind)
    {
        var text = ServiceFile.Render(kind, OddService, out var problem);
        problem.ShouldBeNull();
        return text.ShouldNotBeNull();
    }

    [TheoryNeeding(Need.Systemd)]
    [InlineData("systemd")]
    [InlineData("systemd-system")]
    public void SystemdTakesAUnitWhateverIsInItsPaths(string kind)
    {
        var folder = Directory.CreateTempSubdirectory("hookrules unit-");
        try
        {
            // The folder has to be there to be verified.
            var project = Directory.CreateDirectory(Path.Combine(folder.FullName, Odd[1..])).FullName;
            var unit = Path.Combine(folder.FullName, "hookrules-test.service");
            var service = OddService with { ProjectDir = project };
            File.WriteAllText(unit, ServiceFile.Render(ServiceKinds.Parse(kind)!.Value, service, out _));
            string[] scope = kind == "systemd" ? ["--user"] : [];
            var verified = RealProcess.Run(
                "systemd-analyze",
                ["verify", "--man=no", .. scope, unit],
                default,
                new Dictionary<string, string> { ["XDG_RUNTIME_DIR"] = folder.FullName, ["HOME"] = folder.FullName },
                "/"
            );
            verified.Stderr.ShouldNotContain("hookrules-test", Case.Sensitive, verified.Stderr);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    [Fact]
    public void AUnitEndsAConsumerGentlyAndNamesWhatItPasses()
    {
        var lines = Of(ServiceKind.Systemd).Split('\n');
        foreach (
            var line in new[]
            {
                "Type=exec",
                "KillMode=mixed",
                "TimeoutStopSec=125",
                "Restart=on-failure",
                "StartLimitBurst=5",
                "PassEnvironment=CHAT_URL",
                "Environment=\"PATH=/usr/bin:/odd \\\"%%\\\"/bin\"",
                "WantedBy=default.target",
                "WorkingDirectory=/home/me/a \"b\" & <c> %%h ${HOME} 'd' ü",
                "ExecStart=:\"/bin/true\" \"run\" \"--service\" \"--plan\" "
                    + "\"/home/me/a \\\"b\\\" & <c> %%h ${HOME} 'd' ü/.claude/hookrules/plan.json\"",
            }
        )
            lines.ShouldContain(line);
        Of(ServiceKind.SystemdSystem).ShouldContain("\nUser=root\n");
    }

    [Theory]
    [InlineData("launchd")]
    [InlineData("schtasks")]
    public void AnXmlFileIsWellFormedAndCarriesEveryPath(string kind)
    {
        var text = Of(ServiceKinds.Parse(kind)!.Value);
        using var reader = XmlReader.Create(
            new StringReader(text),
            new XmlReaderSettings { DtdProcessing = DtdProcessing.Ignore, XmlResolver = null }
        );
        var values = XDocument.Load(reader).Descendants().Where(element => !element.HasElements).Select(element => element.Value).ToList();
        values.ShouldContain(Odd);
        values.ShouldContain(value => value.Contains(Odd.Replace("\"", kind == "schtasks" ? "\\\"" : "\""), StringComparison.Ordinal));
        text.All(char.IsAscii).ShouldBeTrue();
        if (kind == "launchd")
            values.ShouldContain("125");
    }

    [TheoryNeeding(Need.Xmllint)]
    [InlineData("launchd")]
    [InlineData("schtasks")]
    public void XmllintTakesAnXmlFile(string kind)
    {
        var file = Path.GetTempFileName();
        File.WriteAllText(file, Of(ServiceKinds.Parse(kind)!.Value));
        FaultBench.Tool("xmllint", "--noout", "--nonet", file).ShouldBe(0);
        File.Delete(file);
    }

    [Fact]
    public void AComposeFileHasTheSpoolOnAVolumeAndNoValueOfASecret()
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(Of(ServiceKind.Compose)));
        var service = yaml.Documents[0].RootNode["services"]["consumer"];
        // Compose reads $$ as $.
        var paths = ((YamlSequenceNode)service["volumes"]).Select(volume => ((string?)volume["source"])!.Replace("$$", "$")).ToList();
        paths.ShouldBe([Odd, OddService.StatePath, "/bin"]);
        ((string?)service["environment"]["CHAT_URL"]).ShouldBeNullOrEmpty();
        ((string?)service["stop_grace_period"]).ShouldBe("125s");
        ((string?)service["restart"]).ShouldBe("on-failure");
        ((YamlSequenceNode)service["command"]).Last().ToString().Replace("$$", "$").ShouldBe(OddService.PlanPath);
    }

    [Fact]
    public void WhatNoFileCanCarryIsRefused()
    {
        ServiceFile
            .Render(ServiceKind.Systemd, OddService with { PlanPath = "/a\nExecStartPre=/bin/evil" }, out var problem)
            .ShouldBeNull();
        problem.ShouldBe("/a\\nExecStartPre=/bin/evil holds a control character, which no service file can carry");
    }

    [Fact]
    public void AServiceIsInstalledAndOnlyOursIsTakenAway()
    {
        using var project = new OperatedProject(Rules);
        project.Variables["XDG_CONFIG_HOME"] = Path.Combine(project.Home, ".config");
        project.Variables["CHAT_URL"] = "https://chat.example/secret-token";
        var folder = Path.Combine(project.Home, ".config", "systemd", "user");
        var installed = project.Run("service", "install", "--kind", "systemd");
        (installed.ExitCode, installed.Stderr).ShouldBe((0, ""));
        var unit = Directory.GetFiles(folder).Single();
        installed.Stdout.ShouldContain($"written: {unit}\nstart it: systemctl --user daemon-reload && systemctl --user enable --now");
        File.ReadAllText(unit).ShouldBe(project.Run("service", "print", "--kind", "systemd").Stdout);
        File.ReadAllText(unit).ShouldNotContain("secret-token");
        // The longest action takes two minutes.
        File.ReadAllText(unit).ShouldContain("\nTimeoutStopSec=125\n");

        project.Run("service", "uninstall", "--kind", "systemd").Stdout.ShouldStartWith($"removed: {unit}\n");
        File.Exists(unit).ShouldBeFalse();
        File.WriteAllText(unit, "[Service]\nExecStart=/bin/mine\n");
        var foreign = project.Run("service", "uninstall", "--kind", "systemd");
        (foreign.ExitCode, foreign.Stderr).ShouldBe((3, $"hookrules: {unit} is not of hookrules service; it stays as it is\n"));
        project.Run("service", "install", "--kind", "systemd").ExitCode.ShouldBe(3);
        File.Delete(unit);
        File.CreateSymbolicLink(unit, Path.Combine(project.Home, "elsewhere"));
        project.Run("service", "install", "--kind", "systemd").Stderr.ShouldContain("which is not followed");
        File.Exists(Path.Combine(project.Home, "elsewhere")).ShouldBeFalse();
        project.Run("service", "print", "--kind", "cron").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void WithAServiceNoHookStartsAConsumerAndTheOneOfTheUnitDoesTheWork()
    {
        using var project = new OperatedProject(Rules);
        project.Wrote("a.py");
        ConsumerLook.At(project.State).Runs.ShouldBeFalse();
        project.Run("status").ExitCode.ShouldBe(1);
        project.Run("status").Stdout.ShouldContain("none; start its service: hookrules service install");
        project.Run("doctor").Stdout.ShouldContain("the rules say \"consumer service\" and none runs");

        var unit = project.Run("service", "print", "--kind", "systemd").Stdout.Split('\n');
        var words = unit.Single(line => line.StartsWith("ExecStart=:", StringComparison.Ordinal))["ExecStart=:".Length..]
            .Split('"', StringSplitOptions.RemoveEmptyEntries)
            .Where(word => word != " ")
            .ToArray();
        // Which an upgrade lets lead to the new version.
        words[0].ShouldBe(Path.Combine(project.Home, ".local/share/hookrules/current/hookrules"));
        var consumer = project.Start(words[1..]);
        project.Until(() => project.Lines("done").Length == 1, "the service does not work");
        project.Run("status").ExitCode.ShouldBe(0);
        project.Run("doctor").Stdout.ShouldNotContain("none runs");
        consumer.Signal("TERM");
        consumer.Process.WaitForExit(20_000).ShouldBeTrue();
        consumer.Process.ExitCode.ShouldBe(0);
    }
}
