using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Where Claude Code asks nobody although a rule says <c>ask</c>.</summary>
public static class UnansweredAsk
{
    private const string Bypass = "bypassPermissions";

    private static readonly FieldPath Mode = FieldPath.Parse("permission_mode")!;
    private static readonly FieldPath Command = FieldPath.Parse("command")!;
    private static readonly FieldPath Skill = FieldPath.Parse("command_name")!;

    // What Claude Code itself asks about before it is written; the last pattern that matches decides.
    private static readonly Lazy<ImmutableArray<Glob>> Protected = new(() =>
        [
            .. new[]
            {
                "/**/.claude",
                "/**/.claude/**",
                // Sessions in worktrees have their files there.
                "!/**/.claude/worktrees/**",
                "/**/.claude/worktrees/**/.claude/**",
                "/**/{.git,.vscode,.idea,.husky,.cargo,.devcontainer,.yarn,.mvn}",
                "/**/{.git,.vscode,.idea,.husky,.cargo,.devcontainer,.yarn,.mvn,.config/git}/**",
                "/**/{.gitconfig,.gitmodules,.mcp.json,.claude.json,.devcontainer.json,.ripgreprc,.envrc,.npmrc,.yarnrc,.yarnrc.yml}",
                "/**/{.bashrc,.bash_profile,.bash_login,.bash_logout,.bash_aliases,.profile}",
                "/**/{.zshrc,.zshenv,.zprofile,.zlogin,.zlogout}",
                "/**/{.pre-commit-config.yaml,lefthook.yml,lefthook.yaml,.lefthook.yml,.lefthook.yaml}",
            }.Select(text => Glob.OfPlan(text)),
        ]
    );

    /// <summary>The decision as Claude Code has to hear it, so that a call about which the user should be asked does not just
    /// run.</summary>
    public static Decision Heard(Decision decision, Payload payload, RouteContext context)
    {
        if (decision.Permission != DecisionKind.Ask)
            return decision;
        var unheard = HookEvents.Find(payload.Event)?.UnheardAsk;
        if (unheard == UnheardAsk.Always)
            return With(
                decision,
                DecisionKind.Ask,
                $"Nobody is asked about a command in the text of a skill, so {Name(payload)} goes on without it: run it yourself, "
                    + "or take it out of that text."
            );
        if (unheard != UnheardAsk.OnProtectedPaths || payload.Text(Mode) != Bypass || !IsProtected(payload, context))
            return decision;
        return With(
            decision,
            DecisionKind.Deny,
            "In bypassPermissions mode Claude Code asks nobody about .claude, .git and its other protected paths but goes on, so this is "
                + "refused: leave that mode (shift+tab) to be asked, or make the change yourself."
        );
    }

    private static string Name(Payload payload) => payload.Text(Skill) is { Length: > 0 } name ? $"/{name}" : "the skill";

    private static Decision With(Decision decision, DecisionKind permission, string why) =>
        decision with
        {
            Permission = permission,
            PermissionReason = string.IsNullOrEmpty(decision.PermissionReason) ? why : $"{decision.PermissionReason}\n{why}",
        };

    private static bool IsProtected(Payload payload, RouteContext context)
    {
        try
        {
            return payload.Text(FieldPath.Tool) switch
            {
                "Write" or "Edit" or "NotebookEdit" => payload.File is { } file
                    && RouteContext.FullPath(file, payload.Cwd ?? context.ProjectDir) is { } path
                    && IsProtected(path, payload.Budget),
                "Bash" => payload.Text(Command) is { } text
                    && ShellFiles.Writes(payload.ShellLine(text), Protected.Value, anew: false, payload, context),
                _ => false,
            };
        }
        catch (BudgetException)
        {
            // Who cannot look must not let it go on unasked.
            return true;
        }
    }

    private static bool IsProtected(string path, Budget budget)
    {
        var holds = false;
        foreach (var glob in Protected.Value)
            if (glob.Negated == holds && glob.IsMatch(path.AsSpan(1), budget))
                holds = !holds;
        return holds;
    }
}
