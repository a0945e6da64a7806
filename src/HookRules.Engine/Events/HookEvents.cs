using System.Collections.Immutable;
using static HookRules.Engine.DecisionKind;

namespace HookRules.Engine;

/// <summary>Which of the universal output fields (<c>continue</c>, <c>stopReason</c>, <c>systemMessage</c>) an event honours.</summary>
public enum UniversalOutput
{
    Honoured,

    /// <summary>The user sees a message, but nothing ends.</summary>
    SystemMessageOnly,

    /// <summary><c>continue: false</c> ends it, but no message is shown.</summary>
    ContinueOnly,
    Discarded,
}

[Flags]
public enum HandlerTypes
{
    None = 0,
    Command = 1,
    Http = 2,
    McpTool = 4,
    Prompt = 8,
    Agent = 16,
}

/// <summary>How Claude Code reads the matchers of an event.</summary>
public enum MatcherKind
{
    /// <summary>Ignored: every hook of the event runs.</summary>
    None,

    /// <summary>Compared with a field of the payload as it stands.</summary>
    Value,

    /// <summary>A list of literal file names to watch, compared with the base name of the field.</summary>
    FileName,

    /// <summary>Compared with the canonical name of the model in the field, which the payload does not hold.</summary>
    Model,
}

/// <summary>When an event takes <c>ask</c> and goes on without asking.</summary>
public enum UnheardAsk
{
    Never,

    /// <summary>In bypassPermissions mode, on the paths that Claude Code itself asks about in other modes.</summary>
    OnProtectedPaths,

    Always,
}

/// <summary>One official event: facts of schemas/events/ that the hook process, the compiler and the documentation share.</summary>
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
    /// <summary>The decisions of the language that it honours, strongest first.</summary>
    ImmutableArray<DecisionKind> Decisions,
    /// <summary>Seconds that Claude Code waits for a command hook without a timeout of its own.</summary>
    double DefaultTimeout,
    /// <summary>The Claude Code version that brought it; null if unknown.</summary>
    string? Since,
    string Summary
)
{
    private readonly MatcherKind matching = MatcherKind.Value;

    public bool IsToolEvent => MatcherField == "tool_name";

    public MatcherKind Matching
    {
        get => MatcherField is null ? MatcherKind.None : matching;
        init => matching = value;
    }

    /// <summary>How a decision is written there.</summary>
    public AnswerForm Answer { get; init; }

    /// <summary>A matcher lists names with <c>|</c> alone; a comma, a space or a hyphen makes it a regular expression.</summary>
    public bool BarListsOnly { get; init; }

    /// <summary>Exit 2 blocks, with stderr as the reason.</summary>
    public bool ExitTwoBlocks { get; init; } = CanBlock;

    /// <summary><c>onFailure: "block"</c> on a handler stops something here.</summary>
    public bool OnFailureBlocks { get; init; }

    /// <summary>The hooks do the work themselves, so Claude Code reads no decision but whether it is done.</summary>
    public bool IsDoneByHooks => Answer is AnswerForm.Path or AnswerForm.Outcome;

    /// <summary>The member of the payload that <c>set</c> changes; null where it changes nothing.</summary>
    public string? Changes { get; init; }

    /// <summary>Where nobody is asked although a hook says <c>ask</c>.</summary>
    public UnheardAsk UnheardAsk { get; init; }

    /// <summary>A broken entry may be what guards the permissions beside it, so Claude Code refuses the whole file.</summary>
    public bool BrokenEntryVoidsFile { get; init; }

    /// <summary>It comes when work is done, and can be held until queued actions have ended.</summary>
    public bool CanAwait { get; init; }

    /// <summary>A turn is over, the session's or a subagent's.</summary>
    public bool EndsTurn { get; init; }

    /// <summary>Where failed checks are told to Claude, by an entry of its own if no rule needs one.</summary>
    public bool TellsFailures { get; init; }

    /// <summary>Its context is read for another purpose than the work of who wrote: by a new subagent, or by a compaction.</summary>
    public bool ContextGoesElsewhere { get; init; }

    /// <summary>Text on stdout that is no JSON reaches the model.</summary>
    public bool PlainStdout { get; init; }

    /// <summary>Seconds that Claude Code waits for a handler of one type without a timeout of its own.</summary>
    public double DefaultTimeoutOf(HandlerTypes type) =>
        type switch
        {
            HandlerTypes.Prompt => 30,
            HandlerTypes.Agent => 60,
            _ => DefaultTimeout,
        };
}

