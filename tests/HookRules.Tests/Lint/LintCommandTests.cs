using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Cli;
using HookRules.Tests.Runtime;
using NJsonSchema;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

public sealed class LintCommandTests : IDisposable
{
    private const string Settings = ".claude/settings.json";
    private const string Mistakes = """
        {
          "hooks": {
            "preToolUse": [{ "match": "Bash", "hooks": [{ "type": "command", "command": "$CLAUDE_PROJECT_DIR/x.sh", "timeout": 5000 }] }],
            "Stop": []
          },
          "kept":   [1,  2]
        }

        """;

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <remarks>Each problem of a long line once laid out the whole line: 79 seconds.</remarks>
    [Fact]
    public void FourThousandEntriesOnOneLineAreToldInSeconds()
    {
        var entries = Enumerable.Range(0, 4000).Select(i => $$"""{"hooks":[{"type":"command","command":"./notify-{{i}}.sh"}]}""");
        Write(Settings, $$$"""{"hooks":{"Stop":[{{{string.Join(',', entries)}}}]}}""");
        var clock = Stopwatch.StartNew();
        var (_, _, error) = Run("lint");
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        error.Split('\n').Count(line => line.Contains("HR3054")).ShouldBe(4000);
    }

    [Fact]
    public void WithoutAPathTheProjectsRulesAndSettingsAreLinted()
    {
        Write("main.hookrules", "action ruff = run \"ruff {file}\"\n");
        Write(Settings, """{"hooks":{"Stopp":[]}}""");
        var (exit, _, error) = Run("lint");
        exit.ShouldBe(1);
        error.ShouldContain(".claude/settings.json:1:11: error HR3005: unknown hook event \"Stopp\"");
        error.ShouldContain("main.hookrules:1:8: warning HR2009: the action \"ruff\" is never used");
    }

    [Fact]
    public void AFolderIsSearched()
    {
        Write("a/.claude/settings.local.json", """{"hooks":{"Stopp":[]}}""");
        Write("b/hooks/hooks.json", """{"hooks":{"Stopp":[]}}""");
        Write("c/main.hookrules", "let x = \"y\"\n");
        Write("node_modules/x/.claude/settings.json", """{"hooks":[]}""");
        var (exit, output, _) = Run("lint", ".", "--format", "json");
        exit.ShouldBe(1);
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("diagnostics")
            .EnumerateArray()
            .Select(one => $"{one.GetProperty("file").GetString()} {one.GetProperty("code").GetString()}")
            .ShouldBe(["a/.claude/settings.local.json HR3005", "b/hooks/hooks.json HR3005", "c/main.hookrules HR2001"]);
    }

    [Theory]
    [InlineData("""{"hooks":{"Stop":[]}}""", "", 0)]
    [InlineData("""{"hooks":{"PostToolUse":[{"matcher":"Edit|MultiEdit","hooks":[{"type":"command","command":"x"}]}]}}""", "", 0)]
    [InlineData("""{"hooks":{"UserPromptSubmit":[{"matcher":"x","hooks":[{"type":"command","command":"x"}]}]}}""", "", 1)]
    [InlineData("""{"hooks":{"UserPromptSubmit":[{"matcher":"x","hooks":[{"type":"command","command":"x"}]}]}}""", "--max-warnings 1", 0)]
    [InlineData("""{"hooks":{"Stopp":[]}}""", "--max-warnings 9", 1)]
    public void HintsNeverCountAndWarningsUpToTheirLimit(string text, string options, int exit)
    {
        Write("any.json", text);
        Run(["lint", "any.json", .. options.Split(' ', StringSplitOptions.RemoveEmptyEntries)]).Exit.ShouldBe(exit);
    }

    [Fact]
    public void AFileThatIsNotThereCannotBeLinted()
    {
        var (exit, _, error) = Run("lint", "nothing.json");
        (exit, error).ShouldBe((3, "hookrules: there is no file nothing.json." + Environment.NewLine));
    }

