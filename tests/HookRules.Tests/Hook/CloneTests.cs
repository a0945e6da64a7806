using System.Text;
using Shouldly;

namespace HookRules.Tests.Hook;

/// <summary>Compiled rules on their way through git, with its own commands: into worktrees, into clones, and back together in
/// merges.</summary>
public sealed class CloneTests : IDisposable
{
    private const string Rules = """
        consumer manual
        on before Bash where runs "rm" -> deny "held by the rule"
        on before Write -> deny "no", closed

        """;

    private readonly string root = Directory.CreateTempSubdirectory("hookrules clone-").FullName;

    public CloneTests()
    {
        Directory.CreateDirectory(Main);
        Git(root, "init", "-q", "-b", "main", Main);
        File.WriteAllText(RulesOf(Main), Rules);
        Compile(Main).ExitCode.ShouldBe(0);
        Commit("rules");
    }

    private string Main => Path.Combine(root, "main checkout");

    private string Home => Path.Combine(root, "home");

    private Dictionary<string, string> Environment =>
        new()
        {
            ["PATH"] = "/usr/bin:/bin",
            ["HOME"] = Home,
            ["XDG_STATE_HOME"] = Path.Combine(root, "state"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(root, "run"),
            ["CLAUDE_CODE_SESSION_ID"] = "s1",
        };

    public void Dispose() => Directory.Delete(root, recursive: true);

    [FactNeeding(Need.Unix)]
    public void AWorktreeFindsTheRuntimeOfItsMainCheckout()
    {
        ForgetCurrent();
        foreach (var tree in new[] { Path.Combine(root, "a tree"), Path.Combine(Main, ".claude", "worktrees", "x") })
        {
            Git(Main, "worktree", "add", "-q", tree, "-b", Path.GetFileName(tree).Replace(' ', '-'));

            File.Exists(Path.Combine(tree, ".claude", "hookrules", "local")).ShouldBeFalse();
            Tool(tree, "Bash").Stdout.ShouldContain("held by the rule");
        }
    }

    [FactNeeding(Need.Unix)]
    public void ACloneFindsTheRuntimeThatItsUserInstalledAndSaysWhatToDoWhereThereIsNone()
    {
        var clone = Path.Combine(root, "clone");
        Git(root, "clone", "-q", Main, clone);
        Tool(clone, "Bash").Stdout.ShouldContain("held by the rule");

        ForgetCurrent();
        Tool(clone, "Bash")
            .Stdout.ShouldContain("{\"systemMessage\":\"hookrules: the hookrules runtime is not installed on this machine, so ");
        Tool(clone, "Bash").ShouldBe(new ProcessResult("", "", 0));
        var closed = Tool(clone, "Write");
        (closed.ExitCode, closed.Stdout).ShouldBe((1, ""));
        closed.Stderr.ShouldContain("rules for this call must not be skipped: unpack the archive");

        // A worktree of a clone whose main checkout has no runtime is no better off, and says the same.
        var tree = Path.Combine(root, "tree of the clone");
        Git(clone, "worktree", "add", "-q", tree, "-b", "tree");
        Tool(tree, "Write").Stderr.ShouldContain("rules for this call must not be skipped: unpack the archive");
    }

    [FactNeeding(Need.Unix)]
    public void WhatTwoBranchesCompiledIsMergedByTheNextCompile()
    {
        Git(Main, "checkout", "-q", "-b", "theirs");
        File.WriteAllText(RulesOf(Main), Rules + "on Write *.py -> log \"a\"\n");
        Compile(Main).ExitCode.ShouldBe(0);
        Commit("theirs");
        Git(Main, "checkout", "-q", "main");
        File.WriteAllText(RulesOf(Main), "on Stop -> log \"b\"\n" + Rules);
        Compile(Main).ExitCode.ShouldBe(0);
        Commit("ours");

        RunGit(Main, "merge", "theirs").ExitCode.ShouldBe(1);
        RunGit(Main, "diff", "--name-only", "--diff-filter=U").Stdout.ShouldBe(".claude/hookrules/plan.json\n.claude/settings.json\n");
        var merged = Compile(Main);

        (merged.ExitCode, merged.Stderr).ShouldBe((0, ""));
        var settings = File.ReadAllText(Path.Combine(Main, ".claude", "settings.json"));
        foreach (var @event in new[] { "Stop", "PreToolUse", "PostToolUse" })
            EntryClient.Handlers(settings, @event).ShouldNotBeEmpty(@event);
        Compile(Main, "--check").ExitCode.ShouldBe(0);
        Commit("merged");
        Tool(Main, "Bash").Stdout.ShouldContain("held by the rule");
    }

    [FactNeeding(Need.Unix)]
    public void AMergeConflictInTheRulesThemselvesIsToldAsOne()
    {
        foreach (var (branch, text) in new[] { ("theirs", "never"), ("main", "please not") })
        {
            if (branch == "theirs")
                Git(Main, "checkout", "-q", "-b", branch);
            else
                Git(Main, "checkout", "-q", branch);
            File.WriteAllText(RulesOf(Main), Rules.Replace("held by the rule", text, StringComparison.Ordinal));
            Compile(Main).ExitCode.ShouldBe(0);
            Commit(branch);
        }

        RunGit(Main, "merge", "theirs").ExitCode.ShouldBe(1);
        var told = Compile(Main);

        told.ExitCode.ShouldBe(1);
        told.Stderr.ShouldStartWith("main.hookrules:2:1: error HR0021: this file holds a merge conflict: lines 2 to 6\n");
        told.Stderr.Split("error HR").Length.ShouldBe(2);

        File.WriteAllText(RulesOf(Main), Rules);
        Compile(Main).ExitCode.ShouldBe(0);
        Compile(Main, "--check").ExitCode.ShouldBe(0);
    }

    private static string RulesOf(string folder) => Path.Combine(folder, "main.hookrules");

    /// <summary>As on a machine where this user has not installed anything.</summary>
    private void ForgetCurrent() => Directory.Delete(Path.Combine(Home, ".local", "share", "hookrules"), recursive: true);

    private ProcessResult Compile(string folder, params string[] more) =>
        RealProcess.Run(Path.Combine(HookProject.RuntimeFolder, "hookrules"), ["compile", .. more], default, Environment, folder);

    /// <summary>What the entry for this tool says of <c>rm x</c>.</summary>
    private ProcessResult Tool(string folder, string tool)
    {
        var groups = EntryClient.Groups(File.ReadAllText(Path.Combine(folder, ".claude", "settings.json")), "PreToolUse");
        var entry = groups.Single(group => group.GetProperty("matcher").GetString() == tool).GetProperty("hooks")[0];
        var environment = Environment;
        environment["CLAUDE_PROJECT_DIR"] = folder;
        return new EntryClient(folder, environment).Run(entry, Encoding.UTF8.GetBytes(HookProject.Bash("rm x")));
    }

    private void Commit(string message)
    {
        Git(Main, "add", "-A", "--", "main.hookrules", ".claude/settings.json", ".claude/hookrules");
        Git(Main, "commit", "-q", "-m", message);
    }

    private void Git(string folder, params string[] arguments)
    {
        var result = RunGit(folder, arguments);
        result.ExitCode.ShouldBe(0, $"git {string.Join(' ', arguments)}: {result.Stderr}");
    }

    private ProcessResult RunGit(string folder, params string[] arguments) =>
        RealProcess.Run(
            "git",
            ["-c", "user.name=Dev", "-c", "user.email=dev@example.org", "-c", "merge.conflictStyle=merge", .. arguments],
            default,
            Environment,
            folder
        );
}
