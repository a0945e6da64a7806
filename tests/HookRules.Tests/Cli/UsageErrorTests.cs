using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>Command lines that are wrong: told in the words of the command line, on stderr, with exit code 2.</summary>
public sealed class UsageErrorTests : IDisposable
{
    private readonly CliProject project = new();

    public void Dispose() => project.Dispose();

    [Theory]
    [InlineData(
        "",
        "name a command: init, compile, lint, fmt, import, explain, events, simulate, test, replay, graph, pack, run, status, tail, why, "
            + "trace, dead, doctor, service, demo, install, lsp, completion",
        "hookrules"
    )]
    [InlineData("pack", "name a command: add, update, verify, list, remove", "hookrules pack")]
    [InlineData("pakc", "unknown command \"pakc\"; did you mean \"pack\"?", "hookrules")]
    [InlineData("pack lits", "unknown command \"lits\"; did you mean \"list\"?", "hookrules pack")]
    [InlineData("help nonsense", "unknown command \"nonsense\"", "hookrules")]
    [InlineData("lint --formt json", "unknown option \"--formt\"; did you mean \"--format\"?", "hookrules lint")]
    [InlineData("-x", "unknown option \"-x\"", "hookrules")]
    [InlineData("init here", "\"here\" is one argument too many", "hookrules init")]
    [InlineData("lint --format xml", "--format takes text, json, sarif or github, not \"xml\"", "hookrules lint")]
    [InlineData("lint --format", "--format needs a value: text, json, sarif or github", "hookrules lint")]
    [InlineData("fmt --to xml", "--to takes text or yaml, not \"xml\"", "hookrules fmt")]
    [InlineData("compile --runtime there", "--runtime takes launcher or path, not \"there\"", "hookrules compile")]
    [InlineData("compile --settings", "--settings needs a value: PATH", "hookrules compile")]
    [InlineData("lint --max-warnings few", "--max-warnings takes a whole number from 0 up, not \"few\"", "hookrules lint")]
    [InlineData("lint --max-warnings -1", "--max-warnings takes a whole number from 0 up, not \"-1\"", "hookrules lint")]
    [InlineData("lint --max-warnings 1 --max-warnings 2", "--max-warnings stands twice: it takes one value", "hookrules lint")]
    [InlineData("import", "import needs SETTINGS: A settings.json, or the hooks.json of a plugin.", "hookrules import")]
    public void TheMessageSaysWhatIsWrongAndWhereToRead(string line, string problem, string command)
    {
        var result = project.Run(line.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        result.ShouldBe(
            new CliResult(2, "", $"hookrules: {problem}{Environment.NewLine}Run '{command} --help' for what it takes.{Environment.NewLine}")
        );
    }

    [Fact]
    public void BehindTwoDashesAFileMayBeginWithOne() =>
        project.Run("lint", "--", "-x.json").ShouldBe(new CliResult(3, "", "hookrules: there is no file -x.json." + Environment.NewLine));

    [FactNeeding(Need.Unix)]
    public void AFolderThatIsGoneIsToldWithoutAnyFrames()
    {
        var result = RealProcess.Run(
            "/bin/sh",
            ["-c", "mkdir gone && cd gone && rmdir ../gone && exec \"$0\" lint", Path.Join(AppContext.BaseDirectory, "hookrules")],
            cwd: project.Folder,
            environment: new Dictionary<string, string> { ["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath)! }
        );
        (result.ExitCode, result.Stdout).ShouldBe((3, ""));
        result.Stderr.ShouldEndWith("hookrules: the folder that this was started in is gone: change to another one.\n");
        result.Stderr.ShouldNotContain("   at ");
    }

    [Theory]
    [InlineData("help")]
    [InlineData("help lint")]
    [InlineData("help pack add")]
    public void HelpIsAlsoAWord(string line)
    {
        var words = line.Split(' ');
        var asked = project.Run(words);
        asked.ShouldBe(project.Run([.. words[1..], "--help"]));
        (asked.ExitCode, asked.Error).ShouldBe((0, ""));
        asked.Out.ShouldContain("Usage:");
        asked.Out.Split('\n').Max(one => one.Length).ShouldBeLessThan(250, "a list of values makes a column of its width");
    }

    [Theory]
    [InlineData("init")]
    [InlineData("compile")]
    [InlineData("lint")]
    [InlineData("fmt")]
    [InlineData("import")]
    [InlineData("explain")]
    [InlineData("events")]
    [InlineData("simulate")]
    [InlineData("replay")]
    [InlineData("pack")]
    [InlineData("pack add")]
    [InlineData("pack update")]
    [InlineData("pack verify")]
    [InlineData("pack list")]
    [InlineData("run")]
    [InlineData("demo")]
    public void EachCommandShowsAnExampleOfItself(string command)
    {
        var help = project.Run([.. command.Split(' '), "--help"]);
        (help.ExitCode, help.Error).ShouldBe((0, ""));
        help.Out.ShouldContain($"Example: hookrules {command}");
    }

    [Fact]
    public void WithoutARulesFileTheWayToOneIsNamed()
    {
        var result = project.Run("compile");
        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("expected hookrules.yaml, hookrules.yml or main.hookrules");
        result.Error.ShouldContain("hookrules init writes one.");
    }
}
