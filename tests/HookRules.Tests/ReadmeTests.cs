using System.Text.RegularExpressions;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests;

/// <summary>The README is what a newcomer copies from: its rules are sound, its links lead somewhere, its commands exist.</summary>
public sealed partial class ReadmeTests
{
    private const string Pack = "packs/python.hookrules";

    private static readonly string Text = File.ReadAllText(Repository.PathOf("README.md"));

    /// <summary>Each block of rules, and the name of its file.</summary>
    public static TheoryData<string, string> Blocks
    {
        get
        {
            var blocks = new TheoryData<string, string>();
            foreach (var (file, rules) in Found)
                blocks.Add(file, rules);
            return blocks;
        }
    }

    private static (string File, string Rules)[] Found { get; } =
    [
        .. from Match block in Block().Matches(Text)
        let isYaml = block.Groups["language"].Value == "yaml"
        let rules = block.Groups["text"].Value
        where isYaml || Statement().IsMatch(rules)
        select (
            rules.StartsWith("# packs/", StringComparison.Ordinal) ? Pack
            : isYaml ? "hookrules.yaml"
            : "main.hookrules",
            rules
        ),
    ];

    [Theory]
    [MemberData(nameof(Blocks))]
    public void ItsRulesHaveNoFindings(string file, string rules)
    {
        using var project = new CliProject(rules, file);
        project.Write(Pack, Found.Single(block => block.File == Pack).Rules);
        project.Run("lint", file).ShouldBe(new CliResult(0, "", ""));
    }

    [Fact]
    public void ThereAreBlocksOfBothForms() =>
        Found.Select(block => block.File).Distinct().Order(StringComparer.Ordinal).ShouldBe(["hookrules.yaml", "main.hookrules", Pack]);

    [Fact]
    public void ItsLinksLeadSomewhere()
    {
        var headings = Heading()
            .Matches(Text)
            .Select(heading => Unlinked().Replace(heading.Groups["title"].Value.ToLowerInvariant(), "").Replace(' ', '-'))
            .ToHashSet();
        var links = Link()
            .Matches(Text)
            .Select(link => link.Groups["to"].Value)
            .Where(link => !link.StartsWith("https://", StringComparison.Ordinal))
            .ToList();
        links.Where(link => link.StartsWith('#')).ShouldAllBe(link => headings.Contains(link.Substring(1)));
        links.Where(link => !link.StartsWith('#')).ShouldAllBe(link => Path.Exists(Repository.PathOf(link)));
        links.ShouldContain("#packs");
    }

    [Fact]
    public void ItsTableOfCommandsIsTheOneOfHelp()
    {
        using var project = new CliProject();
        var named = Command().Matches(Text).Select(command => command.Groups["name"].Value).Distinct().Order(StringComparer.Ordinal);
        named.ShouldBe(
            Offered().Matches(project.Run("--help").Out).Select(command => command.Groups["name"].Value).Order(StringComparer.Ordinal)
        );
    }

    [GeneratedRegex(
        "^```(?<language>[a-z]*)\n(?<text>.*?)^```$",
        RegexOptions.Multiline | RegexOptions.Singleline | RegexOptions.ExplicitCapture,
        1000
    )]
    private static partial Regex Block();

    [GeneratedRegex("^(on|rule|use|action) ", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Statement();

    [GeneratedRegex("^#+ (?<title>.+)$", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex("[^a-z0-9 _-]", RegexOptions.None, 1000)]
    private static partial Regex Unlinked();

    [GeneratedRegex(@"\]\((?<to>[^)\s]+)\)", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex(@"^\| `hookrules (?<name>[a-z]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("^  (?<name>[a-z]+) .*[A-Z]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Offered();
}
