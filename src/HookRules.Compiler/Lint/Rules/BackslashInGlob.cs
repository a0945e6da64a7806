using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class BackslashInGlob()
    : GraphRule("HR2011", "backslash-in-glob", Severity.Warning, "File patterns are written with slashes, on Windows too.")
{
    public override string Why =>
        "In a file pattern a backslash takes away the meaning of the next character, as in a .gitignore. \"src\\main\" is the name "
        + "srcmain, which no path has.";

    public override string Bad =>
        """
            on Write|Edit "src\\main.py" -> log "writes.jsonl"
            """;

    public override string Good =>
        """
            on Write|Edit src/main.py -> log "writes.jsonl"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        from glob in rule.Globs
        let at = glob.Text.IndexOf('\\', StringComparison.Ordinal)
        where at >= 0 && at + 1 < glob.Text.Length && char.IsAsciiLetterOrDigit(glob.Text[at + 1])
        select Found(
            rule.Source,
            $"\"{glob.Text}\" holds a backslash, which only takes away the meaning of the next character",
            $"write {glob.Text.Replace('\\', '/')}"
        );
}
