using System.Text;
using System.Text.Json.Nodes;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>What Claude is told of a file that it wrote. That the client asks and passes the answer on is shown by tests/client.</summary>
public sealed class LintHookTests : IDisposable
{
    private const string Typo = "on befor Bash -> deny \"no\"\n";

    private const string Settings = ".claude/settings.json";

    private readonly CliProject project = new();

    public void Dispose() => project.Dispose();

    [Theory]
    [InlineData("main.hookrules", Typo, "1:4: error HR1001: unknown event \"befor\"; did you mean \"before\"?")]
    [InlineData("hookrules.yaml", "version: 1\nrules:\n  - on: befor Bash\n    do:\n      - deny: no\n", "3:9: error HR1001: ")]
    [InlineData("a/b c/x.hookrules.yml", "version: 1\nrule:\n  - on: Stop\n", "2:1: error HR")]
    [InlineData("main.cases", "deyn x => git push\n", "1:1: error HR5010: ")]
    [InlineData("hookrules.cases.yaml", "tests: []\n", "1:1: error HR5010: ")]
    [InlineData(".claude/settings.json", """{"hooks":{"Stopp":[]}}""", "1:11: error HR3005: ")]
    [InlineData("main.local.hookrules", "action look = run \"x\"\n", "1:8: warning HR2009: ")]
    public void WhatIsWrongWithTheFileIsTold(string file, string text, string problem)
    {
        project.Write(file, text);
        var told = Told(Write(file));
        told.ShouldStartWith($"hookrules lint, of {file} as it was written: 1 ");
        told.ShouldContain($"\n{file}:{problem}");
        told.ShouldContain("\nwhy, and an example: hookrules explain HR");
    }

    [Theory]
    [InlineData("main.hookrules", "on before Bash where runs \"git push\" with (-f) -> deny \"no\"\n")]
    [InlineData("notes.txt", Typo)]
    [InlineData("values.yaml", "on: befor\n")]
    [InlineData("settings.json", """{"hooks":{"Stopp":[]}}""")]
    [InlineData("other.hookrules", null)]
    public void OfACleanFileAndOfAnyOtherOneNothingIsSaid(string file, string? text)
    {
        if (text is not null)
            project.Write(file, text);
        project.Run(Write(file), "lint", "--hook").ShouldBe(new CliResult(0, "", ""));
    }

    [Theory]
    [InlineData("PreToolUse", true)]
    [InlineData("PostToolUse", true)]
    [InlineData("FileChanged", false)]
    [InlineData("Nothing", false)]
    public void OnlyAnEventWhoseAnswerClaudeHearsIsAnswered(string name, bool isAnswered)
    {
        project.Write("main.hookrules", Typo);
        var (exit, output, error) = project.Run(Write("main.hookrules", name), "lint", "--hook");
        (exit, error).ShouldBe((0, ""));
        (output.Length > 0).ShouldBe(isAnswered);
        if (isAnswered)
            Specific(output)["hookEventName"]!.GetValue<string>().ShouldBe(name);
    }

