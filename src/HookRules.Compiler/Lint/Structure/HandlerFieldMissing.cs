using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HandlerFieldMissing()
    : SettingsRule("HR3018", "handler-field-missing", Severity.Error, "A handler lacks the field that its type needs.")
{
    public override string Why =>
        "A command needs \"command\", http needs \"url\", mcp_tool needs \"server\" and \"tool\", prompt and agent need \"prompt\" "
        + "(an agent takes no server, tool or arguments: that is mcp_tool). Without it the entry is dropped; under PreToolUse and "
        + "PermissionRequest the whole file, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "agent", "server": "linter", "tool": "lint_file" }] }]
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

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from problem in document.Faults
        where problem.Code == Code
        let isMcp = problem.Node.Kind == JsonTextKind.Object
            && document.StringOf(problem.Node["type"]) == "agent"
            && problem.Node["server"] is not null
        select Found(
            document.Place(problem.Node),
            $"{problem.Problem}: {document.Outcome(problem.Event)}",
            isMcp ? "\"server\" and \"tool\" belong to the type \"mcp_tool\"" : problem.Fix
        );
}
