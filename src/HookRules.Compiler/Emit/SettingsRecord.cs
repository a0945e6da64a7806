using System.Collections.Immutable;
using System.Text.Json;
using System.Text.Json.Serialization;

namespace HookRules.Compiler.Emit;

/// <summary>What compile created in a settings file beside its own entries; plan.json keeps it, so that uninstalling gives the bytes from before.</summary>
public sealed record SettingsRecord
{
    public static readonly SettingsRecord Empty = new();

    /// <summary>There was no file.</summary>
    public bool CreatedFile { get; init; }

    /// <summary>There was a file with nothing but this white space in it.</summary>
    public string? BlankFile { get; init; }

    public ImmutableArray<SettingsContainer> Containers { get; init; } = [];

    public bool Equals(SettingsRecord? other) =>
        other is not null && CreatedFile == other.CreatedFile && BlankFile == other.BlankFile && Containers.AsSpan().SequenceEqual(other.Containers.AsSpan());

    public override int GetHashCode() => HashCode.Combine(CreatedFile, BlankFile, Containers.Length);

    public string ToJson() => JsonSerializer.Serialize(this, SettingsRecordJson.Default.SettingsRecord);

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for anything else, since a file can be uninstalled without a record too.</summary>
    public static SettingsRecord? FromJson(string json)
    {
        try
        {
            var record = JsonSerializer.Deserialize(json, SettingsRecordJson.Default.SettingsRecord);
            return record is { Containers.IsDefault: true } ? record with { Containers = [] } : record;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}

/// <summary>An object or array that compile created or found empty.</summary>
/// <param name="Path">Nothing for the whole file's object, <c>hooks</c>, or the event's name.</param>
/// <param name="Inner">What stood between the brackets of an empty one; null if compile created it.</param>
public sealed record SettingsContainer(string Path, string? Inner);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingDefault)]
[JsonSerializable(typeof(SettingsRecord))]
internal sealed partial class SettingsRecordJson : JsonSerializerContext;
