using System.Collections.Immutable;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Import;

/// <summary>One member of a handler, its value as JSON.</summary>
internal readonly record struct Field(string Name, string Json);

/// <summary>A handler as it is to be taken over.</summary>
/// <param name="Matcher">Null where there is none, or none that the event looks at.</param>
/// <param name="Fields">Each once, <c>type</c> included.</param>
/// <param name="Notes">What is said above its rule.</param>
internal sealed record FoundHandler(HookEvent Event, string? Matcher, ImmutableArray<Field> Fields, ImmutableArray<string> Notes)
{
    /// <summary>Where it stands in the file.</summary>
    public required JsonTextNode Node { get; init; }

    /// <summary>What its matcher said beside the tools.</summary>
    public SpokenMatcher? Spoken { get; init; }

    public string Json => $"{{{string.Join(',', Fields.Select(one => $"{JsonText.Quote(one.Name)}:{one.Json}"))}}}";

    /// <summary>The value of a field that is a text.</summary>
    public string? Text(string name)
    {
        if (Fields.FirstOrDefault(one => one.Name == name).Json is not { } json)
            return null;
        var value = JsonText.Parse(json);
        return value.StringOf(value.Root);
    }

    public bool Has(string name) => Fields.Any(one => one.Name == name);
}
