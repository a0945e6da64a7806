using System.Text.Json;
using HookRules.Cli;
using HookRules.Compiler.Diagnostics;
using HookRules.Simulation.Timelines;
using HookRules.Site;
using HookRules.Tests.Cli;
using Markdig.Syntax;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace HookRules.Tests.Site;

/// <summary>README and pages are what a newcomer copies from: each block is what its language says, and works.</summary>
public sealed class PageBlockTests
{
    private const string Pack = "packs/python.hookrules";

    /// <summary>A block of a page, and the rules that stand before it.</summary>
    /// <param name="Rules">What cases of the page are about.</param>
    public sealed record CodeOfPage(string Page, int Line, string Language, string Text, string Rules)
    {
        public override string ToString() => $"{Page}:{Line} {Language}";
    }

    private static CodeOfPage[] All { get; } = [.. Pages().SelectMany(Blocks)];

    public static TheoryData<string, string, string> Rules => Of(block => block.Language == "hookrules" || IsRules(block));

    public static TheoryData<string, string, string> Cases => Of(block => block.Language == "cases" || IsYaml(block, "cases:"));

    public static TheoryData<string, string, string> Commands => Of(block => block.Language is "sh" or "console");

    public static TheoryData<string, string, string> Data => Of(block => block.Language is "json" or "jsonl" || IsYaml(block, "- "));

    [Fact]
    public void EachBlockSaysWhatItIsAndIsLookedAt()
    {
        // What stands in none of these is output, a drawing, or the language of another program.
        string[] known = ["text", "csharp", "lua", "toml"];
        var looked = new[] { Rules, Cases, Commands, Data }.SelectMany(set => set.Select(row => row[0].ToString()!)).ToHashSet();
        All.Where(block => !known.Contains(block.Language) && !looked.Contains(block.ToString()))
            .Select(block => block.ToString())
            .ShouldBeEmpty("name the language of these blocks, or say how they are tested");
        All.Length.ShouldBeGreaterThan(40);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void RulesHaveNoFindings(string block, string text, string _)
    {
        var file =
            text.StartsWith("# packs/", StringComparison.Ordinal) ? Pack
            : block.EndsWith("yaml", StringComparison.Ordinal) ? "hookrules.yaml"
            : "main.hookrules";
        using var project = new CliProject(text, file);
        project.Write(Pack, All.Single(one => one.Text.StartsWith("# packs/", StringComparison.Ordinal)).Text);
        project.Run("lint", file).ShouldBe(new CliResult(0, "", ""));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void CasesHoldForTheRulesBeforeThem(string block, string text, string rules)
    {
        var file = block.EndsWith("yaml", StringComparison.Ordinal) ? "main.cases.yaml" : "main.cases";
        using var project = new CliProject(rules);
        project.Write(file, text);
        var result = project.Run("test");
        result.ExitCode.ShouldBe(0, result.Out + result.Error);
        result.Out.ShouldContain(" passed, 0 failed");
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void CommandsExistWithTheirOptions(string block, string text, string _)
    {
        using var output = new StringWriter();
        var root = CommandLine.Root(new HookRules.Cli.Cli(TextReader.Null, output, output, "/", TimeProvider.System, _ => null));
        foreach (var line in text.Split('\n').Select(line => line.StartsWith("$ ", StringComparison.Ordinal) ? line[2..] : line))
        {
            var command = line.Split(" #")[0].Split(" >")[0].Split(" <")[0];
            if (command.Split(' ', 2) is ["hookrules" or "./hookrules", var rest])
                UsageErrors.Of(root.Parse(rest.Replace('\'', '"'))).ShouldBeEmpty($"{block}: {line}");
        }
    }

    [Theory]
    [MemberData(nameof(Data))]
    public void DataCanBeRead(string block, string text, string _)
    {
        if (block.EndsWith("yaml", StringComparison.Ordinal))
        {
            new YamlStream().Load(new StringReader(text));
        }
        else if (block.EndsWith("jsonl", StringComparison.Ordinal))
        {
            var problems = new List<Diagnostic>();
            TimelineFile.Read(new SourceText("page.jsonl", text), problems).Events.ShouldNotBeEmpty();
            problems.ShouldBeEmpty();
        }
        else
        {
            JsonDocument.Parse(text).Dispose();
        }
    }

    private static TheoryData<string, string, string> Of(Func<CodeOfPage, bool> wanted)
    {
        var data = new TheoryData<string, string, string>();
        foreach (var block in All.Where(wanted))
            data.Add(block.ToString(), block.Text, block.Rules);
        return data;
    }

    private static bool IsRules(CodeOfPage block) =>
        block.Language == "yaml" && block.Text.Split('\n').Any(line => line.StartsWith("version: ", StringComparison.Ordinal));

    private static bool IsYaml(CodeOfPage block, string start) =>
        block.Language == "yaml" && block.Text.StartsWith(start, StringComparison.Ordinal);

    private static IEnumerable<string> Pages() =>
        Directory.GetFiles(Repository.PathOf(Page.Folder), "*.md").Append(Repository.PathOf("README.md"));

    private static IEnumerable<CodeOfPage> Blocks(string path)
    {
        var rules = "";
        foreach (var block in PageWriter.Parse(File.ReadAllText(path).ReplaceLineEndings("\n")).Descendants<CodeBlock>())
        {
            var language = (block as FencedCodeBlock)?.Info ?? "none";
            var text = $"{block.Lines.ToString()}\n";
            if (language == "hookrules")
                rules = text;
            yield return new CodeOfPage(Path.GetFileName(path), block.Line + 1, language, text, rules);
        }
    }
}
