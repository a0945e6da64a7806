using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Tests.Cli;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.EndToEnd;

/// <summary>What an action is given besides its words: compiled by the command, run by the real hook and its consumer.</summary>
public sealed class ActionWordTests : IDisposable
{
    private readonly CliProject project = new();

    private Dictionary<string, string> Environment =>
        new()
        {
            ["CLAUDE_PROJECT_DIR"] = project.Folder,
            ["XDG_STATE_HOME"] = project.PathOf("../state"),
            ["HOME"] = project.PathOf("../home"),
            ["DEPLOY_TOKEN"] = "t0ken-of-mine",
        };

    [Fact]
    public void ProgramsRunInTheirFolderWithTheirVariables()
    {
        project.Write("web/here", "");
        Send(
            """on Write *.py -> shell "echo $(ls) $CHANGED $MODE $TOKEN >>$CLAUDE_PROJECT_DIR/seen" """
                + """in "web" env { CHANGED: "wrote {tool_input.content}", MODE: "fast", TOKEN: env.DEPLOY_TOKEN }"""
        );

        Line("seen").ShouldBe("here wrote x; $(touch pwned) fast t0ken-of-mine");
        project.Files.ShouldNotContain("pwned");
    }

    [Fact]
    public void WhileClaudeWaitsTheyDoToo()
    {
        project.Write("web/here", "");
        Send("""on Write *.py -> shell "echo $(ls) $MODE >>$CLAUDE_PROJECT_DIR/seen" sync in "web" env { MODE: "fast" }""");

        project.Read("seen").ShouldBe("here fast\n");
    }

    [Fact]
    public void ALineOfALogIsOneLineWhateverTheEventHolds()
    {
        Send("""on Write *.py -> log "writes.log" "{tool_name}: {tool_input.file_path}" """, "a\nb.py");

        Line("writes.log").ShouldBe($"Write: {project.PathOf("a\\nb.py")}");
    }

    [Fact]
    public void AScriptOfAPackFindsItsOwnFolder()
    {
        project.Write(
            "packs/checks.hookrules",
            "pack checks version \"1.0.0\"\non Write *.py -> shell \"sh \\\"$pack/seen.sh\\\"\" in \"web\"\n"
        );
        project.Write("packs/seen.sh", "pwd >>\"$CLAUDE_PROJECT_DIR/seen\"\n");
        project.Write("web/here", "");
        Send("use \"./packs/checks.hookrules\"");

        Line("seen").ShouldBe(project.PathOf("web"));
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

    private string Line(string file)
    {
        Eventually.True(() => File.Exists(project.PathOf(file)) && project.Read(file).EndsWith('\n'), $"nothing was written to {file}");
        return project.Read(file).TrimEnd('\n');
    }

    /// <summary>Compiles the rules and writes a file, as far as the hook is told.</summary>
    private void Send(string rules, string name = "a.py")
    {
        project.Write("main.hookrules", rules + "\n");
        var compiled = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            ["compile"],
            default,
            Environment,
            project.Folder
        );
        compiled.ExitCode.ShouldBe(0, compiled.Stderr);
        var payload = JsonNode.Parse(Samples.Read("PostToolUse-Write-create"))!;
        payload["cwd"] = project.Folder;
        payload["tool_input"]!["file_path"] = project.PathOf(name);
        payload["tool_input"]!["content"] = "x; $(touch pwned)";
        new EntryClient(project.Folder, Environment)
            .Run(
                EntryClient.Handlers(project.Read(".claude/settings.json"), "PostToolUse")[0],
                JsonSerializer.SerializeToUtf8Bytes(payload)
            )
            .ShouldBe(new ProcessResult("", "", 0));
    }
}
