using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Install;

/// <summary>Which way `.config/build/publish` takes for each kind of machine; a stand-in for `dotnet` writes down how it is
/// called.</summary>
public sealed class PublishTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hookrules-publish-").FullName;

    public PublishTests()
    {
        Program("clang", "exit 0");
        Program("ld.lld", "exit 0");
    }

    private string Calls => File.ReadAllText(Path.Combine(root, "calls"));

    public void Dispose() => Directory.Delete(root, recursive: true);

    [TheoryNeeding(Need.Linux)]
    [InlineData("current", "--use-current-runtime")]
    [InlineData("linux-x64", "-r linux-x64")]
    [InlineData("linux-arm64", "-r linux-arm64")]
    public void OnLinuxBothProgramsAreNative(string rid, string argument)
    {
        Dotnet();
        var published = Publish(rid);

        published.ShouldBe(new ProcessResult("hookrules native\nhookrules-hook static\n", "", 0));
        Calls.ShouldContain($"HookRules.Cli {argument} -p:Native=true");
        Calls.ShouldContain($"HookRules.Hook {argument} -p:Native=true -p:StaticExecutable=true");
        File.Exists(Path.Combine(root, "out", "program")).ShouldBeTrue();
    }

    [TheoryNeeding(Need.Linux)]
    [InlineData("osx-arm64")]
    [InlineData("win-x64")]
    public void ForAnotherSystemTheProgramsStartDotnet(string rid)
    {
        Dotnet();
        var published = Publish(rid);

        published.ExitCode.ShouldBe(0, published.Stderr);
        published.Stdout.ShouldBe("hookrules jit\nhookrules-hook jit\n");
        published.Stderr.ShouldContain($"no native command line can be built here (one for {rid} is linked on such a system)");
        Calls.ShouldNotContain("Native=true");
    }

    [FactNeeding(Need.Linux)]
    public void WhereNothingCanBeLinkedTheProgramsStartDotnet()
    {
        Dotnet("case \"$*\" in *Native=true*) echo 'error : Platform linker not found'; exit 1 ;; esac");
        var published = Publish("linux-x64");

        published.ExitCode.ShouldBe(0, published.Stderr);
        published.Stdout.ShouldBe("hookrules jit\nhookrules-hook jit\n");
        published.Stderr.ShouldContain("Platform linker not found");
    }

    [FactNeeding(Need.Linux)]
    public void AMistakeInTheSourcesIsNoMissingCompiler()
    {
        Dotnet("echo 'a.cs(1,1): error CS1002: ; expected'; exit 1");
        var published = Publish("current");

        published.ExitCode.ShouldBe(3);
        published.Stderr.ShouldContain("error CS1002");
        published.Stderr.ShouldEndWith("hookrules: the build failed\n");
    }

    private ProcessResult Publish(string rid) =>
        RealProcess.Run(
            Repository.PathOf(".config", "build", "publish"),
            [rid, Path.Combine(root, "out")],
            environment: new Dictionary<string, string> { ["PATH"] = $"{root}:{Environment.GetEnvironmentVariable("PATH")}" }
        );

    /// <param name="first">What it does before it makes its folder.</param>
    private void Dotnet(string first = ":") =>
        Program(
            "dotnet",
            $$"""
            {{first}}
            echo "${*#*-v quiet src/}" >>'{{root}}/calls'
            while [ "$1" != -o ]; do shift; done
            mkdir -p "$2" && : >"$2/program"
            """
        );

    private void Program(string name, string script)
    {
        var path = Path.Combine(root, name);
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
