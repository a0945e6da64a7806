using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Engine;
using NJsonSchema;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Syntax;

public class RulesSchemaTests
{
    private static readonly Lazy<JsonSchema> Schema = new(() =>
        JsonSchema.FromFileAsync(Repository.PathOf("schemas/rules.schema.json")).GetAwaiter().GetResult()
    );
    private static readonly CaseFile Forms = new("Rules/Syntax/forms.cases");
    private static readonly CaseFile Broken = new("Diagnostics/broken-yaml.cases");

    public static TheoryData<string> Valid() => [.. Forms.Names];

    /// <summary>Cases that an editor can flag while one types: a key or a kind of value is wrong, and nothing else (JSON has no other keys
    /// than texts).</summary>
    public static TheoryData<string> Invalid() =>
        [
            .. from one in Broken.All
            where
                one.Expected.Split('\n')
                    .All(line => line.Split(' ').ElementAtOrDefault(2) is "HR0104" or "HR0105" or "HR0106" or "HR0107" or "HR0108")
                && one.Name != "a key that is a list"
            select one.Name,
        ];

    [Theory, MemberData(nameof(Valid))]
    public void WhatTheReaderTakesTheSchemaTakes(string name) =>
        Problems(Forms.All.First(one => one.Name == name).Expected).ShouldBeEmpty();

    [Theory, MemberData(nameof(Valid))]
    public void WhatFmtWritesTheSchemaTakes(string name) =>
        Problems(Formatter.Format(new SourceText("main.hookrules", Forms.Input(name)), RulesForm.Yaml)!).ShouldBeEmpty();

    [Theory, MemberData(nameof(Invalid))]
    public void AWrongKeyOrKindIsFlaggedInTheEditorToo(string name) => Problems(Broken.Input(name)).ShouldNotBeEmpty();

    /// <summary>What an editor offers behind "on:": each event, and the words for those of tools.</summary>
    [Fact]
    public void AnEditorOffersEveryEvent()
    {
        var events = Text["definitions"]!["rule"]!["anyOf"]!
            .AsArray()
            .Select(form => form!["properties"]?["on"])
            .First(on => on is not null)!["anyOf"]![0]!["enum"]!;
        events
            .AsArray()
            .Select(one => one!.GetValue<string>())
            .ShouldBe([.. EventAliases.All.Keys, .. HookEvents.All.Select(known => known.Name)], ignoreOrder: true);
    }

    [Fact]
    public void EveryKeySaysWhatItIsFor() => Silent(Text, "").ShouldBeEmpty();

    private static JsonNode Text => JsonNode.Parse(File.ReadAllText(Repository.PathOf("schemas/rules.schema.json")))!;

    private static IEnumerable<string> Silent(JsonNode? node, string path) =>
        node switch
        {
            JsonObject map => map.SelectMany(member =>
                (
                    member is { Key: "properties", Value: JsonObject keys }
                        ? keys.Where(key =>
                                key.Value is JsonObject value && !value.ContainsKey("description") && !value.ContainsKey("$ref")
                            )
                            .Select(key => $"{path}/{key.Key}")
                        : []
                ).Concat(Silent(member.Value, $"{path}/{member.Key}"))
            ),
            JsonArray list => list.SelectMany((item, i) => Silent(item, $"{path}/{i}")),
            _ => [],
        };

    private static IEnumerable<string> Problems(string yaml)
    {
        var root = new YamlText(new SourceText("hookrules.yaml", yaml), []).Read().ShouldNotBeNull();
        return Schema.Value.Validate(Json(root)?.ToJsonString() ?? "null").Select(error => error.ToString());
    }

    private static JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMap map => new JsonObject(map.Entries.Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))),
            YamlList list => new JsonArray([.. list.Items.Select(Json)]),
            YamlScalar { IsNothing: true } => null,
            YamlScalar { IsPlain: true, Value: "True" or "TRUE" } => true,
            YamlScalar { IsPlain: true } scalar when ValueGrammar.Literal(scalar.Span, scalar.Value) is { } literal => JsonNode.Parse(
                literal.Json
            ),
            YamlScalar scalar => JsonValue.Create(scalar.Value),
            _ => null,
        };
}
