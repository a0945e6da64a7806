using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

public sealed class NotImplementedTests
{
    private const string Words = """
        queue redis env.REDIS_URL stream "claude:hooks"
        record on
        action ruff = run "ruff {files}" batch turn feedback busy skip
        action chat = log "x" throttle 3 per 1m
        on Write *.py -> ruff, chat feedback, busy queue
        on Edit *.py -> chat throttle 1 per 1s
          on failure -> log "y" busy restart
        on Stop -> await ruff
        on SubagentStop -> await ruff

        """;

    [Fact]
    public void EachWordIsToldOnceAtItsFirstUse() => Told(new SourceText("main.hookrules", Words)).ShouldBe(["2:1 record"]);

    [Fact]
    public void AnyFileIsTold() =>
        Told(new SourceText("a.hookrules", "record on\n"), new SourceText("b.hookrules", "on Write -> log \"y\" feedback\n"))
            .ShouldBe(["1:1 record"]);

    [Fact]
    public void WhatIsDoneInFullIsNotTold() =>
        Told(
                new SourceText(
                    "main.hookrules",
                    """
                    queue sqlite "q.db"
                    record off
                    action lint = run "lint {files}" batch turn feedback
                    on Write *.py -> lint, log "x" debounce 1s busy skip, log "y" dedup 1s, log "z" throttle 3 per 1m
                    on Stop -> await lint
                    """
                )
            )
            .ShouldBeEmpty();

    [Fact]
    public void AFileMayTakeNoteOfIt()
    {
        Told(new SourceText("main.hookrules", $"lint HR5002 off\n{Words}")).ShouldBeEmpty();
        Told(new SourceText("main.hookrules", "# hookrules: disable HR5002 because we know\nrecord on\n")).ShouldBeEmpty();
    }

    [Fact]
    public void CompileTellsItTooAndSucceeds()
    {
        using var project = new CliProject(Words);

        var result = project.Run("compile");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain("main.hookrules:2:1: hint HR5002: \"record\" is not done in full by this version: no payload is kept");
        result.Error.Split('\n').Count(line => line.Contains("HR5002")).ShouldBe(1);
    }

    private static string[] Told(params SourceText[] files)
    {
        var compilation = Compilation.Create([.. files]);
        compilation.HasErrors.ShouldBeFalse();
        var linted = Linter.Rules(compilation).Where(diagnostic => diagnostic.Code == "HR5002").ToArray();
        linted.ShouldAllBe(diagnostic => diagnostic.Severity == Severity.Hint);
        Linter.DoneOtherwise(compilation).ShouldBe(linted);
        return [.. linted.Select(diagnostic => $"{diagnostic.At.Line}:{diagnostic.At.Column} {diagnostic.Message.Split('"')[1]}")];
    }
}
