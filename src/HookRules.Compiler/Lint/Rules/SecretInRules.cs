using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class SecretInRules()
    : GraphRule("HR2018", "secret-in-rules", Severity.Error, "A token or a webhook's address stands in a rules file.")
{
    public override string Why =>
        "A rules file is committed, and what it holds goes into plan.json too. Whoever has the token can use it. env.NAME is read "
        + "when the action runs and is written nowhere.";

    public override string Bad =>
        """
            on Stop -> http POST "https://hooks.slack.com/services/T00000000/B00000000/XXXXXXXXXXXXXXXXXXXXXXXX" json { text: "done" }
            """;

    public override string Good =>
        """
            on Stop -> http POST env.SLACK_WEBHOOK json { text: "done" }
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from source in compilation.Sources
        // Most files hold none, and one look at the whole is far cheaper than one at each line; no pattern goes over the end of a line.
        where Secrets.In(source.Text) is not null
        from line in Enumerable.Range(1, source.LineCount)
        let text = source.Line(line).ToString()
        let secret = Secrets.In(text)
        where secret is not null
        let start = text.Length - text.TrimStart().Length
        select Found(
            new SourceRef(source.Path, line, start + 1, line, text.Length + 1),
            $"{secret} stands here for everybody to read",
            "write env.NAME, and keep it in an environment variable of that name"
        );
}
