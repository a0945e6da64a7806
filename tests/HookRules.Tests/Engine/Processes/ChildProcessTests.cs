using System.Diagnostics;
using System.Text;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class ChildProcessTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    internal static ChildSpec Spec(string folder, params string[] argv) =>
        new()
        {
            Argv = [.. argv],
            Folder = folder,
            Environment = [new("PATH", "/usr/bin:/bin")],
        };

    [Theory]
    [InlineData("; touch pwned #.py")]
    [InlineData("--fix.py")]
    [InlineData("a 'b' \"c\"\n$(touch pwned) `touch pwned` * ü\\")]
    [InlineData("")]
    public void AnArgumentArrivesAsItIs(string argument)
    {
        var result = Run("printf", "%s|", argument, "next");

        result.Stdout.Text.ShouldBe($"{argument}|next|");
        Directory.GetFileSystemEntries(folder.Path).ShouldBeEmpty();
    }

    [Fact]
    public void StandardInputIsWhatIsGivenHoweverLarge()
    {
        var input = Encoding.UTF8.GetBytes(new string('x', 3_000_000));

        var result = ChildProcess.Run(Spec(folder.Path, "wc", "-c") with { Stdin = input });

        result.Stdout.Text.Trim().ShouldBe("3000000");
    }

    [Fact]
    public void AProgramMayIgnoreItsInput() =>
        ChildProcess.Run(Spec(folder.Path, "true") with { Stdin = new byte[1_000_000] }).ExitCode.ShouldBe(0);

    [Fact]
    public void TheEnvironmentIsWhatIsGivenAndNothingElse()
    {
        var spec = Spec(folder.Path, "/usr/bin/env") with { Environment = [new("PATH", "/usr/bin:/bin"), new("X", "a=b c")] };

        ChildProcess.Run(spec).Stdout.Text.ShouldBe("PATH=/usr/bin:/bin\nX=a=b c\n");
    }

    [Fact]
    public void ItRunsInItsFolderAndInASessionOfItsOwn()
    {
        var result = Run("sh", "-c", "pwd; cat /proc/self/stat");

        var lines = result.Stdout.Text.Split('\n');
        lines[0].ShouldBe(folder.Path);
        lines[1].Split(") ")[1].Split(' ')[3].ShouldBe(result.Pid.ToString(System.Globalization.CultureInfo.InvariantCulture));
    }

    [Theory]
    [InlineData("exit 3", 3)]
    [InlineData("kill -9 $$", 137)]
    [InlineData("kill -15 $$", 143)]
    public void TheExitCodeIsThatOfAShell(string script, int code) => Run("sh", "-c", script).ExitCode.ShouldBe(code);

    [Fact]
    public void BothStreamsAreKept()
    {
        var result = Run("sh", "-c", "echo out; echo err >&2");

        (result.Stdout.Text, result.Stderr.Text).ShouldBe(("out\n", "err\n"));
    }

    [Fact]
    public void OfLongOutputTheBeginningAndTheEndAreKept()
    {
        var result = ChildProcess.Run(
            Spec(folder.Path, "sh", "-c", "echo first; yes | head -c 50000000; echo last") with
            {
                KeepOutput = 1000,
            }
        );

        result.ExitCode.ShouldBe(0);
        result.Stdout.Text.ShouldStartWith("first\n");
        result.Stdout.Text.ShouldEndWith("last\n");
        result.Stdout.Text.Length.ShouldBeLessThan(1100);
        result.Stdout.Dropped.ShouldBe(50_000_000 + 11 - 1000);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void WhicheverPiecesOutputComesInTheKeptPartsAreRight(int piece)
    {
        var text = Encoding.ASCII.GetBytes(string.Concat(Enumerable.Range(0, 40).Select(i => $"{i:D3}.")));
        var buffer = new OutputBuffer(40);
        for (var at = 0; at < text.Length; at += piece)
            buffer.Add(text.AsSpan(at, Math.Min(piece, text.Length - at)));

        var output = buffer.Take();

        Encoding.ASCII.GetString(output.Head.Span).ShouldBe("000.001.002.003.004.");
        Encoding.ASCII.GetString(output.Tail.Span).ShouldBe("035.036.037.038.039.");
        output.Dropped.ShouldBe(120);
    }

    [Fact]
    public void ABrokenPipeEndsAProgramAsItShould() => Run("sh", "-c", "yes | head -n 1; echo done").Stdout.Text.ShouldBe("y\ndone\n");

    [Theory]
    [InlineData("sleep 100 & sleep 100")]
    [InlineData("setsid sleep 100 & sleep 100")]
    [InlineData("(setsid sh -c 'sleep 100 & sleep 100 &' &) ; sleep 100")]
    [InlineData("trap '' TERM INT HUP; while :; do sleep 100; done")]
    public void ATimeoutEndsTheWholeTree(string script)
    {
        var mark = $"9{Random.Shared.Next(100_000, 999_999)}";
        var spec = Spec(folder.Path, "sh", "-c", script.Replace("100", mark, StringComparison.Ordinal)) with
        {
            Timeout = TimeSpan.FromMilliseconds(400),
        };
        var started = Stopwatch.GetTimestamp();

        var result = ChildProcess.Run(spec);

        (result.TimedOut, result.ExitCode).ShouldBe((true, 124));
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(15));
        Eventually.True(
            () => !Directory.GetDirectories("/proc").Any(process => CommandLine(process).Contains(mark, StringComparison.Ordinal)),
            "something of the tree lives on"
        );
    }

    [Fact]
    public void WhatRunsOnInTheBackgroundDoesNotHoldUpTheResult()
    {
        var started = Stopwatch.GetTimestamp();

        var result = Run("sh", "-c", "sleep 8 & echo done");

        (result.ExitCode, result.Stdout.Text).ShouldBe((0, "done\n"));
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(6));
    }

    [Fact]
    public void CancellingEndsTheTree()
    {
        using var cancel = new CancellationTokenSource(TimeSpan.FromMilliseconds(200));

        ChildProcess.Run(Spec(folder.Path, "sh", "-c", "sleep 50 & sleep 50"), cancel.Token).ExitCode.ShouldBe(137);
    }

    [Fact]
    public void AProgramThatIsMissingIsAResult()
    {
        var result = Run("no-such-program", "x");

        (result.ExitCode, result.StartFailure).ShouldBe((127, "no-such-program was not found on PATH; install it, or write its path"));
    }

    [Fact]
    public void AScriptThatIsNotExecutableIsAResult()
    {
        File.WriteAllText(folder.Of("x.sh"), "#!/bin/sh\n");

        var result = Run("./x.sh");

        (result.ExitCode, result.StartFailure).ShouldBe((126, $"./x.sh is not executable; run: chmod +x '{folder.Of("x.sh")}'"));
    }

    [Theory]
    [InlineData("#!/no/such/interpreter\n", 127, "the interpreter that its first line names is missing")]
    [InlineData("just text", 126, "it is neither a program nor a script with a #! line")]
    public void AScriptThatCannotBeStartedIsAResult(string text, int code, string why)
    {
        Script("x.sh", text);

        var result = Run("./x.sh");

        result.ExitCode.ShouldBe(code);
        result.StartFailure.ShouldNotBeNull().ShouldContain(why);
    }

    [Fact]
    public void AFolderThatIsGoneIsAResult() =>
        ChildProcess.Run(Spec(folder.Of("gone"), "true")).StartFailure.ShouldBe($"the folder {folder.Of("gone")} does not exist");

    [Fact]
    public void AnArgumentThatIsTooLongIsAResult() =>
        Run("true", new string('x', 3_000_000)).StartFailure.ShouldBe("true cannot be started: the arguments are too long for the system");

    [Fact]
    public void APathWithASlashIsRelativeToTheFolder()
    {
        Directory.CreateDirectory(folder.Of("bin"));
        Script("bin/tool", "#!/bin/sh\necho here\n");

        Run("bin/tool").Stdout.Text.ShouldBe("here\n");
    }

    [Fact]
    public void ADetachedProgramHasASessionOfItsOwnAndClosedStreams()
    {
        ChildProcess
            .StartDetached(
                Spec(
                    folder.Path,
                    "sh",
                    "-c",
                    "a=$(readlink /proc/$$/fd/0 /proc/$$/fd/1 /proc/$$/fd/2); b=$(cut -d' ' -f1,6 /proc/$$/stat); printf '%s\\n' "
                        + "\"$a\" \"$b\" > x; mv x done"
                )
            )
            .ShouldBeNull();

        Eventually.True(() => File.Exists(folder.Of("done")));
        var lines = File.ReadAllLines(folder.Of("done"));
        lines[..3].ShouldAllBe(line => line == "/dev/null");
        lines[3].Split(' ')[0].ShouldBe(lines[3].Split(' ')[1]);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText(Path.Join(process, "stat")).Contains(") Z", StringComparison.Ordinal)
                ? ""
                : File.ReadAllText(Path.Join(process, "cmdline"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    private void Script(string name, string text)
    {
        File.WriteAllText(folder.Of(name), text);
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(folder.Of(name), UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    private ChildResult Run(params string[] argv) => ChildProcess.Run(Spec(folder.Path, argv));
}
