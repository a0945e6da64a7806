using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>The launcher at the root of the checkout, and what a user tries first with it.</summary>
public sealed class CheckoutTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hookrules checkout-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void TheLauncherWorksThroughALinkOfALinkFromAnyFolder()
    {
        _ = HookProject.RuntimeFolder;
        File.CreateSymbolicLink(Path.Combine(folder, "first"), Repository.PathOf("hookrules"));
        File.CreateSymbolicLink(Path.Combine(folder, "second"), "first");

        foreach (
            var program in new[]
            {
                Repository.PathOf("hookrules"),
                Path.Combine(folder, "second"),
                Path.Combine(Repository.Root, "src", "..", "hookrules"),
            }
        )
        {
            var result = RealProcess.Run(program, ["--version"], cwd: folder);

            result.ExitCode.ShouldBe(0, result.Stderr);
            result.Stdout.ShouldStartWith("0.1.0");
            result.Stderr.ShouldBe("");
        }
    }

    [Fact]
    public void TheQuickStartMeansTheSameInBothForms()
    {
        var hashes = new[] { "main.hookrules", "hookrules.yaml" }
            .Select(name =>
            {
                var compilation = Compilation.Create(
                    new SourceText(name, File.ReadAllText(Repository.PathOf("examples", "quickstart", name)))
                );
                compilation.Diagnostics.ShouldBeEmpty();
                return RuleGraphJson.Write(compilation.Graph, "0.1.0").Hash;
            })
            .ToArray();

        hashes[0].ShouldBe(hashes[1]);
    }

    [Fact]
    public void TheDemonstrationHappensAsTheRulesSayAndLeavesNothingBehind()
    {
        _ = HookProject.RuntimeFolder;

        var result = RealProcess.Run(
            Repository.PathOf("hookrules"),
            ["demo"],
            environment: new Dictionary<string, string> { ["TMPDIR"] = folder },
            cwd: folder
        );

        result.ExitCode.ShouldBe(0, result.Stdout + result.Stderr);
        result.Stdout.ShouldContain("1 instead of 5");
        result.Stdout.ShouldEndWith("Everything happened as the rules say.\n");
        result.Stdout.ShouldNotContain("\u001b");
        Directory.EnumerateFileSystemEntries(folder).ShouldBeEmpty();
    }
}
