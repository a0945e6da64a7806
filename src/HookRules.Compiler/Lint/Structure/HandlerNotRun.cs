using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HandlerNotRun()
    : SettingsRule("HR3039", "handler-not-run", Severity.Error, "Not every event runs every type of handler.")
{
    public override string Why =>
        "SessionStart runs command and mcp_tool (the latter not at launch, when no server is connected), Setup runs command alone, "
        + "eighteen events run no prompt and no agent, PermissionRequest runs no agent. The others are skipped or end in an error "
        + "of the hook.";

    public override string Bad =>
        """
            {
              "hooks": {
                "SessionEnd": [{ "hooks": [{ "type": "prompt", "prompt": "Sum up the session." }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "prompt", "prompt": "Is the work done? $ARGUMENTS" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => Unsupported(document).Concat(AtLaunch(document));

    /// <summary>When a session starts, no MCP server is connected yet.</summary>
    private IEnumerable<Finding> AtLaunch(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Name == "SessionStart" && entry.Type == "mcp_tool" && !entry.IsOnlyFor("clear", "compact", "resume", "fork")
        let never = entry.IsOnlyFor("startup")
        select Found(
            document.Place(entry.Node["type"]!),
            never
                ? "when a session starts no MCP server is connected yet, so this is always skipped"
                : "at the start of a session no MCP server is connected yet, so this runs after clear and compact alone",
            never ? "use \"type\": \"command\"" : "say so with \"matcher\": \"clear|compact\", or use \"type\": \"command\"",
            never ? null : Severity.Hint
        );

    private IEnumerable<Finding> Unsupported(SettingsDocument document) =>
        from entry in document.Entries
        let flag = entry.Type switch
        {
            "command" => HandlerTypes.Command,
            "http" => HandlerTypes.Http,
            "mcp_tool" => HandlerTypes.McpTool,
            "prompt" => HandlerTypes.Prompt,
            _ => HandlerTypes.Agent,
        }
        where (entry.Event.Handlers & flag) == 0
        select Found(
            document.Place(entry.Node["type"]!),
            $"Claude Code runs no \"{entry.Type}\" handler on {entry.Event.Name}",
            "use \"type\": \"command\""
        );
}
