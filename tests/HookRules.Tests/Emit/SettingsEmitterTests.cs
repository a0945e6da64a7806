using System.Text.Json;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Emit;

public class SettingsEmitterTests
{
    // No payload holds a name that a tool had before.
    private static readonly string[] Values =
    [
        "Bash",
        "Write",
        "Edit",
        "Read",
        "MultiEdit",
        "NotebookEdit",
        "TodoWrite",
        "Agent",
        "TaskStop",
        "write",
        "WRITE",
        "Writ",
        "BashOutput",
        "Write_bx1y",
        "write_Cx23",
        "wRiTe_0X5!",
        "Élan",
        "élan",
        "mcp__github__create",
        "mcp__github_enterprise__x",
        "xmcp__github__create",
        "mcp__fs__write_file",
        "MCP__a__b",
        "startup",
        "resume",
        "clear",
        "manual",
        "general-purpose",
        "Explore",
        "my own",
        "my-plugin:reviewer",
        "my-plugin:reviewer2",
        "rate_limit",
        "other-error",
        "other",
        "",
        " ",
        "a b",
        "a,b",
        "Write|Edit",
        "Makefile",
        ".envrc",
        "package.json",
        "Babble",
        "aBab",
        "favourite",
    ];

    private static readonly Dictionary<string, (string[] Rules, string[] Entries)> Cases = Read();

    public static TheoryData<string> Names => [.. Cases.Keys];

    [Theory, MemberData(nameof(Names))]
    public void TheEntriesAreThoseOfTheTable(string name)
    {
        var (rules, entries) = Cases[name];
        SettingsEmitter.Emit(RuleTable.Parse(rules), "hash", new EmitOptions()).Select(Describe).ShouldBe(entries);
    }

    [Theory, MemberData(nameof(Names))]
    public void AHookRunsOnceForWhateverSomeRuleMatchesAndForNothingElse(string name)
    {
        var graph = RuleTable.Parse(Cases[name].Rules);
        var entries = SettingsEmitter.Emit(graph, "hash", new EmitOptions());
        foreach (var rules in graph.Rules.GroupBy(rule => rule.Event))
        {
            var hooks = entries
                .Where(entry => entry.Event == rules.Key && entry.Handlers[0].Contains("--plan-hash", StringComparison.Ordinal))
                .ToList();
            foreach (var value in Values)
            {
                var runs = hooks.Count(entry => ClientMatcher.Runs(entry.Event, entry.Matcher, value));
                var expected = rules.Any(rule => rule.NeedsHook && Matches(rule.Matcher, value));
                // What a flag or a bare file name says cannot always be written; then more comes through, never less.
                if (name.Contains("cannot be written", StringComparison.Ordinal) || rules.Key == "FileChanged")
                    runs.ShouldBeInRange(expected ? 1 : 0, 1, value);
                else
                    runs.ShouldBe(expected ? 1 : 0, $"{rules.Key} {value}");
                var closed = hooks
                    .Where(entry => ClientMatcher.Runs(entry.Event, entry.Matcher, value))
                    .Any(entry => entry.Handlers[0].Contains("--closed", StringComparison.Ordinal));
                if (
                    rules.Any(rule =>
                        (rule.Closed || rule.Sync.Any(branch => branch.Options.Closed)) && rule.NeedsHook && Matches(rule.Matcher, value)
                    )
                )
                    closed.ShouldBeTrue($"a closed rule for {value}");
            }
        }
    }

    [Fact]
    public void TheCommandIsOneTextForAShellThatCarriesThePlansHash()
    {
        var graph = RuleTable.Parse(["PreToolUse Bash -> deny, closed"]);
        var entry = Handler(new EmitOptions());
        entry.EnumerateObject().Select(member => member.Name).ShouldBe(["type", "command", "timeout", "onFailure"]);
        var command = entry.GetProperty("command").GetString()!;
        command.ShouldStartWith("set -- --plan-hash abc --event PreToolUse --closed; hr=\"$CLAUDE_PROJECT_DIR\"/.claude/hookrules; ");
        command.ShouldEndWith("; [ -f \"$hr/hook\" ] && . \"$hr/hook\"");
        Handler(new EmitOptions(PlanFolder: "/home/a \"b\" it's ${CLAUDE_PROJECT_DIR}/.claude/hookrules/"))
            .GetProperty("command")
            .GetString()!
            .ShouldContain("; hr='/home/a \"b\" it'\\''s $''{CLAUDE_PROJECT_DIR}/.claude/hookrules'; ");
        SettingsEmitter
            .Emit(graph, "abc", new EmitOptions(RuntimeMode.Path))
            .Single()
            .Handlers.Single()
            .ShouldBe(
                """{"type":"command","command":"hookrules-hook","args":["--plan","${CLAUDE_PROJECT_DIR}/.claude/hookrules/plan.json","--plan-hash","abc","--event","PreToolUse","--closed"],"timeout":10,"onFailure":"block"}"""
            );

        JsonElement Handler(EmitOptions options) =>
            JsonDocument.Parse(SettingsEmitter.Emit(graph, "abc", options).Single().Handlers.Single()).RootElement;
    }

