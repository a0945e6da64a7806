using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Reach;

/// <summary>What the plugin of Claude Code says of this version. That the client takes it is shown by tests/client.</summary>
public sealed partial class PluginTests
{
    private static string Folder => Repository.PathOf("src/HookRules.Plugin");

    public static TheoryData<string, string> Commands
    {
        get
        {
            var data = new TheoryData<string, string>();
            foreach (var file in Directory.GetFiles(Folder, "*.md", SearchOption.AllDirectories))
            foreach (Match command in Command().Matches(File.ReadAllText(file)))
                data.Add(Path.GetRelativePath(Folder, file), command.Groups["words"].Value.Trim());
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Commands))]
    public void TheCommandsThatClaudeIsTaughtExistWithTheirOptions(string file, string words)
    {
        using var output = new StringWriter();
        var root = CommandLine.Root(new HookRules.Cli.Cli(TextReader.Null, output, output, "/", TimeProvider.System, _ => null));
        UsageErrors.Of(root.Parse(words)).ShouldBeEmpty($"{file}: hookrules {words}");
    }

    [Fact]
    public void ClaudeMayRunWhatItIsTaughtExceptCompile()
    {
        var skill = File.ReadAllText(Path.Combine(Folder, "skills/hookrules/SKILL.md"));
        var allowed = Allowed().Matches(skill).Select(match => match.Groups["words"].Value).ToList();
        Command()
            .Matches(skill)
            .Select(match => match.Groups["words"].Value)
            .Where(words => !allowed.Any(start => words == start || words.StartsWith($"{start} ", StringComparison.Ordinal)))
            .Distinct()
            .ShouldBe(["compile"]);
    }

    [Fact]
    public void ItHasTheVersionOfTheProgram()
    {
        var version = typeof(CommandLine).Assembly.GetName().Version!.ToString(3);
        using var plugin = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, ".claude-plugin/plugin.json")));
        using var marketplace = JsonDocument.Parse(File.ReadAllText(Repository.PathOf(".claude-plugin/marketplace.json")));
        plugin.RootElement.GetProperty("version").GetString().ShouldBe(version);
        marketplace.RootElement.GetProperty("plugins")[0].GetProperty("version").GetString().ShouldBe(version);
    }

    /// <summary>A command in a span of code, also behind another one.</summary>
    [GeneratedRegex(@"(?<=`|&& )hookrules (?<words>[^`&]+?)(?=`| &&)")]
    private static partial Regex Command();

    [GeneratedRegex(@"Bash\(hookrules (?<words>[^:]+):\*\)")]
    private static partial Regex Allowed();
}
