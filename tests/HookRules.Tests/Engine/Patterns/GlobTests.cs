using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class GlobTests
{
    [Theory]
    [InlineData("*.py", "a.py", true)]
    [InlineData("*.py", "deep/er/a.py", true)]
    [InlineData("*.py", "a.pyc", false)]
    [InlineData("*.py", "a.PY", false)]
    [InlineData("*.py", ".py", true)]
    [InlineData("Makefile", "sub/Makefile", true)]
    [InlineData("Makefile", "Makefile.am", false)]
    [InlineData(".env*", "x/.env.local", true)]
    [InlineData("?.c", "ab.c", false)]
    [InlineData("?.c", "😀.c", true)]
    [InlineData("[a-c].txt", "b.txt", true)]
    [InlineData("[!a-c].txt", "b.txt", false)]
    [InlineData("[!a-c].txt", "d.txt", true)]
    [InlineData("[]x].c", "].c", true)]
    [InlineData("*.{ts,tsx}", "a.tsx", true)]
    [InlineData("*.{ts,tsx}", "a.t", false)]
    [InlineData("{a,b{c,d}}.x", "bd.x", true)]
    [InlineData("\\*.md", "*.md", true)]
    [InlineData("\\*.md", "a.md", false)]
    [InlineData("src/**", "src/a/b.cs", true)]
    [InlineData("src/**", "src", false)]
    [InlineData("src/**", "lib/src/a", false)]
    [InlineData("src/*.cs", "src/a/b.cs", false)]
    [InlineData("**/gen/**", "gen/a", true)]
    [InlineData("**/gen/**", "a/b/gen/c/d", true)]
    [InlineData("src/**/x.py", "src/x.py", true)]
    [InlineData("src/**/x.py", "src/a/b/x.py", true)]
    [InlineData("/top.txt", "top.txt", true)]
    [InlineData("/top.txt", "sub/top.txt", false)]
    [InlineData("./top.txt", "top.txt", true)]
    [InlineData("build/", "build/x", true)]
    [InlineData("build/", "a/build/x", true)]
    [InlineData("a/build/", "a/build/x", true)]
    [InlineData("a/build/", "b/a/build/x", false)]
    [InlineData("build/", "build", false)]
    [InlineData("a/build/", "a/build", false)]
    [InlineData("a[/-9]b", "a/b", false)]
    [InlineData("a[/-9]b", "a0b", true)]
    [InlineData("x/a[.-9]b", "x/a/b", false)]
    [InlineData("*.py", "new\nline.py", true)]
    [InlineData("a b.txt", "a b.txt", true)]
    [InlineData("a+(b).txt", "a+(b).txt", true)]
    public void AGlobMatchesAsAGitignorePatternDoes(string glob, string path, bool matches) =>
        Glob.TryParse(glob, out _)!.IsMatch(path).ShouldBe(matches);

    [Theory]
    [InlineData("[a", "never closed")]
    [InlineData("{a,b", "never closed")]
    [InlineData("!", "empty")]
    [InlineData("[z-a]", "wrong order")]
    public void ABrokenPatternIsRefusedWithTheReason(string glob, string reason)
    {
        Glob.TryParse(glob, out var problem).ShouldBeNull();
        problem!.ShouldContain(reason);
    }
}