    [Fact]
    public void EveryEntryIsRecognisedAsOursAgain()
    {
        foreach (var (rules, _) in Cases.Values)
        {
            foreach (
                var options in new[]
                {
                    new EmitOptions(),
                    new EmitOptions(RuntimeMode.Path),
                    new EmitOptions(PlanFolder: "/home/me/.claude/hookrules"),
                    new EmitOptions(RuntimeMode.Path, @"C:\Users\me\.claude\hookrules"),
                }
            )
            {
                var merged = SettingsMerge.Apply(
                    "{}",
                    SettingsEmitter.Emit(RuleTable.Parse(rules), "hash", options),
                    null,
                    "settings.json"
                );
                SettingsMerge.Remove(merged.Text!, null, "settings.json").Text.ShouldBe("{}");
            }
        }
    }

    [Fact]
    public void ANativeHandlerKeepsItsTextAndItsOwnCondition()
    {
        var rule = RuleTable.Parse(["PreToolUse Write *.py -> native"]).Rules[0] with
        {
            Natives = [new NativeHandler("""{ "type": "prompt", "prompt": "caf\u00e9 \/ é", "if": "Write(x.py)", "timeout": 1.50 }""")],
        };
        SettingsEmitter
            .Emit(RuleGraph.Empty with { Rules = [rule] }, "hash", new EmitOptions())
            .Single()
            .Handlers.Single()
            .ShouldBe("""{"type": "prompt","prompt": "caf\u00e9 \/ é","if": "Write(x.py)","timeout": 1.50,"hookrules":"r1"}""");
    }

    [Theory]
    [InlineData("PreToolUse - -> native", true)]
    [InlineData("PreToolUse Write|Edit *.py -> native", true)]
    [InlineData("PreToolUse - *.py -> native", false)]
    [InlineData("PreToolUse Bash *.py -> native", false)]
    [InlineData("PreToolUse Write src/*.py -> native", false)]
    [InlineData("PreToolUse Write *.py *.ts -> native", false)]
    [InlineData("PreToolUse Write !*.py -> native", false)]
    public void TheBinderCanAskWhetherANativeHandlersGlobsCanBeKept(string rule, bool expected) =>
        CanFilter(RuleTable.Parse([rule]).Rules[0]).ShouldBe(expected);

    private static bool CanFilter(Rule rule) => SettingsCondition.CanFilter(rule.Matcher, rule.Globs);

    private static bool Matches(Matcher matcher, string value) =>
        matcher switch
        {
            Matcher.Any => true,
            Matcher.Names names => names.Values.Contains(value),
            Matcher.Expression expression => expression.Pattern.IsMatch(value),
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(SettingsEntry entry)
    {
        var words = entry.Handlers.SelectMany(json =>
        {
            var handler = JsonDocument.Parse(json).RootElement;
            return new[]
            {
                json.Contains(" --closed;", StringComparison.Ordinal) ? "closed" : null,
                handler.TryGetProperty("onFailure", out _) ? "onFailure" : null,
                handler.TryGetProperty("hookrules", out var rule) ? $"native={rule}" : null,
                handler.TryGetProperty("if", out var condition) ? $"if={condition}" : null,
                handler.TryGetProperty("timeout", out var timeout) ? $"timeout={timeout}" : null,
            };
        });
        return $"{entry.Event} {entry.Matcher ?? "-"}: {string.Join(' ', words.Where(word => word is not null))}";
    }

    private static Dictionary<string, (string[], string[])> Read()
    {
        var blocks = File.ReadAllText(Repository.PathOf("tests/HookRules.Tests/Emit/SettingsEntries.cases")).Split("\n== ")[1..];
        return blocks
            .Select(block => block.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            .ToDictionary(
                lines => lines[0],
                lines =>
                    (
                        lines[1..].Where(line => !line.StartsWith("=> ", StringComparison.Ordinal)).ToArray(),
                        lines.Where(line => line.StartsWith("=> ", StringComparison.Ordinal)).Select(line => line[3..]).ToArray()
                    )
            );
    }
}
