using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Tables of what lint says of small pieces: one command, one matcher, one text that is no JSON.</summary>
public class SettingsLintTests
{
    [Fact]
    public void EachCommandOfTheTableGivesItsCodes() =>
        Check("Lint/commands.txt", row => Hook(row[0], row[1] == "-" ? null : row[1], Command(row[2])));

    [Fact]
    public void EachMatcherOfTheTableGivesItsCodes() => Check("Lint/matchers.txt", row => Hook(row[0], row[1], Command("x")));

    [Fact]
    public void EachHandlerOfTheTableGivesItsCodes() =>
        Check("Lint/handlers.txt", row => Hook(row[0], row[0].EndsWith("ToolUse", StringComparison.Ordinal) ? "Edit" : null, row[1]));

    [Fact]
    public void EachFileOfTheTableGivesItsCodes() => Check("Lint/files.txt", row => row[0].Replace("⏎", "\n"));

    private static string Hook(string name, string? matcher, string handler) =>
        "{\"hooks\":{\""
        + name
        + "\":[{"
        + (matcher is null ? "" : "\"matcher\":" + Text(matcher) + ",")
        + "\"hooks\":["
        + handler
        + "]}]}}";

    private static string Command(string command) => "{\"type\":\"command\",\"command\":" + Text(command) + "}";

    // ¦ stands for a bar, which separates the cells of a table.
    private static string Text(string cell) => JsonSerializer.Serialize(cell.Replace('¦', '|'));

    private static void Check(string table, Func<string[], string> text)
    {
        var rows = Repository.Table(table).ToArray();
        rows.Length.ShouldBeGreaterThan(5);
        var wrong =
            from row in rows
            let found = Linter.Settings(".claude/settings.json", text(row))
            let codes = string.Join(
                ' ',
                found.Select(one => $"{DiagnosticPrinter.Name(one.Severity)[0]}:{one.Code}").Order(StringComparer.Ordinal)
            )
            where codes != (row[^1] == "fine" ? "" : row[^1])
            select $"{string.Join(" | ", row)} ⇶ {codes}";
        wrong.ShouldBeEmpty(table);
    }

    [Theory]
    [InlineData("Write", null)]
    [InlineData("^(?!Bash)", null)]
    [InlineData("(?<=a)b", null)]
    [InlineData("(?<n>a)\\k<n>", null)]
    [InlineData("(?i:write)", null)]
    [InlineData("a{2,}", null)]
    [InlineData("{", null)]
    [InlineData("a{", null)]
    [InlineData("]", null)]
    [InlineData("[\\w-z]", null)]
    [InlineData("(?=a)*", null)]
    [InlineData("\\p{L}", null)]
    [InlineData("[]", null)]
    [InlineData("(?i)write", "flags such as (?i) are not JavaScript")]
    [InlineData("*Edit", "the '*' has nothing to repeat")]
    [InlineData("a**", "the '*' has nothing to repeat")]
    [InlineData("(?<=a)*", "the '*' has nothing to repeat")]
    [InlineData("?", "the '?' has nothing to repeat")]
    [InlineData("Bash(", "a '(' is never closed")]
    [InlineData("Bash)", "a ')' closes nothing")]
    [InlineData("[a-z", "a '[' is never closed")]
    [InlineData("[z-a]", "the range 'z-a' is in the wrong order")]
    [InlineData("a{3,2}", "the numbers of a count are in the wrong order")]
    [InlineData("{2}", "a count has nothing to repeat")]
    [InlineData("a\\", "a '\\' at the end escapes nothing")]
    [InlineData("(?#x)", "this kind of group is not JavaScript")]
    [InlineData("(?P<n>a)", "flags such as (?i) are not JavaScript")]
    public void AnExpressionIsJudgedAsJavaScriptDoes(string source, string? problem) => JsRegexSyntax.Problem(source).ShouldBe(problem);

    [Fact]
    public void WhateverTheTextNothingIsThrown()
    {
        string[] pieces =
        [
            "{",
            "}",
            "[",
            "]",
            "\"hooks\"",
            ":",
            ",",
            "\"PreToolUse\"",
            "\"matcher\"",
            "\"$CLAUDE_PROJECT_DIR/x 'y\"",
            "\"type\":\"command\"",
            "\"command\":\"`$(a \\\"b\"",
            "//",
            "/*",
            "{{",
            "\n",
            "1",
            "null",
            "\"if\":\"Bash(\"",
            "\"timeout\":1e999",
            "\"\\u0041\\ud800\"",
            "\"",
            "#",
            "<<EOF\n",
            "\nEOF\n",
            "case x in ",
            ";;",
            "esac",
            "a) ",
        ];
        var random = new Random(7);
        for (var round = 0; round < 3000; round++)
        {
            var text = string.Concat(Enumerable.Range(0, random.Next(1, 30)).Select(_ => pieces[random.Next(pieces.Length)]));
            Should.NotThrow(() => Linter.Fix("hooks.json", text), text);
            Should.NotThrow(() => ShellText.Read(text), text);
            Should.NotThrow(() => JsRegexSyntax.Problem(text), text);
        }
    }

    [Fact]
    public void DeepNestingIsNoDanger()
    {
        Linter.Settings("settings.json", new string('[', 200_000) + new string(']', 200_000)).ShouldNotBeEmpty();
        ShellText.Read(string.Concat(Enumerable.Repeat("$(", 50_000))).OpenQuote.ShouldBeNull();
        JsRegexSyntax.Problem(new string('(', 100_000) + new string(')', 100_000));
    }
}
