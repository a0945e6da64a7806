using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;

namespace HookRules.Tests.Engine;

/// <summary>The shell-aware conditions of a table, as the text form spells them.</summary>
internal static class ShellConditions
{
    public static Condition Parse(string text)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", $"on before Bash where {text} -> deny \"x\""));
        compilation.Diagnostics.ShouldBeEmpty(text);
        return compilation.Graph.Rules[0].Where!;
    }
}