    [Fact]
    public void TheLastLineCountsWhatIsWrongInHowManyFiles()
    {
        Write(Settings, Mistakes);
        Write(
            "main.hookrules",
            "on Wrte -> run \"x\"\non Write *.py -> run \"ruff\" timeout 1h, sync\non Write *.js -> run \"x\" timeout 1h, sync\n"
        );
        var (_, output, error) = Run("lint");
        output.ShouldBe("");
        var lines = error.TrimEnd('\n').Split('\n');
        int Told(string severity) => lines.Count(line => line.Contains($": {severity} HR", StringComparison.Ordinal));
        var (errors, warnings, hints) = (Told("error"), Told("warning"), Told("hint"));
        (errors > 1 && warnings > 1).ShouldBeTrue(error);
        lines[^1]
            .ShouldBe(
                $"{errors + warnings + hints} problems in 2 files: {errors} errors, {warnings} warnings"
                    + (hints == 0 ? "" : $", {hints} hint{(hints == 1 ? "" : "s")}")
            );
        Run("lint", "--format", "github").Error.ShouldNotContain("problems in");
    }

    [Fact]
    public void AFileThatWasChangedAfterItWasCompiledIsTold()
    {
        using var project = new HookRules.Tests.Cli.CliProject("on Stop -> notify \"done\"\n");
        project.Run("lint").Error.ShouldBe("");
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("lint").Error.ShouldNotContain("HR2021");
        project.Write("main.hookrules", "on Stop -> notify \"done at last\"\n");
        project.Run("lint").Error.ShouldStartWith("main.hookrules:1:1: warning HR2021: this file was changed after it was compiled");
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("lint").Error.ShouldNotContain("HR2021");
    }

    [Fact]
    public void FixMendsWhatIsCertainAndLeavesTheRestToTheByte()
    {
        Write(Settings, Mistakes);
        Run("lint", Settings, "--fix");
        File.ReadAllText(folder.Of(Settings))
            .ShouldBe(
                Mistakes
                    .Replace("preToolUse", "PreToolUse")
                    .Replace("\"match\"", "\"matcher\"")
                    .Replace("5000", "5")
                    .Replace("\"$CLAUDE_PROJECT_DIR/", "\"\\\"$CLAUDE_PROJECT_DIR\\\"/")
            );
        var (_, _, error) = Run("lint", Settings, "--fix");
        error.ShouldNotContain("mended");
    }

    /// <summary>Of a file with the event in its right spelling and an entry that it cannot load, Claude Code drops the permissions
    /// too.</summary>
    [Theory]
    [InlineData("""[{ "matcher": "Bash", "command": "./guard.sh" }]""", false)]
    [InlineData("""{ "matcher": "Bash" }""", false)]
    [InlineData("""["./guard.sh"]""", false)]
    [InlineData("""[{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "./guard.sh" }] }]""", true)]
    public void FixSpellsAnEventRightOnlyWhereThatCostsNoPermission(string entries, bool isMended)
    {
        var text = $$"""{ "permissions": { "deny": ["Bash(rm *)"] }, "hooks": { "preToolUse": {{entries}} } }""";
        Write(Settings, text);

        Run("lint", Settings, "--fix");

        File.ReadAllText(folder.Of(Settings)).Contains("PreToolUse", StringComparison.Ordinal).ShouldBe(isMended);
    }

    [Fact]
    public void ALinkThatLeadsNowhereIsNoRulesFile()
    {
        Write("main.hookrules", "on Stop -> notify \"x\"\n");
        File.CreateSymbolicLink(folder.Of(".#main.hookrules"), "me@host.123:456");
        File.CreateSymbolicLink(folder.Of("loop.hookrules"), "loop.hookrules");
        Run("lint", ".").ShouldBe((0, "", ""));
    }

    [Theory]
    [InlineData("on Read -> run \"x\" sync\n", "this action holds Claude Code up")]
    [InlineData("action look = run \"x\" sync\non Read -> look\n", "\"look\" holds Claude Code up")]
    public void AnActionIsCalledByTheNameThatItsAuthorGaveIt(string text, string message)
    {
        Write("main.hookrules", text);
        Run("lint").Error.ShouldContain(message);
    }