/// <summary>The 34 events that Claude Code 2.1.332 knows. The only list of them in the solution; a test compares it with
/// schemas/.</summary>
public static class HookEvents
{
    public const string SkillCommand = "PreSkillShellCommand";

    private const HandlerTypes Three = HandlerTypes.Command | HandlerTypes.Http | HandlerTypes.McpTool;
    private const HandlerTypes Four = Three | HandlerTypes.Prompt;
    private const HandlerTypes Five = Four | HandlerTypes.Agent;

    // The table is built when the first event is looked up; a loop over 34 short names is quicker than filling a dictionary.
    public static ImmutableArray<HookEvent> All { get; } =
    [
        new(
            "PreToolUse",
            "tool_name",
            [],
            true,
            UniversalOutput.Honoured,
            true,
            Five,
            true,
            [Deny, Defer, Ask, Allow, Stop, Warn, Context],
            600,
            "1.0.38",
            "Before a tool runs; can deny it, ask, or change its input."
        )
        {
            Answer = AnswerForm.PermissionDecision,
            Changes = "tool_input",
            UnheardAsk = UnheardAsk.OnProtectedPaths,
            BrokenEntryVoidsFile = true,
            OnFailureBlocks = true,
        },
        // A shell command in the text of a skill fires no PreToolUse, so rules that guard Bash are rules of this event too.
        new(
            SkillCommand,
            "tool_name",
            ["Bash", "PowerShell"],
            false,
            UniversalOutput.Honoured,
            true,
            Three,
            true,
            [Deny, Defer, Ask, Stop, Warn],
            600,
            "2.1.332",
            "Before a shell command in the text of a skill or slash command (!`...`) runs; PreToolUse does not fire for these."
        )
        {
            Answer = AnswerForm.PermissionDecision,
            UnheardAsk = UnheardAsk.Always,
            BrokenEntryVoidsFile = true,
            OnFailureBlocks = true,
        },
        new(
            "PostToolUse",
            "tool_name",
            [],
            true,
            UniversalOutput.Honoured,
            false,
            Five,
            true,
            [Block, Stop, Warn, Context],
            600,
            "1.0.38",
            "After a tool succeeded; can tell Claude what to mend."
        )
        {
            Changes = "tool_response",
        },
        new(
            "PostToolUseFailure",
            "tool_name",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            false,
            Five,
            true,
            [Block, Warn, Context],
            600,
            null,
            "After a tool that had started failed."
        ),
        new(
            "PostToolBatch",
            null,
            [],
            false,
            UniversalOutput.Honoured,
            true,
            Five,
            true,
            [Stop, Warn, Context],
            600,
            null,
            "After all tool calls of one turn, before the next request to the model."
        )
        {
            OnFailureBlocks = true,
            CanAwait = true,
            TellsFailures = true,
        },
        new(
            "PermissionRequest",
            "tool_name",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            true,
            Four,
            true,
            [Deny, Allow, Warn],
            600,
            "2.0.45",
            "When Claude Code is about to ask the user for permission; can answer instead."
        )
        {
            Answer = AnswerForm.Behavior,
            Changes = "tool_input",
            BrokenEntryVoidsFile = true,
            ExitTwoBlocks = false,
            OnFailureBlocks = true,
        },
        new(
            "PermissionDenied",
            "tool_name",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            false,
            Five,
            true,
            [Warn],
            600,
            "2.1.89",
            "After auto mode refused a tool call."
        ),
        new(
            "UserPromptSubmit",
            null,
            [],
            false,
            UniversalOutput.Honoured,
            true,
            Five,
            true,
            [Deny, Stop, Warn, Context],
            30,
            "1.0.54",
            "When the user sends a prompt, before Claude reads it."
        )
        {
            OnFailureBlocks = true,
            PlainStdout = true,
            TellsFailures = true,
        },
        new(
            "UserPromptExpansion",
            "command_name",
            [],
            true,
            UniversalOutput.Honoured,
            true,
            Five,
            true,
            [Deny, Stop, Warn, Context],
            600,
            null,
            "When a typed slash command or MCP prompt becomes a prompt."
        )
        {
            OnFailureBlocks = true,
            PlainStdout = true,
        },
        new(
            "Notification",
            "notification_type",
            [
                "permission_prompt",
                "idle_prompt",
                "auth_success",
                "elicitation_dialog",
                "elicitation_url_dialog",
                "elicitation_complete",
                "elicitation_response",
                "agent_needs_input",
                "agent_completed",
                "quota_auto_resume_fired",
                "quota_auto_resume_stale",
                "quota_auto_resume_disabled",
            ],
            true,
            UniversalOutput.Discarded,
            false,
            Three,
            true,
            [],
            600,
            "1.0.38",
            "When Claude Code notifies the user."
        ),
        new(
            "SessionStart",
            "source",
            ["startup", "resume", "clear", "compact", "fork"],
            false,
            UniversalOutput.SystemMessageOnly,
            false,
            HandlerTypes.Command | HandlerTypes.McpTool,
            true,
            [Warn, Context],
            600,
            "1.0.62",
            "When a session begins, resumes, forks, is cleared or compacted."
        )
        {
            PlainStdout = true,
            TellsFailures = true,
        },
        new(
            "SessionEnd",
            "reason",
            ["clear", "resume", "logout", "prompt_input_exit", "other"],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            false,
            [],
            1.5,
            "1.0.85",
            "When a session ends; all its hooks share a second and a half."
        )
        {
            EndsTurn = true,
        },
        new(
            "Setup",
            "trigger",
            ["init", "maintenance"],
            false,
            UniversalOutput.Discarded,
            false,
            HandlerTypes.Command,
            true,
            [],
            600,
            "2.1.10",
            "On claude --init, --init-only and --maintenance; whether output counts is disputed."
        ),
        new(
            "Stop",
            null,
            [],
            false,
            UniversalOutput.Honoured,
            true,
            Five,
            true,
            [Block, Stop, Warn, Context],
            600,
            "1.0.38",
            "When Claude has finished answering; can make it go on."
        )
        {
            CanAwait = true,
            EndsTurn = true,
            TellsFailures = true,
        },
        new(
            "StopFailure",
            "error",
            [
                "rate_limit",
                "overloaded",
                "authentication_failed",
                "oauth_org_not_allowed",
                "account_on_hold",
                "verification_required",
                "billing_error",
                "invalid_request",
                "model_not_found",
                "server_error",
                "max_output_tokens",
                "cloud_credential_error",
                "unknown",
            ],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            false,
            [],
            600,
            "2.1.78",
            "When an API error ends a turn, instead of Stop."
        )
        {
            BarListsOnly = true,
            EndsTurn = true,
        },
        new(
            "SubagentStart",
            "agent_type",
            ["general-purpose", "Explore", "Plan"],
            true,
            UniversalOutput.Discarded,
            false,
            Three,
            true,
            [Context],
            600,
            "2.0.43",
            "When a subagent is started."
        )
        {
            ContextGoesElsewhere = true,
        },
        new(
            "SubagentStop",
            "agent_type",
            ["general-purpose", "Explore", "Plan"],
            true,
            UniversalOutput.ContinueOnly,
            true,
            Five,
            true,
            [Block, Stop, Context],
            600,
            "1.0.41",
            "When a subagent is about to finish; can make it go on."
        )
        {
            CanAwait = true,
            EndsTurn = true,
        },
        new(
            "TeammateIdle",
            null,
            [],
            false,
            UniversalOutput.Honoured,
            true,
            Five,
            false,
            [Block, Stop, Warn],
            600,
            "2.1.33",
            "When a teammate of an agent team runs out of work."
        )
        {
            Answer = AnswerForm.ExitCode,
        },
        // It ignores continue: false, so there is no stop.
        new(
            "TaskCreated",
            null,
            [],
            false,
            UniversalOutput.SystemMessageOnly,
            true,
            Five,
            false,
            [Deny, Warn],
            600,
            "2.1.84",
            "When a task is being created; can refuse it."
        )
        {
            OnFailureBlocks = true,
        },
        new(
            "TaskCompleted",
            null,
            [],
            false,
            UniversalOutput.SystemMessageOnly,
            true,
            Five,
            false,
            [Block, Warn],
            600,
            "2.1.33",
            "When a task is being marked completed; can keep it open."
        )
        {
            Answer = AnswerForm.ExitCode,
            CanAwait = true,
        },
        new(
            "PreCompact",
            "trigger",
            ["manual", "auto"],
            false,
            UniversalOutput.Discarded,
            true,
            Three,
            false,
            [Deny, Context],
            600,
            "1.0.48",
            "Before the conversation is compacted."
        )
        {
            Answer = AnswerForm.BlockOrText,
            OnFailureBlocks = true,
            PlainStdout = true,
            ContextGoesElsewhere = true,
        },
        new(
            "PostCompact",
            "trigger",
            ["manual", "auto"],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            false,
            [],
            600,
            "2.1.76",
            "After the conversation was compacted."
        ),
        new(
            "PreModelSwitch",
            "to_model",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            true,
            Three,
            true,
            [Deny, Ask, Allow, Warn],
            30,
            "2.1.251",
            "Before a requested change of the model."
        )
        {
            Answer = AnswerForm.PermissionDecision,
            Matching = MatcherKind.Model,
            OnFailureBlocks = true,
        },
        new(
            "PostModelSwitch",
            "to_model",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            false,
            Three,
            true,
            [Warn, Context],
            30,
            "2.1.251",
            "After the model of the session changed."
        )
        {
            Matching = MatcherKind.Model,
            PlainStdout = true,
        },
        new(
            "Elicitation",
            "mcp_server_name",
            [],
            true,
            UniversalOutput.Discarded,
            true,
            Three,
            true,
            [Deny],
            600,
            "2.1.76",
            "When an MCP server asks the user for input."
        )
        {
            Answer = AnswerForm.Action,
            OnFailureBlocks = true,
        },
        new(
            "ElicitationResult",
            "mcp_server_name",
            [],
            true,
            UniversalOutput.Discarded,
            true,
            Three,
            true,
            [Deny],
            600,
            "2.1.76",
            "When the user answered an MCP server, before the answer is sent."
        )
        {
            Answer = AnswerForm.Action,
            OnFailureBlocks = true,
        },
        new(
            "ConfigChange",
            "source",
            ["user_settings", "project_settings", "local_settings", "policy_settings", "skills"],
            false,
            UniversalOutput.Discarded,
            true,
            Three,
            false,
            [Deny],
            600,
            "2.1.49",
            "When a settings or skill file changes during the session."
        )
        {
            OnFailureBlocks = true,
        },
        new(
            "InstructionsLoaded",
            "load_reason",
            ["session_start", "nested_traversal", "path_glob_match", "include", "compact"],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            false,
            [],
            600,
            "2.1.69",
            "When a CLAUDE.md or a rules file is read into the context."
        ),
        new(
            "CwdChanged",
            null,
            [],
            false,
            UniversalOutput.SystemMessageOnly,
            false,
            Three,
            true,
            [Warn],
            600,
            "2.1.83",
            "When the working directory changes."
        ),
        new(
            "FileChanged",
            "file_path",
            [],
            true,
            UniversalOutput.SystemMessageOnly,
            false,
            Three,
            true,
            [Warn],
            600,
            "2.1.83",
            "When a watched file changes on disk, whoever changed it."
        )
        {
            Matching = MatcherKind.FileName,
            BarListsOnly = true,
        },
        new(
            "DirectoryAdded",
            "source",
            ["slash_command", "register_repo_root"],
            false,
            UniversalOutput.SystemMessageOnly,
            false,
            Three,
            false,
            [Warn],
            600,
            "2.1.219",
            "When a directory is added to the session."
        ),
        new(
            "WorktreeCreate",
            null,
            [],
            false,
            UniversalOutput.Discarded,
            true,
            Three,
            true,
            [],
            600,
            "2.1.50",
            "When a worktree is to be created; the hook does it in git's place and says where."
        )
        {
            Answer = AnswerForm.Path,
        },
        new(
            "WorktreeRemove",
            null,
            [],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            false,
            [],
            600,
            "2.1.50",
            "When a worktree is being removed."
        )
        {
            Answer = AnswerForm.Outcome,
        },
        new(
            "MessageDisplay",
            null,
            [],
            false,
            UniversalOutput.Discarded,
            false,
            Three,
            true,
            [],
            10,
            "2.1.152",
            "When text of the assistant appears on the screen."
        ),
    ];

    /// <summary>By its exact, case-sensitive name; null if there is none.</summary>
    public static HookEvent? Find(string name)
    {
        foreach (var e in All.AsSpan())
        {
            if (e.Name == name)
                return e;
        }

        return null;
    }
}
