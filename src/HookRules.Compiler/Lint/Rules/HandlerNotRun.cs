using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class HandlerNotRun() : SettingsRule("HR3039", "handler-not-run", Severity.Error, "Not every event runs every type of handler.")
{
    public override string Why => "SessionStart runs command and mcp_tool, Setup runs command alone, eighteen events run no prompt and no agent, PermissionRequest runs no agent. The others are skipped or end in an error of the hook.";

    public override string Bad => """
        {
          "hooks": {
            "SessionEnd": [{ "hooks": [{ "type": "prompt", "prompt": "Sum up the session." }] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "Stop": [{ "hooks": [{ "type": "prompt", "prompt": "Is the work done? $ARGUMENTS" }] }]
          }
        }
        """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        let flag = entry.Type switch { "command" => HandlerTypes.Command, "http" => HandlerTypes.Http, "mcp_tool" => HandlerTypes.McpTool, "prompt" => HandlerTypes.Prompt, _ => HandlerTypes.Agent }
        where (entry.Event.Handlers & flag) == 0
        select Found(document.Place(entry.Node["type"]!), $"Claude Code runs no \"{entry.Type}\" handler on {entry.Event.Name}", "use \"type\": \"command\"");
}
