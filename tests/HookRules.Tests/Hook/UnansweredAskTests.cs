using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>In bypassPermissions mode Claude Code asks nobody about its protected paths: an <c>ask</c> there has to be a
/// <c>deny</c>.</summary>
public sealed class UnansweredAskTests
{
    private const string Rule = "on before Bash|Write|Edit|NotebookEdit -> ask \"Sure?\"\n";

    [Theory]
    [InlineData("Write", "file_path", ".claude/settings.json", "deny")]
    [InlineData("Edit", "file_path", "/home/dev/.bashrc", "deny")]
    [InlineData("Write", "file_path", "sub/.git/config", "deny")]
    [InlineData("Write", "file_path", ".mcp.json", "deny")]
    [InlineData("Write", "file_path", ".vscode/tasks.json", "deny")]
    [InlineData("Write", "file_path", ".husky/pre-commit", "deny")]
    [InlineData("NotebookEdit", "notebook_path", ".claude/a.ipynb", "deny")]
    [InlineData("Write", "file_path", ".claude/worktrees/x/.claude/settings.json", "deny")]
    [InlineData("Write", "file_path", ".claude/worktrees/x/src/a.py", "ask")]
    [InlineData("Write", "file_path", ".env", "ask")]
    [InlineData("Write", "file_path", "src/claude/settings.json", "ask")]
    [InlineData("Bash", "command", "echo x > .claude/settings.json", "deny")]
    [InlineData("Bash", "command", "cd a && cp x .git/hooks/pre-commit", "deny")]
    [InlineData("Bash", "command", "touch ~/.bashrc", "deny")]
    [InlineData("Bash", "command", "tee .vscode/tasks.json < x", "deny")]
    [InlineData("Bash", "command", "rm -rf .husky", "deny")]
    [InlineData("Bash", "command", "cat .claude/settings.json", "ask")]
    [InlineData("Bash", "command", "echo x > plain.txt", "ask")]
    public void AnAskHoldsInThatModeToo(string tool, string field, string value, string expected)
    {
        Decision("bypassPermissions", tool, field, value).ShouldBe(expected);
        Decision("acceptEdits", tool, field, value).ShouldBe("ask");
    }

    [Fact]
    public void TheReasonSaysWhyAndWhatToDo()
    {
        var reason = (string)Answer("bypassPermissions", "Write", "file_path", ".claude/x")["permissionDecisionReason"]!;

        reason.ShouldBe(
            "Sure? [asked by main.hookrules:1]\nIn bypassPermissions mode Claude Code asks nobody about .claude, .git and its other "
                + "protected paths but goes on, so this is refused: leave that mode (shift+tab) to be asked, or make the change yourself."
        );
    }

    private static string Decision(string mode, string tool, string field, string value, string rules = Rule) =>
        (string)Answer(mode, tool, field, value, rules)["permissionDecision"]!;

    private static JsonNode Answer(string mode, string tool, string field, string value, string rules = Rule)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", rules));
        compilation.Diagnostics.ShouldBeEmpty();
        using var project = new HookProject(compilation.Graph);
        var payload = new JsonObject
        {
            ["session_id"] = "s1",
            ["cwd"] = project.Folder,
            ["hook_event_name"] = "PreToolUse",
            ["permission_mode"] = mode,
            ["tool_name"] = tool,
            ["tool_input"] = new JsonObject { [field] = value },
        };
        var result = project.Run(
            Encoding.UTF8.GetBytes(payload.ToJsonString()),
            ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", "PreToolUse"]
        );
        return JsonNode.Parse(result.Stdout)!["hookSpecificOutput"]!;
    }
}
