using HookRules.Cli;
using HookRules.Cli.Reports;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>Work that takes longer than a second says on a terminal how far it has come, and takes the line away again.</summary>
public sealed class ProgressTests
{
    [Fact]
    public void ItIsSaidOnATerminalAloneAfterASecondAndTenTimesASecond()
    {
        Said(new Terminal(80, Colours: false)).ShouldBe("\r3 of 200 events (1 %)\r5 of 200 events (2 %)\r" + new string(' ', 21) + "\r");
        Said(null).ShouldBe("");
    }

    private static string Said(Terminal? terminal)
    {
        using var error = new StringWriter();
        var time = new ManualTime();
        var cli = new HookRules.Cli.Cli(TextReader.Null, TextWriter.Null, error, "/", time, _ => null) { Terminal = terminal };
        using (var progress = Progress.Of(cli, "event", 200))
        {
            progress.At(1);
            time.Advance(TimeSpan.FromMilliseconds(999));
            progress.At(2);
            time.Advance(TimeSpan.FromMilliseconds(1));
            progress.At(3);
            time.Advance(TimeSpan.FromMilliseconds(50));
            progress.At(4);
            time.Advance(TimeSpan.FromMilliseconds(50));
            progress.At(5);
        }

        return error.ToString();
    }
}
