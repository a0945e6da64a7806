namespace HookRules.Compiler.Emit;

/// <summary>How Claude Code finds the hook process: through the launcher beside the plan, or on PATH.</summary>
public enum RuntimeMode
{
    Launcher,
    Path,
}

/// <summary>What <see cref="SettingsEmitter"/> has to know besides the rules.</summary>
/// <param name="PlanFolder">Absolute path of the folder of plan and launcher; null if it is the project's <c>.claude/hookrules</c>.</param>
public sealed record EmitOptions(RuntimeMode Runtime = RuntimeMode.Launcher, string? PlanFolder = null);