    [Theory]
    [InlineData("", "the payload is empty")]
    [InlineData("[1", "the payload is not valid JSON")]
    [InlineData("{}", "the payload has no hook_event_name")]
    [InlineData("""{"hook_event_name":"PostToolUse"}""", "")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":7}}""", "")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":""}}""", "")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":"a\u0000.hookrules"}}""", "Null character in path")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":"a\ud800.hookrules"}}""", "")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":"."}}""", "")]
    [InlineData("""{"hook_event_name":"PostToolUse","tool_input":{"file_path":"--help.hookrules"}}""", "")]
    public void AStrangeEventIsALineAtMost(string input, string said)
    {
        var (exit, output, error) = project.Run(Encoding.UTF8.GetBytes(input), "lint", "--hook");
        (exit, output).ShouldBe((0, ""));
        error.ShouldStartWith(said.Length == 0 ? "" : $"hookrules: {said}");
        error.Count(c => c == '\n').ShouldBe(said.Length == 0 ? 0 : 1);
    }

    [TheoryNeeding(Need.Unix)]
    [InlineData("main.hookrules")]
    [InlineData("main.cases")]
    [InlineData(".claude/settings.json")]
    public void AnEndlessFileIsRefusedAndHoldsNobody(string file)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(project.PathOf(file))!);
        File.CreateSymbolicLink(project.PathOf(file), "/dev/zero");
        var (exit, output, error) = project.Run(Write(file), "lint", "--hook");
        (exit, output).ShouldBe((0, ""));
        error.ShouldContain("is a link to /dev/zero, a device, a pipe or a socket: only regular files are read.");
    }

    [Fact]
    public void AnEventWithoutEndIsLeft()
    {
        using var error = new StringWriter();
        var cli = new HookRules.Cli.Cli(TextReader.Null, error, error, project.Folder, TimeProvider.System, _ => null)
        {
            OpenInput = () => File.OpenRead("/dev/zero"),
        };
        HookRules.Cli.CommandLine.Invoke(["lint", "--hook"], cli).ShouldBe(0);
        error.ToString().ShouldBe("hookrules: the event on stdin is larger than any file of rules.\n");
    }

    [Fact]
    public void OfManyProblemsTheWorstAreToldAndTheOthersCounted()
    {
        var warned = string.Join(
            ",\n",
            Enumerable.Range(0, 300).Select(i => $$"""{"matcher":"x","hooks":[{"type":"command","command":"c{{i}}"}]}""")
        );
        project.Write(Settings, $"{{\"hooks\":{{\"UserPromptSubmit\":[\n{warned}],\n\"Stopp\":[]}}}}\n");
        var told = Told(Write(Settings));
        told.Length.ShouldBeInRange(4000, 6200);
        told.ShouldStartWith($"hookrules lint, of {Settings} as it was written: 1 error, 300 warnings\n{Settings}:302:1: error HR3005: ");
        var shown = told.Split('\n').Count(line => line.StartsWith($"{Settings}:", StringComparison.Ordinal));
        told.ShouldContain($"\n{301 - shown} more: hookrules lint\n");
    }

    [Fact]
    public void AProblemWithoutEndIsCut()
    {
        project.Write("main.hookrules", $"on {new string('x', 100_000)} -> deny \"no\"\n");
        Told(Write("main.hookrules")).Length.ShouldBeLessThan(6200);
    }

    [Fact]
    public void AFileWhoseNameIsNoLineIsNamedInOne()
    {
        project.Write("a\n\u001b[31m.hookrules", Typo);
        Told(Write("a\n\u001b[31m.hookrules")).ShouldStartWith("hookrules lint, of a\\n\\u001b[31m.hookrules as it was written: 1 error\n");
    }

    [Theory]
    [InlineData("--hook", "main.hookrules")]
    [InlineData("--hook", "--format", "json")]
    [InlineData("--fix", "--hook")]
    public void TheEventNamesTheFileAndNothingElseDoes(params string[] options) =>
        project
            .Run(["lint", .. options])
            .ShouldBe(new CliResult(2, "", "hookrules: --hook takes the file from the event: leave the rest out.\n"));

    private byte[] Write(string file, string name = "PostToolUse") =>
        Encoding.UTF8.GetBytes(
            new JsonObject
            {
                ["hook_event_name"] = name,
                ["tool_name"] = "Write",
                ["tool_input"] = new JsonObject { ["file_path"] = project.PathOf(file), ["content"] = "" },
            }.ToJsonString()
        );

    private string Told(byte[] input)
    {
        var (exit, output, error) = project.Run(input, "lint", "--hook");
        (exit, error).ShouldBe((0, ""));
        return Specific(output)["additionalContext"]!.GetValue<string>();
    }

    private static JsonObject Specific(string output) => JsonNode.Parse(output)!["hookSpecificOutput"]!.AsObject();
}