    [Fact]
    public async Task SarifIsValidByItsOfficialSchema()
    {
        Write(Settings, Mistakes);
        Write("my rules.hookrules", "on Stop -> block \"x\"\non Wrong -> deny \"y\"\n");
        var (exit, output, _) = Run("lint", ".", "--format", "sarif");
        exit.ShouldBe(1);
        // The schema of SARIF 2.1.0 as the npm package @microsoft/sarif-multitool-linux 5.7.0 (MIT) carries it, unchanged.
        // NJsonSchema knows drafts up to 7 only; the schema uses nothing of a later one but its name.
        var text = File.ReadAllText(Repository.PathOf("tests", "HookRules.Tests", "Lint", "sarif-2.1.0.schema.json"));
        var schema = await JsonSchema.FromJsonAsync(
            text.Replace("https://json-schema.org/draft/2020-12/schema", "http://json-schema.org/draft-07/schema#")
        );
        schema.Validate(output).Select(error => $"{error.Path}: {error.Kind}").ShouldBeEmpty();
        schema.Validate(output.Replace("\"level\": \"error\"", "\"level\": \"bad\"")).ShouldNotBeEmpty("the schema must be able to object");

        using var json = JsonDocument.Parse(output);
        var run = json.RootElement.GetProperty("runs")[0];
        var results = run.GetProperty("results").EnumerateArray().ToArray();
        results.Length.ShouldBeGreaterThanOrEqualTo(3);
        foreach (var result in results)
            run.GetProperty("tool")
                .GetProperty("driver")
                .GetProperty("rules")[result.GetProperty("ruleIndex").GetInt32()]
                .GetProperty("id")
                .GetString()
                .ShouldBe(result.GetProperty("ruleId").GetString());
        results
            .Select(result =>
                result
                    .GetProperty("locations")[0]
                    .GetProperty("physicalLocation")
                    .GetProperty("artifactLocation")
                    .GetProperty("uri")
                    .GetString()
            )
            .ShouldContain("my%20rules.hookrules");
    }

    [Theory]
    [InlineData("HR3005", 0, "HR3005 unknown-event: ")]
    [InlineData("hr1001", 0, "HR1001: ")]
    [InlineData("unknown-event", 0, "HR3005 unknown-event: ")]
    [InlineData("HR9999", 2, "")]
    public void ExplainPrintsAPage(string code, int exit, string start)
    {
        var (found, output, _) = Run("explain", code);
        found.ShouldBe(exit);
        output.ShouldStartWith(start);
        if (exit == 0)
            output.ShouldContain("\nGood:\n");
    }

    [Theory]
    [InlineData("# hookrules: disable HR2007 because the cap ends it\non Stop -> block \"x\"\n", "")]
    [InlineData("# hookrules: disable stop-rule-without-loop-guard because the cap ends it\non Stop -> block \"x\"\n", "")]
    [InlineData("# hookrules: disable HR2007 because the cap ends it\n\n# a note\non Stop -> block \"x\"\n", "")]
    [InlineData("on Stop -> block \"x\" # hookrules: disable HR2007 because the cap ends it\n", "")]
    [InlineData("# hookrules: disable HR2007\non Stop -> block \"x\"\n", "1:22 HR2090")]
    [InlineData("# hookrules: disable HR2007 because\non Stop -> block \"x\"\n", "1:22 HR2090")]
    [InlineData("# hookrules: disable HR2004 because of nothing\non Stop -> block \"x\"\n", "1:22 HR2091, 2:1 HR2007")]
    [InlineData("# hookrules: disable HR1001 because I say so\non Stopp -> log \"x\"\n", "1:22 HR2091, 2:4 HR1002")]
    [InlineData("on Stop -> block \"# hookrules: disable HR2007 because x\"\n", "1:1 HR2007")]
    public void ASuppressionSilencesOneCodeOnOneLine(string text, string expected)
    {
        Write("main.hookrules", text);
        var (_, output, _) = Run("lint", "main.hookrules", "--format", "json");
        using var json = JsonDocument.Parse(output);
        string.Join(
                ", ",
                json.RootElement.GetProperty("diagnostics")
                    .EnumerateArray()
                    .Select(one => $"{one.GetProperty("line")}:{one.GetProperty("column")} {one.GetProperty("code")}")
            )
            .ShouldBe(expected);
    }

    [Fact]
    public void OfARuleWithAnErrorLintSaysNothingMore()
    {
        Write("main.hookrules", "on before WebFetch where nothing == 1 -> deny \"no\"\non before WebFetch -> ask \"Really?\"\n");
        var (_, output, _) = Run("lint", "main.hookrules", "--format", "json");
        using var json = JsonDocument.Parse(output);
        json.RootElement.GetProperty("diagnostics")
            .EnumerateArray()
            .Select(one => one.GetProperty("code").GetString())
            .ShouldBe(["HR1004"]);
    }

    private void Write(string path, string text)
    {
        var full = folder.Of(path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllBytes(full, Encoding.UTF8.GetBytes(text));
    }

    private (int Exit, string Output, string Error) Run(params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var exit = CommandLine.Invoke(
            args,
            new HookRules.Cli.Cli(TextReader.Null, output, error, folder.Path, TimeProvider.System, _ => null)
        );
        return (exit, output.ToString(), error.ToString());
    }
}
