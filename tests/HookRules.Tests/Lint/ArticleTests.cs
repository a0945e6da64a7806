using HookRules.Compiler;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>The mistakes of the four articles from which the project grew: each is caught, in the words of the article.</summary>
public class ArticleTests
{
    [Fact]
    public void EachMistakeOfTheArticlesIsCaught()
    {
        var rows = Repository.Table("Lint/articles.txt").ToArray();
        rows.Length.ShouldBeGreaterThan(40);
        var wrong =
            from row in rows
            let found = Codes(row[0], row[1].Replace('¦', '|').Replace("⏎", "\n"))
            where found != row[2]
            select $"{string.Join(" | ", row)} ⇶ {found}";
        wrong.ShouldBeEmpty("Lint/articles.txt");
    }

    private static string Codes(string where, string text) => where switch
    {
        "rules" => Of(Linter.Rules(Compilation.Create(new SourceText("main.hookrules", text + "\n")))),
        "yaml" => Of(Linter.Rules(Compilation.Create(new SourceText("hookrules.yaml", $"version: 1\nrules:\n  {text.Replace("\n", "\n  ")}\n")))),
        "payload" => string.Join(' ', PayloadValidator.Validate(text).Select(problem => problem.Path).Where(path => path.StartsWith("tool_", StringComparison.Ordinal)).Order(StringComparer.Ordinal)),
        _ => Of(Linter.Settings(".claude/settings.json", text)),
    };

    private static string Of(IEnumerable<Compiler.Diagnostics.Diagnostic> found) => string.Join(' ', found.Select(one => one.Code).Order(StringComparer.Ordinal));
}
