using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Cli;
using HookRules.Compiler;
using HookRules.Engine;
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
    public void ItsHookStartsForEachNameThatIsOursAndOnce()
    {
        using var hooks = JsonDocument.Parse(File.ReadAllText(Path.Combine(Folder, "hooks/hooks.json")));
        var groups = hooks.RootElement.GetProperty("hooks").GetProperty("PostToolUse").EnumerateArray().ToList();
        groups.Select(group => group.GetProperty("matcher").GetString()).ShouldBe(["Write", "Edit"]);
        foreach (var group in groups)
        {
            var globs = group
                .GetProperty("hooks")
                .EnumerateArray()
                .Select(hook => Condition().Match(hook.GetProperty("if").GetString()!))
                .Where(match => match.Groups["tool"].Value == group.GetProperty("matcher").GetString())
                .Select(match => Glob.TryParse(match.Groups["glob"].Value, out _)!)
                .ToList();
            foreach (var name in ProjectFiles.Names.Concat(ProjectFiles.PersonalNames).Concat(Ours))
                globs.Count(glob => glob.IsMatch($"/work/a b/{name}")).ShouldBe(1, name);
            foreach (var name in Foreign)
                globs.Count(glob => glob.IsMatch($"/work/a b/{name}")).ShouldBe(0, name);
        }
    }

    private static readonly string[] Ours =
    [
        "x.hookrules",
        "x.hookrules.yaml",
        "x.hookrules.yml",
        "main.cases",
        "hookrules.cases.yaml",
        "x.cases.yml",
        ".claude/settings.json",
        ".claude/settings.local.json",
    ];

    private static readonly string[] Foreign = ["values.yaml", "hookrules.md", "cases", "settings.json", "hookrules.json", "x.yml"];

    [Fact]
    public void LintFindsNothingInIt()
    {
        using var output = new StringWriter();
        var cli = new HookRules.Cli.Cli(TextReader.Null, output, output, Folder, TimeProvider.System, _ => null);
        CommandLine.Invoke(["lint", "."], cli).ShouldBe(0);
        output.ToString().ShouldBe("");
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

    [GeneratedRegex(@"^(?<tool>Write|Edit)\(//(?<glob>\*\*/.+)\)$")]
    private static partial Regex Condition();

    /// <summary>A command in a span of code, also behind another one.</summary>
    [GeneratedRegex(@"(?<=`|&& )hookrules (?<words>[^`&]+?)(?=`| &&)")]
    private static partial Regex Command();

    [GeneratedRegex(@"Bash\(hookrules (?<words>[^:]+):\*\)")]
    private static partial Regex Allowed();
}
