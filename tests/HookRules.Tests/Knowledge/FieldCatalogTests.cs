using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Knowledge;

public class FieldCatalogTests
{
    public static TheoryData<string, string, string, string> Cases()
    {
        var data = new TheoryData<string, string, string, string>();
        foreach (var cells in Repository.Table("Knowledge/fields.cases"))
            data.Add(cells[0], cells[1], cells[2], cells[3]);
        return data;
    }

    [Theory, MemberData(nameof(Cases))]
    public void AFieldIsKnownByItsTypeOrRefusedWithTheNearest(string @event, string tools, string path, string expected)
    {
        var lookup = FieldCatalog.Find(@event, tools == "-" ? null : tools.Split(','), FieldPath.Parse(path).ShouldNotBeNull());

        Describe(lookup).ShouldBe(expected);
    }

    [Fact]
    public void EveryFieldOfEverySampleIsKnown()
    {
        foreach (var name in Samples.Names)
        {
            var payload = Payload.TryParse(Samples.Read(name), out _).ShouldNotBeNull();
            var tools = payload.Tool is { } tool ? new[] { tool } : null;
            foreach (var path in Paths(payload.Root, ""))
                FieldCatalog.Find(payload.Event, tools, FieldPath.Parse(path)!).ShouldBeOfType<FieldLookup.Known>($"{name}: {path}");
        }
    }

    private static IEnumerable<string> Paths(System.Text.Json.JsonElement element, string at) =>
        element.ValueKind switch
        {
            System.Text.Json.JsonValueKind.Object => element
                .EnumerateObject()
                .SelectMany(property => Paths(property.Value, at.Length == 0 ? property.Name : $"{at}.{property.Name}")),
            System.Text.Json.JsonValueKind.Array => element.EnumerateArray().SelectMany((item, index) => Paths(item, $"{at}[{index}]")),
            _ => [at],
        };

    private static string Describe(FieldLookup lookup) =>
        lookup switch
        {
            FieldLookup.Known { Type: var type } =>
                $"{type.Describe()}{(type.CanBeAbsent ? "?" : "")}{(type.Values.IsEmpty ? "" : ": " + string.Join(' ', type.Values))}",
            FieldLookup.Unknown unknown => unknown.Reason + (unknown.Nearest is null ? "" : " -> " + unknown.Nearest),
            _ => throw new InvalidOperationException(),
        };
}
