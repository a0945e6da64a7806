using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using HookRules.Tests.Emit;
using HookRules.Tests.Hook;
using HookRules.Tests.Operating;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cases;

/// <summary>
/// doors.cases: which events a rule is for, over all 34 of them, asked at four doors. All of its rules stand in one project, each with a
/// file of its own that its events are logged in, so that the consumer's door says for whom it ran what.
/// </summary>
public sealed class FourDoorsTests : IDisposable
{
    private sealed record Row(int Number, string Sample, string Trigger, bool Is)
    {
        // What is done on WorktreeCreate must say where the worktree is.
        public string Rule =>
            $"rule row-{Number}:\n  on {Trigger} -> log \"rows/{Number}.jsonl\""
            + (Sample == "WorktreeCreate" ? ", reply { worktreePath: \"/tmp\" }\n" : "\n");
    }

    private static readonly IReadOnlyList<Row> Rows =
    [
        .. File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Cases", "doors.cases"))
            .Where(line => line.Length > 0 && !line.StartsWith('#'))
            .Select(line => line.Split('⇶').Select(cell => cell.Trim()).ToArray())
            .Select((cells, i) => new Row(i + 1, cells[0], cells[1], cells[2] == "yes")),
    ];

    private static readonly string Rules = "consumer manual\n" + string.Concat(Rows.Select(row => row.Rule));

    private static readonly string[] Sampled = [.. Rows.Select(row => row.Sample).Distinct()];

    private readonly OperatedProject project = new(Rules);

    public void Dispose() => project.Dispose();

    /// <summary>The sample with its name for a session, by which what comes out at the other end is known.</summary>
    private byte[] PayloadOf(string sample)
    {
        var json = JsonNode.Parse(Samples.Read(sample))!.AsObject();
        json["session_id"] = sample;
        json["cwd"] = project.Folder;
        return JsonSerializer.SerializeToUtf8Bytes(json);
    }

    private static void Check(string door, Func<string, IEnumerable<int>> rulesFor)
    {
        var wrong = new List<string>();
        foreach (var sample in Sampled)
        {
            var found = rulesFor(sample).ToHashSet();
            foreach (var row in Rows.Where(row => row.Sample == sample && row.Is != found.Contains(row.Number)))
                wrong.Add($"{sample}: on {row.Trigger}: {(row.Is ? "should be for it" : "should not be for it")}");
        }

        wrong.ShouldBeEmpty(door);
    }

    private static int NumberOf(string rule) => int.Parse(rule.AsSpan("row-".Length), provider: null);

    [Fact]
    public void TheTableHasEveryEventWithARuleForItAndOneThatIsNot()
    {
        foreach (var known in HookEvents.All)
        foreach (var isFor in new[] { true, false })
            Rows.ShouldContain(row => row.Sample.Split('-', 2)[0] == known.Name && row.Is == isFor, $"{known.Name} {isFor}");
    }

    [Fact]
    public void TheRouterAndItsIndex()
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", Rules));
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        var candidates = new RuleCandidates(compilation.Graph.Rules);
        var context = new RouteContext(project.Folder);
        Check("router", sample => Matched(sample, compilation.Graph.Rules));
        Check("router with its index", sample => Matched(sample, candidates.Of(Parsed(sample))));

        IEnumerable<int> Matched(string sample, IEnumerable<Rule> rules) =>
            Router.Match(Parsed(sample), rules, context).Select(rule => NumberOf(rule.Id));

        Payload Parsed(string sample) => Payload.TryParse(PayloadOf(sample), out _)!;
    }

    [Fact]
    public void Simulate()
    {
        foreach (var sample in Sampled)
            project.Write($"samples/{sample}.json", System.Text.Encoding.UTF8.GetString(PayloadOf(sample)));
        var result = project.Run([
            "simulate",
            "--format",
            "json",
            .. Sampled.SelectMany(sample => new[] { "--payload", $"samples/{sample}.json" }),
        ]);
        (result.ExitCode, result.Stderr).ShouldBe((0, ""));
        var bySample = JsonNode.Parse(result.Stdout)!["payloads"]!
            .AsArray()
            .ToDictionary(
                one => Path.GetFileNameWithoutExtension((string)one!["payload"]!),
                one => one!["rules"]!.AsArray().Where(rule => (bool)rule!["matches"]!).Select(rule => NumberOf((string)rule!["rule"]!))
            );
        Check("simulate", sample => bySample[sample]);
    }

    [Fact]
    public void TheHookAndTheConsumer()
    {
        foreach (var sample in Sampled)
            RealProcess.Run(
                Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
                ["--plan", project.PathOf(".claude/hookrules/plan.json")],
                PayloadOf(sample),
                new Dictionary<string, string>(project.Environment) { ["CLAUDE_PROJECT_DIR"] = project.Folder },
                "/"
            );
        CheckWhatRan("hook and consumer");
    }

    [Fact]
    public void TheSettingsAsClaudeCodeReadsThem()
    {
        var settings = JsonNode.Parse(File.ReadAllText(project.PathOf(".claude/settings.json")))!["hooks"]!;
        var environment = new Dictionary<string, string>(project.Environment)
        {
            ["CLAUDE_PROJECT_DIR"] = project.Folder,
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
        };
        var client = new EntryClient(project.Folder, environment);
        foreach (var sample in Sampled)
        {
            var payload = Payload.TryParse(PayloadOf(sample), out _)!;
            foreach (var group in settings[payload.Event]?.AsArray() ?? [])
                if (ClientMatcher.Runs(payload.Event, (string?)group!["matcher"], MatcherValue.Of(payload)))
                    foreach (var handler in group["hooks"]!.AsArray())
                        client.Run(JsonSerializer.SerializeToElement(handler), PayloadOf(sample));
        }

        CheckWhatRan("settings.json");
    }

    private void CheckWhatRan(string door)
    {
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        var sessions = Rows.ToDictionary(
            row => row.Number,
            row =>
                project
                    .Lines($"rows/{row.Number}.jsonl")
                    .Select(line => JsonNode.Parse(line)!)
                    .Select(json => (string)(json["session_id"] ?? json["payload"]!["session_id"])!)
                    .ToHashSet()
        );
        Check(door, sample => sessions.Where(one => one.Value.Contains(sample)).Select(one => one.Key));
    }
}
