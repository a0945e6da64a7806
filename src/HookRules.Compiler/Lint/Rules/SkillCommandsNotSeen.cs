using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class SkillCommandsNotSeen()
    : GraphRule(
        "HR2032",
        "skill-commands-not-seen",
        Severity.Hint,
        "Guards of Bash do not see the shell commands in skills and slash commands."
    )
{
    public override string Why =>
        "A command such as !`git status` in the text of a skill or slash command fires no PreToolUse. Since 2.1.332 Claude Code has the "
        + "event PreSkillShellCommand for it, and compile puts the rules that guard Bash there too. It does not do so where the rules are "
        + "written for an older version, which would warn of an event that it does not know. It is told once, at the first such rule.";

    public override string Bad =>
        """
            requires claude-code >= 2.1.295
            on before Bash where runs "mkfs" -> deny "Not here."
            """;

    public override string Good =>
        """
            requires claude-code >= 2.1.332
            on before Bash where runs "mkfs" -> deny "Not here."
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        compilation.Graph.Settings.Requires is { } text
        && ClientVersion.Parse(text) is { } oldest
        && !SkillCommands.AreSeenBy(oldest)
        && compilation.Graph.Rules.FirstOrDefault(SkillCommands.AreGuardedBy) is { } rule
            ?
            [
                Found(
                    rule.Source,
                    "this rule does not see shell commands in the text of skills and slash commands: Claude Code has an event for them "
                        + $"since {SkillCommands.Since}, and these rules are for {oldest} too",
                    $"write requires claude-code >= {SkillCommands.Since} as soon as nobody has an older one"
                ),
            ]
            : [];
}
