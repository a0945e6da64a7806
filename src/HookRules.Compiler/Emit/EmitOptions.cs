namespace HookRules.Compiler.Emit;

/// <summary>How Claude Code finds the hook process: through the launcher beside the plan, or on PATH.</summary>
public enum RuntimeMode
{
    Launcher,
    Path,
}

/// <summary>What <see cref="SettingsEmitter"/> has to know besides the rules.</summary>
/// <param name="PlanFolder">Absolute path of the folder of plan and launcher; null if it is where the layer has it.</param>
public sealed record EmitOptions(RuntimeMode Runtime = RuntimeMode.Launcher, string? PlanFolder = null, Layer Layer = Layer.Project)
{
    /// <summary>Claude Code can tell by an <c>if</c> for which files a hook is started.</summary>
    public bool CanFilter { get; init; } = true;

    /// <summary>The variable that Claude Code sets, and the folder of plan and launcher below it.</summary>
    internal (string Variable, string Below) Place =>
        Layer switch
        {
            Layer.Personal => ("CLAUDE_PROJECT_DIR", "/.claude/hookrules/personal"),
            Layer.Plugin => ("CLAUDE_PLUGIN_ROOT", "/hooks/hookrules"),
            _ => ("CLAUDE_PROJECT_DIR", "/.claude/hookrules"),
        };
}
