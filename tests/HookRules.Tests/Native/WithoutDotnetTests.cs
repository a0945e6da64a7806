using HookRules.Compiler.Knowledge;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime;
using Shouldly;

namespace HookRules.Tests.Native;

/// <summary>The two programs alone in a folder, on a machine where no .NET can be found.</summary>
public sealed class WithoutDotnetTests : IDisposable
{
    private const string Rules = """
        rule no-force-push:
          on before Bash where runs "git push" with (--force) -> deny "no"
        on Write *.py -> run "cat {file}"
        on Write *.py -> log "writes.jsonl"

        """;

    private readonly string root = Directory.CreateTempSubdirectory("hookrules native-").FullName;

    public WithoutDotnetTests()
    {
        foreach (var program in new[] { "hookrules", "hookrules-hook" })
            File.Copy(Path.Combine(HookProject.RuntimeFolder, program), Path.Combine(Folder("programs"), program));
        WithoutDotnet.LinkTools(Folder("bin"));

        File.WriteAllText(Path.Combine(Folder("project"), "main.hookrules"), Rules);
    }

    public void Dispose()
    {
        // The consumer that a hook started would go on in a folder that is gone.
        Run("run", "--stop");
        Eventually.True(() => WithoutDotnet.IsRemoved(root), "the consumer still writes");
    }

    [NativeFact]
    public void NoDotnetIsThere()
    {
        RealProcess.Run("/bin/sh", ["-c", "command -v dotnet"], environment: Environment).ExitCode.ShouldNotBe(0);
        Run("--version").Stdout.Trim().ShouldEndWith(", native");
    }

    [NativeFact]
    public void AProjectIsLintedFormattedAndCompiled()
    {
        Run("lint").ShouldBe(new ProcessResult("", "", 0));
        Run("fmt", "main.hookrules").ExitCode.ShouldBe(0);
        Run("compile").ExitCode.ShouldBe(0);
        Run("compile", "--check").ExitCode.ShouldBe(0);

        File.ReadAllText(Path.Combine(Folder("project"), ".claude/hookrules/local")).Trim().ShouldBe(Folder("programs"));
    }

    [NativeFact]
    public void EverySampleIsSimulatedAndHasNothingWrongWithIt()
    {
        var all = Run("simulate", "--samples");

        (all.ExitCode, all.Stderr).ShouldBe((0, ""));
        all.Stdout.ShouldContain("no-force-push");
        foreach (var sample in Samples.Names)
            all.Stdout.ShouldContain(sample);
    }

    [NativeFact]
    public void WhatIsWrongWithAPayloadIsFoundByItsSchema()
    {
        var payload = """{"session_id":"s","transcript_path":"","cwd":"/","hook_event_name":"Stop","stop_hook_active":"yes"}""";
        File.WriteAllText(Path.Combine(Folder("project"), "payload.json"), payload);

        var result = Run("simulate", "--payload", "payload.json");

        (result.Stdout + result.Stderr).ShouldContain("stop_hook_active");
        (result.Stdout + result.Stderr).ShouldContain("true or false");
    }

    [NativeFact]
    public void SettingsAreImported()
    {
        File.WriteAllText(
            Path.Combine(Folder("project"), "settings.json"),
            """{"hooks":{"PostToolUse":[{"matcher":"Write","hooks":[{"type":"command","command":"make check","timeout":7}]}]}}"""
        );

        var imported = Run("import", "settings.json");

        imported.ExitCode.ShouldBe(0);
        imported.Stdout.ShouldContain("make check");
    }

    [NativeFact]
    public void TheLauncherDecidesAndQueuesAndTheConsumerRuns()
    {
        Run("compile").ExitCode.ShouldBe(0);
        var payload = $$"""
            {"session_id":"s","cwd":"{{Folder("project")}}","hook_event_name":"PostToolUse","tool_name":"Write","tool_use_id":"t",
             "tool_input":{"file_path":"{{Folder("project")}}/a.py","content":""},"tool_response":{} }
            """;
        var plan = Path.Combine(Folder("project"), ".claude/hookrules/plan.json");
        RealProcess
            .Run(
                Path.Combine(Folder("programs"), "hookrules-hook"),
                ["--plan", plan, "--event", "PostToolUse"],
                System.Text.Encoding.UTF8.GetBytes(payload),
                new Dictionary<string, string>(Environment) { ["CLAUDE_PROJECT_DIR"] = Folder("project") },
                Folder("project")
            )
            .ShouldBe(new ProcessResult("", "", 0));

        Run("run", "--once").ExitCode.ShouldBe(0);

        // The consumer that the hook started may be the one that has it in hand.
        SpinWait.SpinUntil(() => File.Exists(Path.Combine(Folder("project"), "writes.jsonl")), TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [NativeFact]
    public void TheDemonstrationHappensAsTheRulesSay()
    {
        var result = Run("demo");

        result.Stdout.ShouldEndWith("Everything happened as the rules say.\n", Case.Sensitive, result.Stderr);
        result.ExitCode.ShouldBe(0);
    }

    private Dictionary<string, string> Environment =>
        new()
        {
            ["PATH"] = Folder("bin"),
            ["HOME"] = Folder("home"),
            ["XDG_STATE_HOME"] = Folder("state"),
            ["DOTNET_ROOT"] = Folder("nothing"),
        };

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;

    private ProcessResult Run(params string[] args) =>
        RealProcess.Run(Path.Combine(Folder("programs"), "hookrules"), args, environment: Environment, cwd: Folder("project"));
}
