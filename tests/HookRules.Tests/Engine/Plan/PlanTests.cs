using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class PlanTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hookrules-plan-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AGraphComesBackAsItWas()
    {
        var graph = Graph(Everything());
        var (text, hash) = RuleGraphJson.Write(graph, "1.2.3", """{"created":true}""");
        var plan = RuleGraphJson.Read(text);

        plan.Hash.ShouldBe(hash);
        plan.CompilerVersion.ShouldBe("1.2.3");
        plan.Record.ShouldBe("""{"created":true}""");
        RuleGraphJson.Write(plan.Graph, "1.2.3", plan.Record).Text.ShouldBe(text);
        RuleGraphJson.WithRecord(RuleGraphJson.Write(graph, "1.2.3").Text, plan.Record!).ShouldBe(text);
    }

    [Fact]
    public async Task ThePlanIsWhatItsSchemaSays()
    {
        var schema = await NJsonSchema.JsonSchema.FromFileAsync(Repository.PathOf("schemas", "plan.schema.json"));
        schema.Validate(Encoding.UTF8.GetString(RuleGraphJson.Write(Graph(Everything()), "1.2.3", "{}").Text)).ShouldBeEmpty();
        schema.Validate(Encoding.UTF8.GetString(RuleGraphJson.Write(RuleGraph.Empty, "1.2.3").Text)).ShouldBeEmpty();
    }

    [Fact]
    public void TheHashIsOfTheMeaningAndNotOfPlaces()
    {
        var rule = Rule("a", "*.py");
        var moved = rule with { Source = rule.Source with { Line = 900, EndLine = 901 } };
        var changed = rule with { Globs = [Glob.TryParse("*.pyi", out _)!] };

        Hash(rule).ShouldBe(Hash(moved));
        Hash(rule).ShouldNotBe(Hash(changed));
        string Hash(Rule one) => RuleGraphJson.Write(Graph([one]), "1").Hash;
    }

    private static Matcher.Expression Expression(string source) => new(RegexPattern.TryParse(source, "", out _, out _)!);

    [Theory]
    [InlineData(1)]
    [InlineData(50)]
    [InlineData(1000)]
    public void TheIndexNeverLosesARuleThatMatches(int count)
    {
        var random = new Random(count);
        string[] globs =
        [
            "*.py",
            "*.c?",
            "src/**",
            "src/mod{0}/**/*.cs",
            "Makefile{0}",
            "*.ext{0}",
            "**/dir{0}/*",
            "{{a,b}}.t{0}",
            "!*.py",
            "/x{0}",
            "*",
            "[ab].z",
            "gen{0}/",
            "a/{{b,c/d}}/e.f",
            "gen{0}_*.py",
            "*_test{0}.py",
            "*mid{0}*",
            "a**",
            "src/a**",
            "**b.py",
            "[]a]*x",
            "[!]]?",
            "{{q,[}}]z}}t*",
            "x[{{]y*",
            "long_beginning{0}*",
            "*.g{0}.cs",
            "\\*x*",
        ];
        string[] expressions = ["^W", "^mcp__.*$", "^(?:Read|mcp__fs__.*)$", "^Task$", "^(?:Tas|Wri)", "."];
        var rules = Enumerable
            .Range(0, count)
            .Select(i =>
            {
                var rule = Rule(
                    $"r{i}",
                    Enumerable
                        .Range(0, random.Next(3))
                        .Select(_ => string.Format(null, globs[random.Next(globs.Length)], random.Next(9)))
                        .ToArray()
                );
                return random.Next(4) switch
                {
                    0 => rule with { Matcher = new Matcher.Names(["Write", "Edit"]) },
                    1 => rule with { Matcher = Expression(expressions[random.Next(expressions.Length)]) },
                    2 => rule with { Where = Where($"content{random.Next(5)}") },
                    _ => rule,
                };
            })
            .ToImmutableArray();

        using var plan = Open(RuleGraphJson.Write(Graph(rules), "1").Text);
        var context = new RouteContext("/p");
        // The agent's tool was called Task before, and matchers for that go on working.
        foreach (var tool in new[] { "Write", "Edit", "Read", "mcp__fs__write", "Agent" })
        {
            foreach (
                var file in new[]
                {
                    "/p/a.py",
                    "/p/src/mod3/x/y.cs",
                    "/p/Makefile4",
                    "/p/q.ext5",
                    "/p/k/dir6/f",
                    "/p/b.t7",
                    "/x1",
                    "/p/x1",
                    "/p/gen2/z/q",
                    "/p/a/c/d/e.f",
                    "/p/a.z",
                    "/p/gen3_x.py",
                    "/p/x_test4.py",
                    "/p/amid5b.c",
                    "/p/src/ab/c/d.py",
                    "/p/aab.py",
                    "/p/]qx",
                    "/p/zt4",
                    "/p/}]zt",
                    "/p/x{yz",
                    "/p/long_beginning7.c",
                    "/p/q.g2.cs",
                    "/p/*xx",
                    "/p/./src/../src/ab//gen1_b.py",
                }
            )
            {
                var payload = Payload(tool, file, "content1 and content3");
                var expected = Router.Route(payload, rules, context).Matched.Select(rule => rule.Id);
                Router.Route(payload, plan.Candidates(payload), context).Matched.Select(rule => rule.Id).ShouldBe(expected);
            }
        }
    }

    [Fact]
    public void APlanSaysWhoGuardsAndWhoQueuesWithoutTheRules()
    {
        var guard = Rule("guard") with
        {
            Stages = [],
            Matcher = new Matcher.Names(["Write", "Edit"]),
            Decisions = [new DecisionStep(DecisionKind.Block, Template.Parse("no"))],
        };
        using var plan = Open(RuleGraphJson.Write(Graph([guard, Rule("log") with { Event = "Stop" }]), "1").Text);

        plan.Guards("PostToolUse", "Write").ShouldBeTrue();
        plan.Guards("PostToolUse", null).ShouldBeTrue();
        plan.Guards("PostToolUse", "Read").ShouldBeFalse();
        plan.Guards("Stop", null).ShouldBeFalse();
        plan.Queues("Stop", null).ShouldBeTrue();
        plan.Queues("PostToolUse", "Write").ShouldBeFalse();
    }

    [Fact]
    public void ARuleForEveryToolGuardsEachOfThem()
    {
        var any = Rule("any") with { Decisions = [new DecisionStep(DecisionKind.Block, Template.Parse("no"))] };
        using var plan = Open(RuleGraphJson.Write(Graph([any]), "1").Text);
        plan.Guards("PostToolUse", "Read").ShouldBeTrue();
        plan.Queues("PostToolUse", "Read").ShouldBeTrue();
    }

    [Fact]
    public void OfManyAlikeNamesFewRulesAreRead()
    {
        foreach (var glob in new[] { "gen{0}_*.py", "*_test{0}.py", "src/mod{0}/**/*.py", "*.ext{0}" })
        {
            var rules = Enumerable.Range(0, 1000).Select(i => Rule($"r{i}", string.Format(null, glob, i))).ToImmutableArray();
            using var plan = Open(RuleGraphJson.Write(Graph(rules), "1").Text);
            plan.Candidates(Payload("Write", $"/p/src/mod7/gen7_a_test7.py", "")).Count.ShouldBeLessThanOrEqualTo(1, glob);
        }
    }

    [Fact]
    public void APlanThatWasEditedIsNotBelieved()
    {
        var text = RuleGraphJson.Write(Graph(Everything()), "1").Text;
        var end = text.AsSpan().LastIndexOf(",\n\"sources\":"u8);
        var believed = 0;
        for (var at = text.AsSpan().IndexOf("\"layout\":"u8); at < end; at += 7)
        {
            var edited = (byte[])text.Clone();
            edited[at] ^= 1;
            Should.Throw<PlanCorruptException>(() => RuleGraphJson.Read(edited), $"byte {at}");
            using var plan = TryOpen(edited);
            if (plan is null)
                continue;
            try
            {
                plan.Candidates(Payload("Write", "/p/a.py", ""));
                believed++; // Another page than the one that was read.
            }
            catch (PlanCorruptException) { }
        }

        believed.ShouldBe(0);
    }

    [Fact]
    public void ACutOffPlanIsNeverBelieved()
    {
        var text = RuleGraphJson.Write(Graph(Everything()), "1").Text;
        // Without its last line end it is still whole.
        for (var length = 0; length < text.Length - 1; length += 11)
            Should.Throw<PlanCorruptException>(() => RuleGraphJson.Read(text.AsMemory(0, length)));
    }

    [Fact]
    public void ACandidateKnowsItsPlace()
    {
        var rule = Rule("a", "*.py") with { Source = new SourceRef("packs/python.hookrules", 14, 3, 15, 9) };
        using var plan = Open(
            RuleGraphJson
                .Write(
                    Graph([rule]) with
                    {
                        Sources = [new SourceFile("main.hookrules", "0"), new SourceFile("packs/python.hookrules", "1")],
                    },
                    "1"
                )
                .Text
        );
        plan.Candidates(Payload("Write", "/p/a.py", "")).ShouldHaveSingleItem().Source.ShouldBe(rule.Source);
    }

    private static ImmutableArray<Rule> Everything() =>
        [
            Rule("plain", "*.py", "!gen/**") with
            {
                Matcher = new Matcher.Names(["Write"]),
            },
            Rule("guard") with
            {
                Name = "guard",
                Stages = [],
                Closed = true,
                Where = new Condition.All([
                    new Condition.Any([Where("x"), new Condition.Not(new Condition.Exists(FieldPath.File))]),
                    new Condition.Compare(
                        FieldPath.Parse("tool_input.n")!,
                        CompareOperator.In,
                        [Literal.Of(1.5), Literal.Of(true), Literal.Of("é\"\n")]
                    ),
                    new Condition.InGlob(FieldPath.File, Glob.TryParse("a/**", out _)!),
                ]),
                Decisions =
                [
                    new DecisionStep(DecisionKind.Deny, Template.Parse("no {file} {{x}} ü")),
                    new DecisionStep(DecisionKind.Context, Template.Parse("c")),
                ],
                Sync =
                [
                    new Branch(
                        "guard/s",
                        "s",
                        new BranchOptions
                        {
                            Timeout = TimeSpan.FromMilliseconds(250),
                            Closed = true,
                            Pass = ["HOME"],
                        }
                    ),
                ],
            },
            Rule("windowed") with
            {
                Window = new Window(WindowKind.DedupFirst, TimeSpan.FromSeconds(1.5), [FieldPath.File, FieldPath.Parse("session")!]),
                OnFailure =
                [
                    new Stage([
                        new Branch(
                            "windowed/s",
                            "s",
                            new BranchOptions
                            {
                                Retry = 3,
                                Group = "g",
                                Concurrency = 2,
                                Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(1), []),
                            }
                        ),
                    ]),
                ],
                Natives = [new NativeHandler("""{"type":"prompt","prompt":"p"}""")],
            },
            Rule("words") with
            {
                Await = new AwaitStep(["s", "h"], TimeSpan.FromSeconds(90)),
                Window = new Window(WindowKind.BatchTurn, TimeSpan.Zero, []),
                OnFailure =
                [
                    new Stage([
                        new Branch(
                            "words/s",
                            "s",
                            new BranchOptions
                            {
                                Feedback = true,
                                Busy = BusyMode.Restart,
                                Window = new Window(WindowKind.Throttle, TimeSpan.FromMinutes(1), []) { Count = 3 },
                            }
                        ),
                        new Branch(
                            "words/h",
                            "h",
                            new BranchOptions
                            {
                                Busy = BusyMode.Queue,
                                Window = new Window(WindowKind.Debounce, TimeSpan.FromSeconds(2), [FieldPath.File]),
                            }
                        ),
                        new Branch(
                            "words/r",
                            "r",
                            new BranchOptions { Busy = BusyMode.Skip, Window = new Window(WindowKind.Batch, TimeSpan.FromSeconds(5), []) }
                        ),
                    ]),
                ],
            },
        ];

    private static RuleGraph Graph(ImmutableArray<Rule> rules) =>
        new()
        {
            Sources = [new SourceFile("main.hookrules", new string('0', 64))],
            Settings = new GraphSettings
            {
                Queue = new QueueSettings(QueueKind.Redis, UrlVariable: "REDIS_URL", Stream: "claude:hooks", ElseLocal: true),
                Record = new RecordSettings(true, [FieldPath.Parse("tool_input.command")!])
                {
                    With = [FieldPath.Parse("tool_input.content")!],
                },
            },
            Actions =
            [
                new ActionDefinition("s", new Handler.Shell("echo $HOOK_FILE"), RuleGraphJson.NoPlace),
                new ActionDefinition(
                    "h",
                    new Handler.Http(
                        "POST",
                        new TextValue.Env("URL"),
                        [new Handler.HttpHeader("X-A", new TextValue.Text(Template.Parse("{tool}")))],
                        new JsonTemplate.Object([
                            KeyValuePair.Create<string, JsonTemplate>("env", new JsonTemplate.WholePayload()),
                            KeyValuePair.Create<string, JsonTemplate>(
                                "list",
                                new JsonTemplate.Array([new JsonTemplate.Raw("1e3"), new JsonTemplate.Value(new TextValue.Env("T"))])
                            ),
                        ])
                    ),
                    RuleGraphJson.NoPlace
                ),
                new ActionDefinition(
                    "r",
                    new Handler.Run([new TextValue.Text(Template.Parse("ruff")), new TextValue.Text(Template.Parse("{file}"))]),
                    RuleGraphJson.NoPlace
                ),
            ],
            Rules = rules,
        };

    private static Rule Rule(string id, params string[] globs) =>
        new()
        {
            Id = id,
            Event = "PostToolUse",
            Globs = [.. globs.Select(glob => Glob.TryParse(glob, out _)!)],
            Stages = [new Stage([new Branch($"{id}/s", "s", BranchOptions.Default)])],
            Source = new SourceRef("main.hookrules", 1, 1, 1, 9),
        };

    private static Condition.Matches Where(string text) =>
        new(FieldPath.Parse("tool_input.content")!, RegexPattern.TryParse(text, "i", out _, out _)!);

    private static Payload Payload(string tool, string file, string content) =>
        HookRules.Engine.Payload.TryParse(
            Encoding.UTF8.GetBytes(
                $$$"""{"hook_event_name":"PostToolUse","tool_name":"{{{tool}}}","cwd":"/p","tool_input":{"file_path":"{{{file}}}","content":"{{{content}}}"}}"""
            ),
            out _
        )!;

    private PlanFile Open(byte[] text) => TryOpen(text) ?? throw new InvalidOperationException("no plan");

    private PlanFile? TryOpen(byte[] text)
    {
        var path = Path.Combine(folder, Guid.NewGuid().ToString("N"));
        File.WriteAllBytes(path, text);
        return PlanFile.Open(path, out _);
    }
}
