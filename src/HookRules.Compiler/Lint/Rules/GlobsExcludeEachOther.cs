using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class GlobsExcludeEachOther()
    : GraphRule("HR2013", "globs-exclude-each-other", Severity.Warning, "File patterns that leave no file.")
{
    public override string Why =>
        "Of several file patterns the last one that matches decides. A pattern with ! behind the others that matches all their "
        + "files takes everything back, and the rule never runs.";

    public override string Bad =>
        """
            on Write|Edit *.py !*.py -> log "writes.jsonl"
            """;

    public override string Good =>
        """
            on Write|Edit *.py !test_*.py -> log "writes.jsonl"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where rule.Globs.Any(glob => !glob.Negated)
        where
            rule
                .Globs.Select((glob, index) => (Glob: glob, Index: index))
                .Where(one => !one.Glob.Negated)
                .All(one =>
                    rule.Globs.Skip(one.Index + 1)
                        .Any(later =>
                            later.Negated
                            && Pattern(later) is var pattern
                            && (pattern == Pattern(one.Glob) || pattern is "*" or "**" or "**/*")
                        )
                )
        select Found(
            rule.Source,
            "these file patterns take back what they match, so this rule never runs",
            "remove the pattern with !, or make it narrower"
        );

    private static string Pattern(Glob glob) => glob.Text.TrimStart('!');
}
