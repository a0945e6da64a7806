using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class IfNeverTrue()
    : SettingsRule("HR3041", "if-never-true", Severity.Error, "An \"if\" that is no single permission rule is never true.")
{
    public override string Why =>
        "\"if\" takes one rule, Tool(pattern), with the tool's exact name: no |, no && and no lists, no braces and no ! in the "
        + "pattern, no * in the name. And it must be a tool that the matcher lets through; Write(*.py) does not cover Edit.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "check-python", "if": "Write|Edit(*.py)" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write|Edit", "hooks": [
                  { "type": "command", "command": "check-python", "if": "Write(*.py)" },
                  { "type": "command", "command": "check-python", "if": "Edit(*.py)" }
                ] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.IsToolEvent
        let rule = document.StringOf(entry.Node["if"])
        where rule is { Length: > 0 }
        let problem = Problem(entry, rule)
        where problem is not null
        select Found(
            document.Place(entry.Node["if"]!),
            $"{problem}: this handler silently never runs",
            "write one rule, such as \"Bash(git push *)\" or \"Edit(*.py)\", and a handler for each tool"
        );

    private static string? Problem(HookHandler entry, string rule)
    {
        var open = rule.IndexOf('(', StringComparison.Ordinal);
        var tool = open < 0 ? rule : rule[..open];
        if (tool.AsSpan().ContainsAny("|&, "))
            return "\"if\" takes a single permission rule";
        if (open >= 0 && rule[^1] != ')')
            return "the bracket of this rule is not closed";
        if (rule.Contains(") ", StringComparison.Ordinal) && rule.IndexOf('(', rule.IndexOf(") ", StringComparison.Ordinal)) > 0)
            return "\"if\" takes a single permission rule";
        if (IsList(rule))
            return "\"if\" takes a single permission rule";
        if (tool.Contains('*', StringComparison.Ordinal))
            return "\"if\" needs the exact name of a tool, and * is none";
        if (
            HookTools.Find(tool) is null
            && !HookTools.IsMcp(tool)
            && NearestName.Find(tool, HookTools.All.Select(known => known.Name)) is { } nearest
            && HookTools.Canonical(tool) == tool
        )
            return $"there is no tool \"{tool}\"; did you mean \"{nearest}\"?";
        var pattern = open < 0 ? "" : rule[(open + 1)..^1];
        var isPath = tool is "Write" or "Edit" or "Read" or "NotebookEdit";
        if (isPath && pattern.StartsWith('!'))
            return "a pattern with ! matches nothing in \"if\"";
        if (isPath && pattern.Contains('{', StringComparison.Ordinal) && pattern.Contains('}', StringComparison.Ordinal))
            return "\"if\" knows no braces";
        var names = entry.MatcherText;
        return names is { IsList: true } && HookTools.Find(tool) is not null && !names.Names.Select(HookTools.Canonical).Contains(tool)
            ? $"the matcher \"{names.Text}\" lets no {tool} through"
            : null;
    }

    /// <summary>Behind a bracket another rule begins: Bash(a)|Write(b).</summary>
    private static bool IsList(string rule)
    {
        for (var close = rule.IndexOf(')', StringComparison.Ordinal); close >= 0; close = rule.IndexOf(')', close + 1))
        {
            var rest = rule.AsSpan(close + 1).TrimStart();
            var next = rest.TrimStart("|&, ");
            var open = next.IndexOf('(');
            if (next.Length < rest.Length && open > 0 && HookTools.Find(next[..open].ToString()) is not null)
                return true;
        }

        return false;
    }
}
