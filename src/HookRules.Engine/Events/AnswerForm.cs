namespace HookRules.Engine;

/// <summary>How a hook spells its answer to an event.</summary>
public enum AnswerForm
{
    /// <summary><c>"decision": "block"</c> at the top, with a reason.</summary>
    Block,

    /// <summary><c>permissionDecision</c> in <c>hookSpecificOutput</c>.</summary>
    PermissionDecision,

    /// <summary><c>decision.behavior</c> in <c>hookSpecificOutput</c>; what belongs to the answer stands beside it.</summary>
    Behavior,

    /// <summary><c>"action": "decline"</c> in <c>hookSpecificOutput</c>.</summary>
    Action,

    /// <summary>Exit code 2, with the reason on stderr.</summary>
    ExitCode,

    /// <summary>As <see cref="Block"/>; without a block, plain text becomes instructions, but only when it is all that is said.</summary>
    BlockOrText,

    /// <summary>A path as plain text: a command there cannot answer with JSON.</summary>
    Path,

    /// <summary>An exit code other than 0 says that it was not done; nothing that is printed is read.</summary>
    Outcome,
}
