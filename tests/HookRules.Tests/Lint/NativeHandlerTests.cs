using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Native handlers in rules files get the findings that they would get in a settings file, at their place in the rules.</summary>
public class NativeHandlerTests
{
    [Fact]
    public void EachRuleOfTheTableGivesItsCodes()
    {
        var rows = Repository.Table("Lint/natives.txt").ToArray();
        rows.Length.ShouldBeGreaterThan(10);
        var wrong =
            from row in rows
            from form in new[] { RulesForm.Text, RulesForm.Yaml }
            let found = Codes(InForm(row[0].Replace('¦', '|'), form))
            where found != (row[1] == "fine" ? "" : row[1])
            select $"{form}: {string.Join(" | ", row)} ⇶ {found}";
        wrong.ShouldBeEmpty("Lint/natives.txt");
    }

    [Theory]
    [InlineData("on Stop -> command \".claude/hooks/x.sh\"", 12, 40)]
    [InlineData("on Stop -> command \"x\", command \".claude/hooks/x.sh\"", 25, 53)]
    [InlineData("on PostToolUse matcher \"edit\" -> log \"x\"", 1, 41)]
    public void AFindingStandsAtTheHandler(string rules, int column, int end)
    {
        var at = Linter.Rules(Compilation.Create(new SourceText("sub/main.hookrules", rules + "\n"))).ShouldHaveSingleItem().At;
        (at.File, at.Line, at.Column, at.EndColumn).ShouldBe(("sub/main.hookrules", 1, column, end));
    }

    [Fact]
    public void AFileOfTheProjectIsLookedForAsFromTheSettings()
    {
        using var folder = new Runtime.TestFolder();
        File.WriteAllText(folder.Of("there.sh"), "jq -r .tool_input.path\n");
        var context = new ProjectContext(folder.Path, "/nowhere");
        Linter
            .Rules(
                Compilation.Create(new SourceText("main.hookrules", "on Stop -> command \"bash \\\"$CLAUDE_PROJECT_DIR/gone.sh\\\"\"\n")),
                context
            )
            .ShouldHaveSingleItem()
            .Code.ShouldBe("HR3077");
        var found = Linter
            .Rules(
                Compilation.Create(
                    new SourceText("main.hookrules", "on PostToolUse Edit -> command \"bash \\\"$CLAUDE_PROJECT_DIR/there.sh\\\"\"\n")
                ),
                context
            )
            .ShouldHaveSingleItem();
        (found.Code, found.At.File, found.At.Line, found.At.Column).ShouldBe(("HR3067", "there.sh", 1, 8));
        File.WriteAllText(folder.Of("there.sh"), "F=$(jq -r .tool_input.file_path)\n[[ \"$F\" == src/* ]] && x\n");
        Linter
            .Rules(
                Compilation.Create(
                    new SourceText("main.hookrules", "on PostToolUse Edit -> command \"bash \\\"$CLAUDE_PROJECT_DIR/there.sh\\\"\"\n")
                ),
                context
            )
            .ShouldHaveSingleItem()
            .Code.ShouldBe("HR3093");
    }

    [Theory]
    [InlineData("# hookrules: disable HR3054 because it is started in the project's folder\non Stop -> command \"./x.sh\"\n")]
    [InlineData("lint HR3054 off\non Stop -> command \"./x.sh\"\n")]
    public void ItCanBeSilencedAsAnyOther(string rules) => Codes(new SourceText("main.hookrules", rules)).ShouldBe("");

    [Fact]
    public void WhatASettingsFileGivesItsVerbatimImportGivesToo()
    {
        const string Settings = """
            {"hooks":{"PreToolUse":[{"matcher":"Bash","hooks":[{"type":"command","command":"check || exit 1","timeout":5000},{"type":"prompt","prompt":"x","model":"claude-haiku"}]}],
            "Stop":[{"hooks":[{"type":"command","command":".claude/hooks/stop.sh","once":true},{"type":"http","url":"https://x.org/y","headers":{"A":"$B"}}]}]}}
            """;
        var imported = SettingsImporter.Import("settings.json", Settings, RulesForm.Text, verbatim: true).Text!;
        Codes(new SourceText("main.hookrules", imported))
            .ShouldBe(string.Join(' ', Linter.Settings(".claude/settings.json", Settings).Select(Code).Order(StringComparer.Ordinal)));
    }

    private static SourceText InForm(string rule, RulesForm form)
    {
        var text = new SourceText("main.hookrules", rule + "\n");
        return form == RulesForm.Text ? text : new SourceText("hookrules.yaml", Formatter.Format(text, form)!);
    }

    private static string Codes(SourceText source) =>
        string.Join(' ', Linter.Rules(Compilation.Create(source)).Select(Code).Order(StringComparer.Ordinal));

    private static string Code(Diagnostic one) => $"{DiagnosticPrinter.Name(one.Severity)[0]}:{one.Code}";
}
