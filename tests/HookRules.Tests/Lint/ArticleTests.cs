using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
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

    /// <summary>Three scripts of the chapter, shortened to the lines that go wrong.</summary>
    [Theory]
    [InlineData(
        "PostToolUse",
        "Edit|Write",
        "FILE=$(echo \"$(cat)\" | jq -r '.tool_input.path // empty')\nif [[ \"$FILE\" == *.py ]]; then black \"$FILE\"; fi\n",
        "HR3067 2:32"
    )]
    [InlineData(
        "PreToolUse",
        "Bash",
        "COMMAND=$(echo \"$INPUT\" | jq -r '.tool_input.command // empty')\n"
            + "if echo \"$COMMAND\" | grep -qE 'cd\\s+/(?!tmp)'; then exit 2; fi\n",
        "HR3070 3:31"
    )]
    [InlineData(
        "PostToolUse",
        "Edit|Write",
        "INPUT=$(cat)\nFILE=$(echo \"$INPUT\" | jq -r '.tool_input.file_path // empty')\n"
            + "if [[ \"$FILE\" == src/* ]] && [[ \"$FILE\" != *.test.* ]]; then npm test; fi\n",
        "HR3093 4:18"
    )]
    [InlineData("Stop", "", "npm test >&2 || exit 2\n", "HR3068 2:17")]
    [InlineData("Stop", "", "jq -e .stop_hook_active && exit 0\nnpm test >&2 || exit 2\n", "")]
    [InlineData("PostToolUse", "Edit|Write", "prettier --write \"$CLAUDE_FILE_PATHS\"\n", "HR3052 2:19")]
    [InlineData("PostToolUse", "Edit|Write", "p=$(jq -r '.tool_input.file_path // .tool_input.path')\n", "")]
    public void TheScriptsThatHooksNameAreReadToo(string name, string matcher, string script, string expected)
    {
        using var folder = new Runtime.TestFolder();
        Directory.CreateDirectory(folder.Of(".claude/hooks"));
        File.WriteAllText(folder.Of(".claude/hooks/x.sh"), "#!/bin/bash\n" + script);
        var settings =
            $$$"""{"hooks":{"{{{name}}}":[{"matcher":"{{{matcher}}}","hooks":[{"type":"command","command":"bash \"$CLAUDE_PROJECT_DIR/.claude/hooks/x.sh\""}]}]}}""";
        var found = Linter.Settings("sub/.claude/settings.json", settings, new ProjectContext(folder.Path, "/nowhere"));
        string.Join(", ", found.Select(one => $"{one.Code} {one.At.Line}:{one.At.Column}")).ShouldBe(expected);
        found.ShouldAllBe(one => one.At.File == "sub/.claude/hooks/x.sh");
    }

    private static string Codes(string where, string text) =>
        where switch
        {
            "rules" => Of(Linter.Rules(Compilation.Create(new SourceText("main.hookrules", text + "\n")))),
            "yaml" => Of(
                Linter.Rules(Compilation.Create(new SourceText("hookrules.yaml", $"version: 1\nrules:\n  {text.Replace("\n", "\n  ")}\n")))
            ),
            "payload" => string.Join(
                ' ',
                PayloadValidator
                    .Validate(text)
                    .Select(problem => problem.Path)
                    .Where(path => path.StartsWith("tool_", StringComparison.Ordinal))
                    .Order(StringComparer.Ordinal)
            ),
            _ => Of(Linter.Settings(".claude/settings.json", text)),
        };

    private static string Of(IEnumerable<Compiler.Diagnostics.Diagnostic> found) =>
        string.Join(' ', found.Select(one => one.Code).Order(StringComparer.Ordinal));
}
