using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Which of the universal output fields (<c>continue</c>, <c>stopReason</c>, <c>systemMessage</c>) an event honours.</summary>
public enum UniversalOutput { Honoured, SystemMessageOnly, Discarded }

[Flags]
public enum HandlerTypes { None = 0, Command = 1, Http = 2, McpTool = 4, Prompt = 8, Agent = 16 }

/// <summary>One official event: facts of spec/events.json that the hook process, the compiler and the documentation share.</summary>
public sealed record HookEvent(
    string Name,
    /// <summary>The payload field that a matcher is compared with; null where matchers are ignored.</summary>
    string? MatcherField,
    /// <summary>Known values of that field; empty for tool names and other free values.</summary>
    ImmutableArray<string> MatcherValues,
    /// <summary>Other values than the known ones may come.</summary>
    bool OpenMatcherValues,
    UniversalOutput Universal,
    /// <summary>Exit 2 or JSON can block or deny.</summary>
    bool CanBlock,
    HandlerTypes Handlers,
    /// <summary>Has a variant of <c>hookSpecificOutput</c>.</summary>
    bool HasSpecificOutput,
    /// <summary>The decisions of the language that it honours (design: decisions.md).</summary>
    ImmutableArray<DecisionKind> Decisions,
    /// <summary>Seconds that Claude Code waits for a command hook without a timeout of its own.</summary>
    double DefaultTimeout,
    /// <summary>The Claude Code version that brought it; null if unknown.</summary>
    string? Since,
    string Summary)
{
    public bool IsToolEvent => MatcherField == "tool_name";
}

/// <summary>The 33 events that Claude Code 2.1.328 knows. The only list of them in the solution; a test compares it with schemas/.</summary>
public static class HookEvents
{
    public static ImmutableArray<HookEvent> All { get; } = [];

    public static HookEvent? Find(string name) => All.FirstOrDefault(e => e.Name == name);
}
