using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class BashRuleOnWindows()
    : GraphRule("HR2017", "bash-rule-on-windows", Severity.Hint, "A guard of Bash that names Windows commands misses the tool PowerShell.")
{
    public override string Why =>
        "On Windows Claude Code has a tool PowerShell beside Bash. A rule on Bash alone that looks for commands of Windows never "
        + "sees most of them.";

    public override string Bad =>
        """
            on before Bash where command contains "Remove-Item" -> deny "Not here."
            """;

    public override string Good =>
        """
            on before Bash|PowerShell where command contains "Remove-Item" -> deny "Not here."
            """;

    private static readonly string[] Windows =
    [
        "Remove-Item",
        "Set-Content",
        "Invoke-WebRequest",
        "Start-Process",
        "Get-ChildItem",
        "rd /s",
        "del /",
        "reg add",
        "taskkill",
    ];

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where
            rule.Event == "PreToolUse"
            && rule.Matcher is Matcher.Names { Values: ["Bash"] }
            && (rule.Decisions.Length > 0 || rule.Sets.Length > 0)
        where GraphFacts.Texts(rule).Any(text => Windows.Any(word => text.Contains(word, StringComparison.OrdinalIgnoreCase)))
        select Found(
            rule.Source,
            "on Windows such commands come through the tool PowerShell, which this rule does not match",
            "write on before Bash|PowerShell …"
        );
}
