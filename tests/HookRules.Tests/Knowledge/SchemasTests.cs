using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using NJsonSchema;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Knowledge;

public class SchemasTests
{
    public static TheoryData<string> Events() => [.. HookEvents.All.Select(e => e.Name)];

    [Fact]
    public void ThereAre34EventsAndEachHasItsSchema()
    {
        HookEvents.All.Length.ShouldBe(34);
        Names("schemas/events/").ShouldBe(HookEvents.All.Select(e => e.Name).Order(StringComparer.Ordinal));
    }

    [Theory, MemberData(nameof(Events))]
    public void TheTableOfEventsSaysWhatTheSchemasSay(string name)
    {
        var e = HookEvents.Find(name).ShouldNotBeNull();
        var root = Read(SchemaFiles.OfEvent(name));
        var facts = root.GetProperty("x-hookrules");
        var matcher = facts.GetProperty("matcher");

        root.GetProperty("title").GetString().ShouldBe(e.Name);
        root.GetProperty("description").GetString().ShouldBe(e.Summary);
        matcher.GetProperty("kind").GetString().ShouldBe(Camel(e.Matching));
        Text(matcher, "field").ShouldBe(e.MatcherField);
        Texts(matcher, "values").ShouldBe(e.MatcherValues);
        Flag(matcher, "open").ShouldBe(e.OpenMatcherValues);
        Flag(matcher, "barListsOnly").ShouldBe(e.BarListsOnly);
        Text(facts, "universal").ShouldBe(Camel(e.Universal));
        Flag(facts, "specificOutput").ShouldBe(e.HasSpecificOutput);
        Flag(facts, "plainStdout").ShouldBe(e.PlainStdout);
        Flag(facts, "canBlock").ShouldBe(e.CanBlock);
        Flag(facts, "exitTwoBlocks").ShouldBe(e.ExitTwoBlocks);
        Flag(facts, "onFailureBlocks").ShouldBe(e.OnFailureBlocks);
        Text(facts, "since").ShouldBe(e.Since);
        Texts(facts, "handlers").Aggregate(HandlerTypes.None, (all, one) => all | Handler(one)).ShouldBe(e.Handlers);
        foreach (var timeout in facts.GetProperty("timeouts").EnumerateObject())
            e.DefaultTimeoutOf(Handler(timeout.Name)).ShouldBe(timeout.Value.GetDouble());
    }

    [Theory, MemberData(nameof(Events))]
    public void AnEventDecidesExactlyWhatItsOutputHonours(string name)
    {
        var e = HookEvents.Find(name).ShouldNotBeNull();
        var output = Read(SchemaFiles.OfEvent(name)).GetProperty("definitions").GetProperty("output").GetProperty("properties");
        var specific = output.TryGetProperty("hookSpecificOutput", out var found) ? found.GetProperty("properties") : default;
        var permissions = Values(specific, "permissionDecision").Concat(Values(specific, "decision", "behavior")).ToList();
        // On an event after the fact, or at the end of a turn, a block is a reason to go on; before it, a refusal.
        var goesOn = name is "Stop" or "SubagentStop" || name.StartsWith("PostTool", StringComparison.Ordinal);
        // Of a batch it ends the turn, and nobody goes on.
        var blocks = Values(output, "decision").Contains("block") && permissions.Count == 0 && name != "PostToolBatch";

        Dictionary<DecisionKind, bool> expected = new()
        {
            [DecisionKind.Deny] = permissions.Contains("deny") || Values(specific, "action").Contains("decline") || (blocks && !goesOn),
            [DecisionKind.Defer] = permissions.Contains("defer"),
            [DecisionKind.Ask] = permissions.Contains("ask"),
            [DecisionKind.Allow] = permissions.Contains("allow"),
            [DecisionKind.Block] = (blocks && goesOn) || name is "TaskCompleted" or "TeammateIdle",
            [DecisionKind.Stop] = output.TryGetProperty("continue", out _),
            [DecisionKind.Warn] = output.TryGetProperty("systemMessage", out _),
            [DecisionKind.Context] = Honours(specific, "additionalContext") || name == "PreCompact",
        };

        e.Decisions.ShouldBe(expected.Where(pair => pair.Value).Select(pair => pair.Key));
        (specific.ValueKind == JsonValueKind.Object).ShouldBe(e.HasSpecificOutput);
    }

    [Fact]
    public void EveryToolWithASchemaHasOneThatNamesItsAliasesAndItsFile()
    {
        Names("schemas/tools/")
            .ShouldBe(HookTools.All.Where(tool => tool.HasSchema).Select(tool => tool.Name).Order(StringComparer.Ordinal));
        foreach (var tool in HookTools.All.Where(tool => tool.HasSchema))
        {
            var root = Read(SchemaFiles.OfTool(tool.Name));
            root.GetProperty("properties").GetProperty("tool_name").GetProperty("enum")[0].GetString().ShouldBe(tool.Name);
            Texts(root.GetProperty("x-hookrules"), "aliases").ShouldBe(tool.Aliases);
            Text(root.GetProperty("x-hookrules"), "fileField").ShouldBe(tool.FileField);
            if (tool.FileField is { } file)
                root.GetProperty("properties")
                    .GetProperty("tool_input")
                    .GetProperty("properties")
                    .TryGetProperty(file, out _)
                    .ShouldBeTrue(tool.Name);
        }
    }

