using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class UnknownHandlerType()
    : SettingsRule("HR3017", "unknown-handler-type", Severity.Error, "There are five types of handlers.")
{
    public override string Why =>
        "Claude Code knows command, http, mcp_tool, prompt and agent. Any other type, mcp-tool and llm-prompt included, voids the "
        + "entry; under PreToolUse and PermissionRequest the whole file, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "mcp-tool", "server": "linter", "tool": "lint_file" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "mcp_tool", "server": "linter", "tool": "lint_file" }] }]
              }
            }
            """;

    private static readonly Dictionary<string, string> Meant = new(StringComparer.Ordinal)
    {
        ["llm-prompt"] = "prompt",
        ["llm"] = "prompt",
        ["script"] = "command",
        ["shell"] = "command",
        ["bash"] = "command",
        ["mcp"] = "mcp_tool",
        ["webhook"] = "http",
        ["url"] = "http",
        ["subagent"] = "agent",
    };

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from problem in document.Faults
        where problem.Code == Code
        let written = document.StringOf(problem.Node)
        let nearest = written is null ? null : Meant.GetValueOrDefault(written) ?? NearestName.Find(written, EntryFault.HandlerTypes)
        select Found(
            document.Place(problem.Node),
            $"{problem.Problem}: {document.Outcome(problem.Event)}{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
            nearest is null ? problem.Fix : $"write \"{nearest}\""
        );
}
