using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>What compile created in a settings file beside its own entries; plan.json keeps it, so that uninstalling gives the bytes from
/// before.</summary>
public sealed record SettingsRecord
{
    public static readonly SettingsRecord Empty = new();

    /// <summary>There was no file.</summary>
    public bool CreatedFile { get; init; }

    /// <summary>There was a file with nothing but this white space in it.</summary>
    public string? BlankFile { get; init; }

    public ImmutableArray<SettingsContainer> Containers { get; init; } = [];

    public bool Equals(SettingsRecord? other) =>
        other is not null
        && CreatedFile == other.CreatedFile
        && BlankFile == other.BlankFile
        && Containers.AsSpan().SequenceEqual(other.Containers.AsSpan());

    public override int GetHashCode() => HashCode.Combine(CreatedFile, BlankFile, Containers.Length);

    // By hand: a serializer's start costs a compile more than all else that it does with settings.
    public string ToJson()
    {
        using var text = new MemoryStream();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            if (CreatedFile)
                json.WriteBoolean("createdFile", true);
            if (BlankFile is not null)
                json.WriteString("blankFile", BlankFile);
            json.WriteStartArray("containers");
            foreach (var (path, inner) in Containers)
            {
                json.WriteStartObject();
                json.WriteString("path", path);
                if (inner is not null)
                    json.WriteString("inner", inner);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(text.GetBuffer(), 0, (int)text.Length);
    }

    /// <summary>Reads what <see cref="ToJson"/> wrote; null for anything else, since a file can be uninstalled without a record
    /// too.</summary>
    public static SettingsRecord? FromJson(string json)
    {
        try
        {
            using var parsed = JsonDocument.Parse(json);
            var record = parsed.RootElement;
            return new SettingsRecord
            {
                CreatedFile = record.TryGetProperty("createdFile", out var created) && created.GetBoolean(),
                BlankFile = record.TryGetProperty("blankFile", out var blank) ? blank.GetString() : null,
                Containers = record.TryGetProperty("containers", out var containers)
                    ? [.. containers.EnumerateArray().Select(Container)]
                    : [],
            };
        }
        // Another kind of value than is expected is an invalid operation.
        catch (Exception e) when (e is JsonException or InvalidOperationException or KeyNotFoundException)
        {
            return null;
        }
    }

    private static SettingsContainer Container(JsonElement element) =>
        new(
            element.GetProperty("path").GetString() ?? throw new JsonException("a container has no path"),
            element.TryGetProperty("inner", out var inner) ? inner.GetString() : null
        );
}

/// <summary>An object or array that compile created or found empty.</summary>
/// <param name="Path">Nothing for the whole file's object, <c>hooks</c>, or the event's name.</param>
/// <param name="Inner">What stood between the brackets of an empty one; null if compile created it.</param>
public sealed record SettingsContainer(string Path, string? Inner);
