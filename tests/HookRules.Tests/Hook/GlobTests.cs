using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>Which files a guard with globs holds, in the native hook: the last glob that matches decides.</summary>
public sealed class GlobTests
{
    [Theory]
    [InlineData("!*.md", "a.py", true)]
    [InlineData("!*.md", "a.md", false)]
    [InlineData("!*.md", "docs/a.md", false)]
    [InlineData("!docs/** docs/keep/**", "src/a.py", true)]
    [InlineData("!docs/** docs/keep/**", "docs/a.md", false)]
    [InlineData("!docs/** docs/keep/**", "docs/keep/a.md", true)]
    [InlineData("*.py !test_*", "a.py", true)]
    [InlineData("*.py !test_*", "test_a.py", false)]
    [InlineData("*.py !test_*", "a.md", false)]
    [InlineData("*.py !test_* test_keep.py", "test_keep.py", true)]
    public void AGuardHoldsTheFilesOfItsGlobs(string globs, string file, bool held)
    {
        var rule = HookProject.Guard() with
        {
            Matcher = new Matcher.Names(["Write"]),
            Globs = [.. globs.Split(' ').Select(glob => Glob.TryParse(glob, out _)!)],
        };
        using var project = new HookProject(rule);

        var result = project.Run(
            HookProject.Payload(
                "PreToolUse",
                $$"""
                "tool_name":"Write","tool_input":{"file_path":"{{project.Folder}}/{{file}}","content":""}
                """.Trim()
            )
        );

        result.Stdout.Contains("\"permissionDecision\":\"deny\"", StringComparison.Ordinal).ShouldBe(held);
    }
}
