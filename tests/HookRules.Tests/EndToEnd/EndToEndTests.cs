using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Tests.Cli;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.EndToEnd;

/// <summary>A rules file drives real processes: compiled by the real command, the commands of the generated settings.json started as Claude
/// Code does, the consumer started by the hook.</summary>
public sealed class EndToEndTests : IDisposable
{
    private const string Rules = """
        action ruff   = run ["sh", "tools/record", "ruff", "{file}"]
        action pytest = run ["sh", "tools/record", "pytest", "{file}"]
        action slack  = run ["sh", "tools/record", "slack", "{file}"]

        on Write *.py -> ruff, pytest, slack, dedup 1s

        """;

    private readonly CliProject project = new(Rules);

    public EndToEndTests()
    {
        // One line a run: the action, the number of its arguments, the file, and what the file held then.
        project.Write(
            "tools/record",
            """
            printf '%s\t%s\t%s\t%s\n' "$1" "$#" "$(printf '%s' "$2" | tr '\n' '|')" "$(cat -- "$2")" >>"$CLAUDE_PROJECT_DIR/runs.txt"
            """
        );
        var compiled = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            ["compile"],
            default,
            Environment,
            project.Folder
        );
        compiled.ExitCode.ShouldBe(0, compiled.Stderr);
    }

    private Dictionary<string, string> Environment =>
        new()
        {
            ["CLAUDE_PROJECT_DIR"] = project.Folder,
            ["XDG_STATE_HOME"] = project.PathOf("../state"),
            ["HOME"] = project.PathOf("../home"),
        };

    [Fact]
    public void ABurstRunsEachActionOnceAfterTheLastWriteAndASecondBurstOnceMore()
    {
        for (var i = 1; i <= 5; i++)
            Write("app.py", $"version {i}");
        Write("other.py", "other");
        Write("notes.txt", "text");
        Eventually.True(() => Runs.Length >= 6, "the first burst was not worked off");
        Runs.Order(StringComparer.Ordinal)
            .ShouldBe([
                Line("pytest", "app.py", "version 5"),
                Line("pytest", "other.py", "other"),
                Line("ruff", "app.py", "version 5"),
                Line("ruff", "other.py", "other"),
                Line("slack", "app.py", "version 5"),
                Line("slack", "other.py", "other"),
            ]);

        for (var i = 6; i <= 10; i++)
            Write("app.py", $"version {i}");
        Eventually.True(() => Runs.Length >= 9, "the second burst was not worked off");
        Runs.Skip(6)
            .Order(StringComparer.Ordinal)
            .ShouldBe([
                Line("pytest", "app.py", "version 10"),
                Line("ruff", "app.py", "version 10"),
                Line("slack", "app.py", "version 10"),
            ]);
    }

    [Theory]
    [InlineData("; touch pwned #.py")]
    [InlineData("--fix.py")]
    [InlineData("a \"quoted\" 'name'\n$(touch pwned) `touch pwned`.py")]
    public void AHostileFileNameIsOneExactArgumentAndNoCommand(string name)
    {
        Write(name, "x");
        Eventually.True(() => Runs.Length >= 3, "it was not worked off");
        Runs.ShouldAllBe(run =>
            run.Split('\t')[1] == "2" && run.Split('\t')[2] == project.PathOf(name).Replace('\n', '|') && run.Split('\t')[3] == "x"
        );
        project.Files.ShouldNotContain("pwned");
    }

    public void Dispose()
    {
        // The consumer outlives the hooks; while it ends it may still write.
        RealProcess.Run("/usr/bin/env", ["pkill", "-KILL", "-f", project.PathOf(".claude/hookrules/plan.json")]);
        Eventually.True(TryRemove, "the project could not be removed");
    }

    private bool TryRemove()
    {
        try
        {
            project.Dispose();
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

    private string[] Runs => File.Exists(project.PathOf("runs.txt")) ? File.ReadAllLines(project.PathOf("runs.txt")) : [];

    private string Line(string action, string file, string content) => $"{action}\t2\t{project.PathOf(file)}\t{content}";

    /// <summary>Writes a file, then starts what settings.json names with a real payload on stdin.</summary>
    private void Write(string name, string content)
    {
        project.Write(name, content);
        var payload = JsonNode.Parse(Samples.Read("PostToolUse-Write-create"))!;
        payload["cwd"] = project.Folder;
        payload["tool_input"]!["file_path"] = project.PathOf(name);
        new EntryClient(project.Folder, Environment)
            .Run(
                EntryClient.Handlers(project.Read(".claude/settings.json"), "PostToolUse")[0],
                JsonSerializer.SerializeToUtf8Bytes(payload)
            )
            .ShouldBe(new ProcessResult("", "", 0));
    }
}
