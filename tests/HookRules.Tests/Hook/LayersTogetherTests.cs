using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Tests.Faults;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>What layers share in one session (windows, keys, verdicts, one consumer) is each layer's own all the same.</summary>
public sealed class LayersTogetherTests : IDisposable
{
    private readonly LayeredProject layered = new();

    public void Dispose()
    {
        if (ConsumerRecord.Read(State) is { } consumer && FileLock.IsHeld(State.ConsumerLock))
            FaultBench.Tool("kill", "-9", $"{consumer.Pid}");
        layered.Dispose();
    }

    public static TheoryData<Layer[]> Together => LayerTests.Together;

    [Theory, MemberData(nameof(Together))]
    public void WindowsAndBusyKeysOfOneTextAreOnesOwnInEachLayer(Layer[] layers)
    {
        foreach (var layer in layers)
            layered.Compile(
                layer,
                $$"""
                consumer manual
                action fmt = log "{{layer}}.txt" "fmt {file}"
                action slow = shell "echo slow >>{{layer}}.txt"
                action once = log "{{layer}}.txt" "once"
                action again = log "{{layer}}.txt" "again"
                on Write *.py -> fmt, dedup 50ms
                on Write *.py -> slow, busy coalesce
                on Write *.py -> once, dedup 1m first by session
                rule staged:
                  on Write *.py -> fmt -> again, debounce 50ms
                """
            );

        foreach (var text in new[] { "one", "two", "three" })
            layered.Happens(layers, "PostToolUse", Written("a.py", text), "Write").Length.ShouldBe(layers.Length);
        layered.WorkOff(layers[^1]);

        foreach (var layer in layers)
        {
            var ran = File.ReadAllLines(layered.Project.PathOf($"{layer}.txt"));
            ran.Count(line => line == "once").ShouldBe(1, $"{layer}");
            ran.Count(line => line == "slow").ShouldBeInRange(1, 3, $"{layer}");
            ran.ShouldContain("again", $"{layer}");
            ran.Count(line => line.StartsWith("fmt ", StringComparison.Ordinal)).ShouldBeGreaterThan(1, $"{layer}");
        }
    }

    [Theory, MemberData(nameof(Together))]
    public void EachLayerDecidesAndItsSyncActionsRunWhateverTheOthersSay(Layer[] layers)
    {
        foreach (var layer in layers)
            layered.Compile(
                layer,
                $$"""
                consumer manual
                action look = shell "echo looked >>{{layer}}.txt" sync
                on before Bash -> look
                on before Bash where runs "git push" -> deny "{{layer}} says no"
                on UserPromptSubmit -> context "{{layer}} adds"
                """
            );

        var denied = layered.Happens(layers, "PreToolUse", Encoding.UTF8.GetBytes(HookProject.Bash("git push")), "Bash");
        var context = layered.Happens(
            layers,
            "UserPromptSubmit",
            Encoding.UTF8.GetBytes(HookProject.Payload("UserPromptSubmit", "\"prompt\":\"x\""))
        );

        foreach (var layer in layers)
        {
            denied.Count(result => result.Stdout.Contains($"{layer} says no", StringComparison.Ordinal)).ShouldBe(1, $"{layer}");
            context.Count(result => result.Stdout.Contains($"{layer} adds", StringComparison.Ordinal)).ShouldBe(1, $"{layer}");
            File.ReadAllLines(layered.Project.PathOf($"{layer}.txt")).ShouldBe(["looked"], $"{layer}");
        }
    }

    [Theory, MemberData(nameof(Together))]
    public void AFailingActionOfEachLayerIsToldOnce(Layer[] layers)
    {
        foreach (var layer in layers)
            layered.Compile(
                layer,
                "consumer manual\n"
                    + $"action lint = run [\"sh\", \"-c\", \"echo {layer} found it; exit 1\", \"lint\", \"{{file}}\"] feedback\n"
                    + "on Write *.py -> lint\n"
            );
        layered.Project.Write("a.py", "x");
        layered.Happens(layers, "PostToolUse", Written("a.py", "x"), "Write");
        layered.WorkOff(layers[0]);

        var told = Told("PostToolBatch") + Told("UserPromptSubmit", "\"prompt\":\"x\"") + Told("Stop");

        foreach (var layer in layers)
        {
            (told.Split($"{layer} found it").Length - 1).ShouldBe(1, told);
            told.ShouldContain($"[lint] a.py, exit code 1, rule at {Shown(layer)}:3, ");
        }

        string Told(string @event, string more = "") =>
            string.Concat(
                layered
                    .Happens(layers, @event, Encoding.UTF8.GetBytes(HookProject.Payload(@event, more)))
                    .Select(result => result.Stdout.Length == 0 ? null : JsonNode.Parse(result.Stdout))
                    .Select(said => (string?)said?["hookSpecificOutput"]?["additionalContext"] + (string?)said?["reason"])
            );
    }

    [Theory, MemberData(nameof(Together))]
    public void EachLayerAwaitsItsOwnActionsAndHoldsForThemOnce(Layer[] layers)
    {
        foreach (var layer in layers)
            layered.Compile(
                layer,
                $"action lint = run [\"sh\", \"-c\", \"echo {layer} found it; exit 1\", \"lint\", \"{{file}}\"]\n"
                    + "on Write *.py -> lint, dedup 60s\non Stop -> await lint timeout 50s\n"
            );
        layered.Project.Write("a.py", "x");
        layered.Happens(layers, "PostToolUse", Written("a.py", "x"), "Write");

        var reasons = Stop();
        foreach (var layer in layers)
            reasons
                .Where(reason => reason.Contains($"{layer} found it", StringComparison.Ordinal))
                .ShouldHaveSingleItem()
                .ShouldContain($"rule at {Shown(layer)}:2, ");
        reasons.Length.ShouldBe(layers.Length);
        Stop().ShouldBeEmpty();

        string[] Stop() =>
            [
                .. layered
                    .Happens(layers, "Stop", Encoding.UTF8.GetBytes(HookProject.Payload("Stop")))
                    .Where(result => result.Stdout.Length > 0)
                    .Select(result => (string)JsonNode.Parse(result.Stdout)!["reason"]!),
            ];
    }

    private StateFolder State => StateFolder.Locate(layered.Project.Folder, name => layered.Environment.GetValueOrDefault(name));

    private static string Shown(Layer layer) => layer == Layer.User ? "~/.claude/main.hookrules" : LayeredProject.RulesFile(layer);

    private byte[] Written(string file, string text) =>
        Encoding.UTF8.GetBytes(
            HookProject.Payload(
                "PostToolUse",
                new JsonObject
                {
                    ["tool_name"] = "Write",
                    ["tool_input"] = new JsonObject { ["file_path"] = layered.Project.PathOf(file), ["content"] = text },
                    ["tool_response"] = new JsonObject(),
                    ["tool_use_id"] = "t1",
                }.ToJsonString()[1..^1]
            )
        );
}
