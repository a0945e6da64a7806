using System.Text.Json;
using HookRules.Tests.Cli;
using HookRules.Tests.Runtime.Stores;
using Shouldly;

namespace HookRules.Tests.Operating;

/// <summary>What <c>run --probe</c>, <c>doctor</c> and <c>status</c> say of a Redis.</summary>
public sealed class RedisOperatingTests : IDisposable
{
    private const string Rules = """
        queue redis env.REDIS_URL stream "hooks"
        on Write *.py -> log "written"

        """;

    private readonly RedisServerFixture server = new();
    private readonly CliProject project;
    private string? url;

    public RedisOperatingTests() =>
        project = new CliProject(Rules)
        {
            Environment = name =>
                name switch
                {
                    "REDIS_URL" => url,
                    "XDG_STATE_HOME" => Path.Join(server.Folder, "state"),
                    _ => null,
                },
        };

    public void Dispose()
    {
        project.Dispose();
        server.Dispose();
    }

    [FactNeeding(Need.Redis)]
    public void AServerThatCanBeUsedIsFoundSo()
    {
        server.Start("--appendonly", "yes");
        url = server.Url;
        project.Run("compile").ExitCode.ShouldBe(0);

        project.Run("run", "--probe").ExitCode.ShouldBe(0);
        project.Run("doctor").Out.ShouldContain("queue redis env.REDIS_URL stream \"hooks\" can be used");
    }

    [FactNeeding(Need.Redis)]
    public void OneThatCannotIsToldWithItsCauseAndNoSecret()
    {
        server.Start("--requirepass", "hunter2");
        url = $"unix://:wrong-hunter@{server.Socket}";
        project.Run("compile").ExitCode.ShouldBe(0);
        var why = $"{server.Socket} does not take the user or the password of the URL";

        var probe = project.Run("run", "--probe");
        (probe.ExitCode, probe.Error.Contains(why)).ShouldBe((1, true));
        var doctor = project.Run("doctor", "--format", "json");
        JsonDocument
            .Parse(doctor.Out)
            .RootElement.GetProperty("findings")
            .EnumerateArray()
            .ShouldContain(finding => finding.GetProperty("check").GetString() == "queue" && finding.GetRawText().Contains(why));
        (probe.Error + probe.Out + doctor.Out + doctor.Error).ShouldNotContain("hunter@");
    }

    [FactNeeding(Need.Redis)]
    public void AVariableThatIsNotSetIsToldByItsName()
    {
        project.Run("compile").ExitCode.ShouldBe(0);

        var probe = project.Run("run", "--probe");

        probe.ExitCode.ShouldBe(1);
        probe.Error.ShouldContain("the variable REDIS_URL is not set");
    }
}