    [Fact]
    public void NoToolHasTwoNamesOfTodayNorIsItGone()
    {
        var names = HookTools.All.SelectMany(tool => tool.Aliases.Add(tool.Name)).Concat(HookTools.Removed).ToList();
        names.ShouldBeUnique();
        HookTools.Canonical("Task").ShouldBe("Agent");
        HookTools.Canonical("KillBash").ShouldBe("TaskStop");
        HookTools.Canonical("Write").ShouldBe("Write");
        HookTools.Canonical("mcp__x__y").ShouldBe("mcp__x__y");
        HookTools.FormerNames("Agent").ShouldBe(["Task"]);
        HookTools.FormerNames("mcp__x__y").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("PreToolUse", true)]
    [InlineData("preToolUse", false)]
    [InlineData("", false)]
    public void EventsAreFoundByTheirExactName(string name, bool known) => (HookEvents.Find(name) is not null).ShouldBe(known);

    [Fact]
    public async Task EverySchemaKeepsToDraft4()
    {
        // Keywords that came later: NJsonSchema would read over them without a word.
        string[] later =
        [
            "const",
            "if",
            "then",
            "else",
            "contains",
            "propertyNames",
            "$defs",
            "dependentRequired",
            "prefixItems",
            "unevaluatedProperties",
            "examples",
        ];
        foreach (var file in SchemaFiles.Names.Where(name => name.EndsWith(".schema.json", StringComparison.Ordinal)))
        {
            var root = Read(file);
            root.GetProperty("$schema").GetString().ShouldBe("http://json-schema.org/draft-04/schema#", file);
            foreach (var schema in Subschemas(root))
                schema.EnumerateObject().Select(property => property.Name).Intersect(later).ShouldBeEmpty(file);
            (await JsonSchema.FromJsonAsync(Encoding.UTF8.GetString(SchemaFiles.Read(file)))).Title.ShouldNotBeNullOrEmpty(file);
        }
    }

    [Fact]
    public async Task OurReaderReadsEverySchemaAsNJsonSchemaItselfDoes()
    {
        string[] read =
        [
            SchemaFiles.Settings,
            .. HookEvents.All.Select(known => SchemaFiles.OfEvent(known.Name)),
            .. HookTools.All.Where(tool => tool.HasSchema).Select(tool => SchemaFiles.OfTool(tool.Name)),
        ];
        foreach (var file in read)
        {
            var json = JsonNode.Parse(SchemaFiles.Read(file))!.AsObject();
            json.Remove("x-hookrules");
            var text = json.ToJsonString();

            SchemaReader.Read(Encoding.UTF8.GetBytes(text)).ToJson().ShouldBe((await JsonSchema.FromJsonAsync(text)).ToJson(), file);
        }
    }

    [Fact]
    public void EveryEventHasASample()
    {
        foreach (var e in HookEvents.All)
            Payload.TryParse(Samples.Read(Samples.Find(e.Name).ShouldNotBeNull(e.Name)), out _).ShouldNotBeNull().Event.ShouldBe(e.Name);
        Samples.Find("PreToolUse").ShouldBe("PreToolUse-Bash");
        Samples.Find("PostToolUse", "Write").ShouldBe("PostToolUse-Write-create");
        Samples.Find("PostToolUse", "WebFetch").ShouldBe("PostToolUse-Bash");
        Samples.Find("Nothing").ShouldBeNull();
    }

    [FactNeeding(Need.Shared)]
    public void EveryRecordedPayloadThatLiesBesideTheCheckoutIsAllRight()
    {
        var shared = Repository.Above("shared/spec/payloads")!;
        foreach (var file in Directory.GetFiles(Path.Combine(shared, "shared/spec/payloads"), "*.json"))
            PayloadValidator.Validate(File.ReadAllBytes(file)).ShouldBeEmpty(file);
    }

