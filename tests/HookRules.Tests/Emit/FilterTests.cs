using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Emit;

/// <summary>The <c>if</c> of an entry, by which Claude Code starts a hook for some files alone.</summary>
public class FilterTests
{
    [Theory]
    [InlineData("/home/me/project", true)]
    [InlineData("/home/me/pro\nject", false)]
    [InlineData("/home/me/pro\rject", false)]
    [InlineData("/home/me/pro\u2028ject", false)]
    [InlineData("/home/me/pro\u2029ject", false)]
    public void AFolderWithALineEndInItsNameHasNone(string folder, bool hasFilter)
    {
        var rules = new SourceText("main.hookrules", "on Write *.py -> log \"a\"\non PostToolUse Edit *.py -> command \"make\"\n");
        var target = new EmissionTarget(folder, folder + "/.claude/settings.json", RuntimeMode.Launcher, null);

        var entries = SettingsEmitter.Emit(Compilation.Create(rules).Graph, "hash", target.Options);

        var handlers = entries.SelectMany(entry => entry.Handlers).ToArray();
        handlers.Length.ShouldBe(2);
        handlers.ShouldAllBe(handler => handler.Contains("\"if\":", StringComparison.Ordinal) == hasFilter);
    }
}
