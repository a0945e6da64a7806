using System.Collections.Frozen;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

/// <summary>What a file says that hook and consumer of this version do otherwise: told by compile too, so that nothing is taken for
/// done.</summary>
internal sealed class NotImplemented()
    : GraphRule(
        LintRules.DoneOtherwise,
        "word-done-otherwise",
        Severity.Hint,
        "A word that this version of HookRules does in a simpler way."
    )
{
    private static readonly FrozenDictionary<string, string> Instead = new Dictionary<string, string>
    {
        ["record"] = "no payload is kept",
    }.ToFrozenDictionary(StringComparer.Ordinal);

    public override string Why =>
        "The word belongs to the language, is checked and stands in the plan, and a later version does what it says. What this "
        + "version does instead is safe, but it is less: do not rely on it yet. \"lint HR5002 off\" silences it for the project.";

    public override string Bad =>
        """
            record on
            on Write|Edit *.py -> run "ruff check {file}"
            """;

    public override string Good =>
        """
            on Write|Edit *.py -> run "ruff check {file}"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from file in compilation.HasErrors ? [] : compilation.Files
        from word in file.Statements.SelectMany(Words).Where(word => Instead.ContainsKey(word.Text)).DistinctBy(word => word.Text)
        select Found(
            file.Source.Locate(word.Span),
            $"\"{word.Text}\" is not done in full by this version: {Instead[word.Text]}",
            "leave it as it is for a later version, or remove it"
        );

    private static IEnumerable<NameSyntax> Words(StatementSyntax statement) =>
        statement switch
        {
            QueueSyntax queue => [new NameSyntax(queue.Span, $"queue {queue.Kind.Text}")],
            RecordSyntax { Mode.Text: "on" } record => [new NameSyntax(record.Span, "record")],
            _ => [],
        };
}
