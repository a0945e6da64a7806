using HookRules.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>What a person sees: lines that fit, colours where they are wanted, and a last line that counts.</summary>
public sealed class TerminalTests : IDisposable
{
    private const string Rules =
        "on Write *.py -> run \"echo {file} and a text that is longer than any terminal is wide, so that it has to be cut "
        + "somewhere\" timout 3s, dedup 1s\non Writ -> log \"x\"\n";

    private readonly CliProject project = new(Rules);

    public void Dispose() => project.Dispose();

    [Theory]
    [InlineData(60)]
    [InlineData(80)]
    [InlineData(100)]
    public void SourceLinesAreCutToItsWidthAroundThePlace(int width)
    {
        var shown = Shown(new Terminal(width, Colours: false)).Where(line => line.Contains(" | ", StringComparison.Ordinal)).ToList();
        shown.ShouldAllBe(line => line.Length <= width);
        var marks = shown.FindIndex(line => line.Contains('^', StringComparison.Ordinal));
        shown[marks - 1].Substring(shown[marks].IndexOf('^', StringComparison.Ordinal), "timout".Length).ShouldBe("timout");
    }

    [Fact]
    public void TheLastLineCountsAndNamesTheCommandThatExplains() =>
        Shown(new Terminal(80, Colours: false))[^1]
            .ShouldBe("2 problems in 1 file: 2 errors; why, and an example: hookrules explain HR0019");

    [Fact]
    public void SeverityAndMarksAreColouredWhereColoursAreWanted()
    {
        Shown(new Terminal(80, Colours: true))[0].ShouldStartWith("main.hookrules:1:124: \u001b[1;31merror HR0019\u001b[0m: ");
        Shown(new Terminal(80, Colours: false)).ShouldAllBe(line => !line.Contains('\u001b', StringComparison.Ordinal));
    }

    [Fact]
    public void OtherReadersGetNeitherColoursNorACommandThatExplains()
    {
        var shown = Shown(null);
        shown.ShouldAllBe(line => !line.Contains('\u001b', StringComparison.Ordinal));
        shown[^1].ShouldBe("2 problems in 1 file: 2 errors");
    }

    private string[] Shown(Terminal? terminal)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var cli = new HookRules.Cli.Cli(TextReader.Null, output, error, project.Folder, TimeProvider.System, _ => null)
        {
            Terminal = terminal,
        };
        CommandLine.Invoke(["lint"], cli).ShouldBe(1);
        output.ToString().ShouldBe("");
        return error.ToString().TrimEnd('\n').Split('\n');
    }
}
