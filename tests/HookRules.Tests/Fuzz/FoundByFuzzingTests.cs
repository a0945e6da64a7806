using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Fuzz;

/// <summary>What tests/fuzz found, each as the smallest input that showed it.</summary>
public sealed class FoundByFuzzingTests
{
    [Fact]
    public void OnlyTheBodyThatHasTheHashIsRead()
    {
        var text = Encoding.UTF8.GetString(Plan("on before Bash -> deny \"no\"\n"));
        var end = text.LastIndexOf('}');
        var edited = text.Insert(
            end,
            ",\n\"b\\u006fdy\":{\"settings\":{\"queue\":\"file\",\"consumer\":\"auto\",\"durability\":\"fast\"},\"rules\":[]}\n"
        );

        RuleGraphJson.Read(Encoding.UTF8.GetBytes(edited)).Graph.Rules.Length.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"positions\":[\n[   0", "\"positions\":[\n[  -1")]
    [InlineData("\"compiler\":\"1\"", "\"compiler\":\"\\ud800\"")]
    public void AnEditOutsideTheHashNeverThrowsAnythingElse(string from, string to)
    {
        var text = Encoding.UTF8.GetString(Plan("on before Bash -> deny \"no\"\n"));
        text.ShouldContain(from);
        var edited = text.Replace(from, to, StringComparison.Ordinal);
        try
        {
            RuleGraphJson.Read(Encoding.UTF8.GetBytes(edited)).Graph.Rules[0].Source.ShouldBe(RuleGraphJson.NoPlace);
        }
        catch (PlanCorruptException) { }

        var file = Path.GetTempFileName();
        try
        {
            File.WriteAllText(file, edited);
            using var plan = PlanFile.Open(file, out _);
            plan?.Candidates(Event("""{"hook_event_name":"PreToolUse","tool_name":"Bash"}""")).Count.ShouldBe(1);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void ADeeplyNestedConditionComesBackFromThePlan()
    {
        var condition = string.Concat(Enumerable.Repeat("not (", 30)) + "cwd exists" + new string(')', 30);
        var plan = Plan($"on Stop where {condition} -> block \"x\"\n");
        RuleGraphJson.Write(RuleGraphJson.Read(plan).Graph, "1").Text.ShouldBe(plan);
    }

    [Theory]
    [InlineData("\\ud800")]
    [InlineData("\u00ff")]
    public void AnOddKeyHidesNoOtherFromTheRules(string key)
    {
        var json = Encoding.Latin1.GetBytes(
            $"{{\"{key}\":1,\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"Bash\","
                + $"\"tool_input\":{{\"{key}\":2,\"\\u0063ommand\":\"git push\",\"x\":[1]}}}}"
        );
        var payload = Payload.TryParse(json, out var problem).ShouldNotBeNull(problem);
        payload.Tool.ShouldBe("Bash");
        payload.Text(FieldPath.Parse("command")!).ShouldBe("git push");
        payload.Text(FieldPath.Parse("tool_input.x[0]")!).ShouldBe("1");

        var context = new InvocationContext("/p", _ => null);
        var log = Invocation
            .Of(
                new ActionDefinition("a", new Handler.Log(new TextValue.Text(Template.Literal("x"))), RuleGraphJson.NoPlace),
                BranchOptions.Default,
                payload,
                context
            )
            .ShouldBeOfType<Invocation.Log>();
        JsonDocument.Parse(log.Line).RootElement.GetProperty("tool_input").GetProperty("command").GetString().ShouldBe("git push");
        var shell = Invocation
            .Of(
                new ActionDefinition("a", new Handler.Shell("$HOOK_TOOL_INPUT_COMMAND"), RuleGraphJson.NoPlace),
                BranchOptions.Default,
                payload,
                context
            )
            .ShouldBeOfType<Invocation.Process>();
        shell.Environment.ShouldContain(KeyValuePair.Create("HOOK_TOOL_INPUT_COMMAND", "git push"));
    }

    [Theory]
    [InlineData("a/x[.-0]y", "a/x/y", false)]
    [InlineData("a/x[.-0]y", "a/x0y", true)]
    [InlineData("a/x[/]y", "a/x/y", false)]
    [InlineData("a/[/]", "a/b", false)]
    [InlineData("{**/gen/**,dist/**}", "gen/a", true)]
    [InlineData("{**/gen/**,dist/**}", "a/gen/b", true)]
    [InlineData("src/{**/a,b}", "src/a", true)]
    public void AClassNeverTakesASlashAndAnOptionStartsWhereItsBraceDoes(string glob, string path, bool matches) =>
        Glob.TryParse(glob, out _)!.IsMatch(path).ShouldBe(matches);

    [Theory]
    [InlineData("µ", "μ", true)]
    [InlineData("ς", "Σ", true)]
    [InlineData("[σ]", "ς", true)]
    [InlineData("\\u212b", "å", false)]
    [InlineData("k", "\u212a", false)]
    [InlineData("[^\\W]", "é", false)]
    public void CaseIsFoldedAsInJavaScript(string source, string text, bool matches) =>
        RegexPattern.TryParse(source, "i", out _, out _)!.IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("secrets/**", "x", "/p/secrets")]
    [InlineData("/secrets", "secrets/sub/..", "/p")]
    [InlineData("secrets/**", "../secrets/x", "/p/other")]
    public void TheIndexKnowsRelativePaths(string glob, string file, string cwd)
    {
        var rule = new Rule
        {
            Id = "r",
            Event = "PreToolUse",
            Globs = [Glob.TryParse(glob, out _)!],
            Decisions = [new DecisionStep(DecisionKind.Deny, Template.Empty)],
            Source = RuleGraphJson.NoPlace,
        };
        var payload = Event(
            $$$"""{"hook_event_name":"PreToolUse","tool_name":"Grep","cwd":"{{{cwd}}}","tool_input":{"path":"{{{file}}}"}}"""
        );
        Router.Route(payload, [rule], new RouteContext("/p")).Matched.ShouldNotBeEmpty();
        RuleIndex.Keys(payload).ShouldNotBeNull().ShouldContain(RuleIndex.Keys([rule]).Single().Key);
    }

    [Theory]
    [InlineData("}x{**/a,b}b", "}x1/ab")]
    [InlineData("x[/y/]z/q", "xyz/q")]
    [InlineData("{a[}]/b,c}", "a}/b")]
    public void TheIndexReadsBracketsAsTheGlobDoes(string glob, string file)
    {
        var rule = new Rule
        {
            Id = "r",
            Event = "PreToolUse",
            Globs = [Glob.TryParse(glob, out _)!],
            Decisions = [new DecisionStep(DecisionKind.Deny, Template.Empty)],
            Source = RuleGraphJson.NoPlace,
        };
        var payload = Event($$$"""{"hook_event_name":"PreToolUse","tool_name":"Write","tool_input":{"file_path":"/p/{{{file}}}"}}""");
        Router.Route(payload, [rule], new RouteContext("/p")).Matched.ShouldNotBeEmpty();
        RuleIndex.Keys(payload).ShouldNotBeNull().ShouldContain(RuleIndex.Keys([rule]).Single().Key);
    }

    [Fact]
    public void APathWithoutEndIsLookedUpAtOnce()
    {
        var path = string.Concat(Enumerable.Range(0, 200_000).Select(i => $"/d{i}"));
        var payload = Event(
            $$$"""{"hook_event_name":"PreToolUse","tool_name":"Write","cwd":"{{{path}}}","tool_input":{"file_path":"{{{path}}}"}}"""
        );
        var clock = Stopwatch.StartNew();
        RuleIndex.Keys(payload).ShouldBeNull();
        new RouteContext("/p").Matches(Glob.TryParse("a/b", out _)!, path, payload).ShouldBeFalse();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20)); // It was minutes.
    }

    [Theory]
    [InlineData("{2} {-} {0}")]
    [InlineData("a{2,3}")]
    public void BracesAroundWhatIsNoFieldArePlainText(string text) => Template.Parse(text).HasFields.ShouldBeFalse();

    [Fact]
    public void AHundredThousandOpenBracesAreReadInLinearTime()
    {
        var clock = Stopwatch.StartNew();
        Compilation
            .Create(
                new SourceText("main.hookrules", $"on Stop -> notify \"{string.Concat(Enumerable.Repeat("{cwd ", 100_000))}{{cwd}}\"\n")
            )
            .HasErrors.ShouldBeFalse();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Theory]
    [InlineData("on Stop -> run \"x\"\n", "")]
    [InlineData("use std/x\n", "")]
    [InlineData("action a# = nosuch\non Stop -> b#\n", "")]
    [InlineData("on Stop -> a\n", "action a = run \"x@\"\n")]
    public void TimeGrowsWithTheFile(string part, string head)
    {
        const int count = 8000;
        var file =
            head.Replace("@", string.Concat(Enumerable.Repeat(" {cwd}", count)), StringComparison.Ordinal)
            + string.Concat(Enumerable.Range(0, count).Select(i => part.Replace("#", $"{i}", StringComparison.Ordinal)));
        var clock = Stopwatch.StartNew();
        Compilation.Create(new SourceText("main.hookrules", file));
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(60)); // Less than one, where nothing else runs; the third took twenty.
    }

    [Fact]
    public void ALongSpaceInAnEscapedScalarIsReadInLinearTime()
    {
        var clock = Stopwatch.StartNew();
        Compilation
            .Create(new SourceText("hookrules.yaml", $"version: 1\nrules:\n  - \"on Stop ->{new string(' ', 300_000)}run \\\"x\\\"\"\n"))
            .HasErrors.ShouldBeFalse();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void ANumberThatNoDoubleHoldsIsAnErrorAndNoCrash() =>
        Compilation
            .Create(new SourceText("main.hookrules", "on before mcp__s__t where tool_input.n > 1E+400 -> deny \"x\"\n"))
            .HasErrors.ShouldBeTrue();

    [Fact]
    public void AWordThatBeginsLikeACommentBecomesNoneWhenLaidOut() =>
        Formatter.Format(new SourceText("main.hookrules", "on\"\"#->log\"\"\n")).ShouldBe("on \"\" \"#\" -> log \"\"\n");

    [Fact]
    public void ManyCommentsInWhatIsNoYamlAreReadInLinearTime()
    {
        var clock = Stopwatch.StartNew();
        Compilation
            .Create(new SourceText("hookrules.yaml", $"...\n{string.Concat(Enumerable.Repeat("  # c\n", 100_000))}  consumer: auto\n"))
            .HasErrors.ShouldBeTrue();
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
    }

    [Fact]
    public void AnAnswerWithHalfACharacterIsNoAnswer() =>
        Should.NotThrow(() =>
            Linter.Settings(
                "settings.json",
                """{"hooks":{"SessionEnd":[{"hooks":[{"type":"command","command":"cat<<EOF\n{\ud800}\nEOF"}]}]}}"""
            )
        );

    [Theory]
    [InlineData("version: 1\nactions:\n  a: { run: x }\nrules:\n#\r  - on: Write\n    do: [a]\n")]
    [InlineData("version: 1\r# first\ractions:\r  a: { run: x } # behind\rrules:\r  # above\r  - on Write -> a\r# last\r")]
    public void ACommentOfYamlEndsWhereItsLineDoes(string text)
    {
        var laid = Formatter.Format(new SourceText("hookrules.yaml", text)).ShouldNotBeNull();

        laid.Count(c => c == '#').ShouldBe(text.Count(c => c == '#'));
        Formatter.Format(new SourceText("hookrules.yaml", laid)).ShouldBe(laid);
        laid.ShouldNotContain("\r");
    }

    [Fact]
    public void WhatTheOtherFormCannotWriteIsLeftAlone()
    {
        var source = new SourceText(
            "hookrules.yaml",
            "version: 1\nactions:\n  s: { http: { method: 'S\" \"K', url: env.X } }\nrules: []\n"
        );
        Formatter.Format(source, RulesForm.Text).ShouldBeNull();
        Formatter.Format(source, RulesForm.Yaml).ShouldNotBeNull();
    }

    private static byte[] Plan(string rules)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", rules));
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        return RuleGraphJson.Write(compilation.Graph, "1").Text;
    }

    private static Payload Event(string json) => Payload.TryParse(Encoding.UTF8.GetBytes(json), out var problem).ShouldNotBeNull(problem);
}
