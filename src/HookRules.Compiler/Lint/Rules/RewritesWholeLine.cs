using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class RewritesWholeLine()
    : GraphRule("HR2022", "rewrites-whole-line", Severity.Warning, "A rule about one command of a line that rewrites the whole line.")
{
    private static readonly FieldPath Command = FieldPath.Parse("command")!;

    public override string Why =>
        "runs holds when the command is somewhere in the line. A value that is put around {command} is put around the whole line: with "
        + "\"p{command}\", \"cd web && npm install\" becomes \"pcd web && npm install\", and what does not mention {command} drops the "
        + "rest of the line.";

    public override string Bad => "on before Bash where runs \"npm\" with (install) -> set tool_input.command = \"p{command}\"\n";

    public override string Good => "on before Bash where runs \"npm\" with (install) -> set command \"npm\" = \"pnpm\"\n";

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where rule.Where is { } condition && Asks(condition)
        from change in rule.Sets
        where change.Word is null && change.Field == Command
        select Found(
            rule.Source,
            "this rule is about one command and rewrites the whole line, so \"cd web && …\" becomes something else",
            "replace a word of the command that matched: set command \"OLD\" = \"NEW\"; or ask with \"only runs\""
        );

    // "only runs" is about every command of the line.
    private static bool Asks(Condition condition) =>
        condition switch
        {
            Condition.All all => all.Terms.Any(Asks) && !all.Terms.Any(term => term is Condition.OnlyRuns),
            Condition.Any any => any.Terms.Any(Asks),
            Condition.Runs => true,
            _ => false,
        };
}
