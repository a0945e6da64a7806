using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A built-in tool of Claude Code.</summary>
public sealed record HookTool(
    string Name,
    /// <summary>Names from before, which matchers may still use; the payload never does.</summary>
    ImmutableArray<string> Aliases,
    /// <summary>The field of <c>tool_input</c> that names its file or folder; null where it has none.</summary>
    string? FileField,
    /// <summary>schemas/tools/ has its input; otherwise any field may be there.</summary>
    bool HasSchema
);

/// <summary>The tools that Claude Code 2.1.328 brings along. MCP tools (<c>mcp__server__tool</c>) come on top.</summary>
public static class HookTools
{
    public const string McpPrefix = "mcp__";

    public static ImmutableArray<HookTool> All { get; } =
    [
        new("Agent", ["Task"], null, true),
        new("Artifact", [], null, false),
        new("AskUserQuestion", [], null, true),
        new("Bash", [], null, true),
        new("ClaudeDesign", [], null, false),
        new("CronCreate", [], null, false),
        new("CronDelete", [], null, false),
        new("CronList", [], null, false),
        new("Edit", [], "file_path", true),
        new("EndConversation", [], null, false),
        new("EnterPlanMode", [], null, false),
        new("EnterWorktree", [], "path", true),
        new("ExitPlanMode", [], null, true),
        new("ExitWorktree", [], null, false),
        new("Glob", [], "path", true),
        new("Grep", [], "path", true),
        new("LSP", [], null, false),
        new("ListAgents", ["ListPeers"], null, false),
        new("ListMcpResourcesTool", ["ListMcpResources"], null, true),
        new("Monitor", [], null, true),
        new("NotebookEdit", [], "notebook_path", true),
        new("OfferChromeSetup", [], null, false),
        new("PowerShell", [], null, true),
        new("Projects", [], null, false),
        new("PushNotification", [], null, false),
        new("Read", [], "file_path", true),
        new("ReadMcpResourceDirTool", ["ReadMcpResourceDir"], null, false),
        new("ReadMcpResourceTool", ["ReadMcpResource"], null, true),
        new("ReadNotifications", [], null, false),
        new("RemoteTrigger", [], null, false),
        new("ReportFindings", [], null, false),
        new("ScheduleWakeup", [], null, false),
        new("SendFeedback", [], null, false),
        new("SendMessage", [], null, false),
        new("SendUserFile", [], null, false),
        new("SendUserMessage", ["Brief"], null, false),
        new("SetGoal", ["ProposeGoal"], null, false),
        new("ShareOnboardingGuide", [], null, false),
        new("ShowOnboardingRolePicker", [], null, false),
        new("Skill", [], null, true),
        new("SubagentHandback", [], null, false),
        new("TaskCreate", [], null, true),
        new("TaskGet", [], null, true),
        new("TaskList", [], null, true),
        new("TaskStop", ["KillShell", "KillBash"], null, true),
        new("TaskUpdate", [], null, true),
        new("TodoWrite", [], null, true),
        new("ToolSearch", [], null, false),
        new("WaitForMcpServers", [], null, false),
        new("WebFetch", [], null, true),
        new("WebSearch", [], null, true),
        new("Workflow", [], null, false),
        new("Write", [], "file_path", true),
        new("propose_skills", [], null, false),
    ];

    /// <summary>Names of tools that are gone: a matcher naming one never fires.</summary>
    public static ImmutableArray<string> Removed { get; } =
    ["MultiEdit", "LS", "NotebookRead", "TodoRead", "BashOutput", "TaskOutput", "AgentOutputTool", "SlashCommand", "exit_plan_mode"];

    /// <summary>By its exact name of today; null for MCP tools and unknown ones.</summary>
    public static HookTool? Find(string name)
    {
        foreach (var tool in All.AsSpan())
        {
            if (tool.Name == name)
                return tool;
        }

        return null;
    }

    /// <summary>The names that a tool had before, which Claude Code compares with a regular expression too.</summary>
    public static ImmutableArray<string> FormerNames(string name) => Find(name)?.Aliases ?? [];

    /// <summary>The name of today for one from before; every other name as it is.</summary>
    public static string Canonical(string name)
    {
        foreach (var tool in All.AsSpan())
        {
            if (tool.Aliases.Contains(name))
                return tool.Name;
        }

        return name;
    }

    public static bool IsMcp(string name) => name.StartsWith(McpPrefix, StringComparison.Ordinal);
}