    [Theory]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"matcher":"Write","hooks":[{"type":"command","command":"/bin/sh","args":["x"],"timeout":10,"onFailure":"block","hookrules":"a"}]}]}}""",
        true
    )]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"agent","prompt":"$ARGUMENTS","timeout":120}]}]},"permissions":{}}""", true)]
    [InlineData("""{"hooks":{"SessionStart":[]}}""", true)]
    [InlineData(
        """{"hooks":{"Notification":[{"hooks":[{"type":"http","url":"http://localhost:5678/webhook","headers":{"A":"b"}}]}]}}""",
        true
    )]
    [InlineData("""{"hooks":{"preToolUse":[]}}""", false)]
    [InlineData("""{"hooks":[]}""", false)]
    [InlineData("""{"hooks":{"Stop":[{}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"matcher":["a"],"hooks":[]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"command"}]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"shell","command":"x"}]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":0}]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","timeout":"5"}]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"command","command":"x","onFailure":"stop"}]}]}}""", false)]
    [InlineData("""{"hooks":{"Stop":[{"hooks":[{"type":"http","url":"no url"}]}]}}""", false)]
    [InlineData("""{"hooks":{"SessionStart":[{"hooks":[{"type":"prompt","prompt":"x"}]}]}}""", false)]
    [InlineData("""{"hooks":{"Setup":[{"hooks":[{"type":"mcp_tool","server":"a","tool":"b"}]}]}}""", false)]
    [InlineData("""{"hooks":{"PermissionRequest":[{"hooks":[{"type":"agent","prompt":"x"}]}]}}""", false)]
    public void TheSchemaOfSettingsTakesWhatClaudeCodeLoads(string json, bool valid) =>
        SchemaCheck.Schema(SchemaFiles.Settings).Validate(json).Count.ShouldBe(valid ? 0 : 1);

    [Fact]
    public void TheSchemaOfSettingsKnowsTheEventsAndTheirHandlers()
    {
        var definitions = Read(SchemaFiles.Settings).GetProperty("definitions");
        var hooks = definitions.GetProperty("hooks").GetProperty("properties");
        hooks.EnumerateObject().Select(property => property.Name).ShouldBe(HookEvents.All.Select(e => e.Name));
        foreach (var e in HookEvents.All)
        {
            var group = Target(definitions, hooks.GetProperty(e.Name).GetProperty("items"))
                .GetProperty("properties")
                .GetProperty("hooks")
                .GetProperty("items");
            var handlers = group.TryGetProperty("oneOf", out var several) ? several.EnumerateArray().ToArray() : [group];
            handlers
                .Select(one =>
                    Handler(Target(definitions, one).GetProperty("properties").GetProperty("type").GetProperty("enum")[0].GetString()!)
                )
                .Aggregate(HandlerTypes.None, (all, one) => all | one)
                .ShouldBe(e.Handlers, e.Name);
        }
    }

    private static JsonElement Target(JsonElement definitions, JsonElement reference) =>
        definitions.GetProperty(reference.GetProperty("$ref").GetString()!["#/definitions/".Length..]);

    private static IEnumerable<string> Names(string folder) =>
        from file in SchemaFiles.Names
        where file.StartsWith(folder, StringComparison.Ordinal)
        select file[folder.Length..^".schema.json".Length];

    private static IEnumerable<JsonElement> Subschemas(JsonElement schema)
    {
        yield return schema;
        foreach (var keyword in schema.EnumerateObject())
        {
            var below = keyword.Name switch
            {
                "properties" or "definitions" => keyword.Value.EnumerateObject().Select(property => property.Value),
                "items" or "additionalProperties" or "not" when keyword.Value.ValueKind == JsonValueKind.Object => [keyword.Value],
                "oneOf" or "anyOf" or "allOf" => keyword.Value.EnumerateArray(),
                _ => Enumerable.Empty<JsonElement>(),
            };
            foreach (var deep in below.SelectMany(Subschemas))
                yield return deep;
        }
    }

    private static IEnumerable<string> Values(JsonElement properties, params string[] path)
    {
        foreach (var name in path)
        {
            if (properties.ValueKind != JsonValueKind.Object || !properties.TryGetProperty(name, out var property))
                return [];
            properties = property.TryGetProperty("properties", out var below) ? below : property;
        }

        return properties.TryGetProperty("enum", out var values) ? values.EnumerateArray().Select(value => value.GetString()!) : [];
    }

    private static bool Honours(JsonElement properties, string name) =>
        properties.ValueKind == JsonValueKind.Object
        && properties.TryGetProperty(name, out var property)
        && !property.TryGetProperty("x-honoured", out _);

    private static JsonElement Read(string file) => JsonDocument.Parse(SchemaFiles.Read(file)).RootElement;

    private static string? Text(JsonElement element, string name) => element.TryGetProperty(name, out var value) ? value.GetString() : null;

    private static bool Flag(JsonElement element, string name) => element.TryGetProperty(name, out var value) && value.GetBoolean();

    private static IEnumerable<string> Texts(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) ? value.EnumerateArray().Select(one => one.GetString()!) : [];

    private static HandlerTypes Handler(string name) =>
        Enum.Parse<HandlerTypes>(name.Replace("_", "", StringComparison.Ordinal), ignoreCase: true);

    private static string Camel<T>(T value)
        where T : struct, Enum => char.ToLowerInvariant(value.ToString()[0]) + value.ToString()[1..];
}
