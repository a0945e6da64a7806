using System.Collections.Frozen;
using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Which values of a payload are not kept, and what stands in their place.</summary>
internal static class LeftOut
{
    /// <summary>An object with this member stands for a value that was left out: how many bytes it had, and <see cref="Mac"/>.</summary>
    public const string Member = "$left_out";

    /// <summary>Two values that were left out of one state folder's records are the same where this is the same.</summary>
    public const string Mac = "mac";

    // Wherever they stand: a tool of tomorrow and a server's tool call them so too.
    private static readonly FrozenSet<string> Names = new[]
    {
        // What is written to files.
        "content",
        "contents",
        "text",
        "file_text",
        "old_string",
        "new_string",
        "old_str",
        "new_str",
        "oldString",
        "newString",
        "old_source",
        "new_source",
        "originalFile",
        "original_file",
        "updated_file",
        "structuredPatch",
        "patch",
        "diff",
        "body",
        // What tools print.
        "tool_response",
        "tool_result",
        "tool_output",
        "output",
        "stdout",
        "stderr",
        // What people and the model say.
        "prompt",
        "last_assistant_message",
        "delta",
        "compact_summary",
    }.ToFrozenSet(StringComparer.Ordinal);

    /// <summary>A value that stands for one that was left out.</summary>
    public static bool Is(JsonElement value) => value.ValueKind == JsonValueKind.Object && Payload.TryGetMember(value, Member, out _);

    /// <summary>Writes a payload without what is left out of it.</summary>
    public static void Write(Utf8JsonWriter json, Payload payload, RecordSettings settings, RecordKey key)
    {
        // The output of a tool that failed; elsewhere it is the kind of an error, which rules are about.
        var usual = payload.Event == "PostToolUseFailure" ? "error" : null;
        var at = new List<FieldPath.Segment>();
        Write(payload.Root);

        void Write(JsonElement value)
        {
            if (at.Count > 0 && IsLeftOut())
            {
                key.WriteMac(json, JsonMarshal.GetRawUtf8Value(value));
                return;
            }

            switch (value.ValueKind)
            {
                case JsonValueKind.Object:
                    json.WriteStartObject();
                    foreach (var member in value.EnumerateObject())
                    {
                        json.WritePropertyName(member.Name);
                        at.Add(new(member.Name, 0));
                        Write(member.Value);
                        at.RemoveAt(at.Count - 1);
                    }

                    json.WriteEndObject();
                    break;
                case JsonValueKind.Array:
                    json.WriteStartArray();
                    var index = 0;
                    foreach (var item in value.EnumerateArray())
                    {
                        at.Add(new(null, index++));
                        Write(item);
                        at.RemoveAt(at.Count - 1);
                    }

                    json.WriteEndArray();
                    break;
                default:
                    json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
                    break;
            }
        }

        bool IsLeftOut() =>
            settings.Without.Any(path => Reaches(path, payload))
            || ((at[^1].Name is { } name && (Names.Contains(name) || (at.Count == 1 && name == usual))) && !IsKept());

        bool IsKept() => settings.With.Any(path => Reaches(path, payload) || IsAbove(path, payload));

        // What lies below a field that is named is that field's.
        bool Reaches(FieldPath path, Payload of) => Steps(path, of) is var steps && steps.Length <= at.Count && Begins(steps, steps.Length);

        bool IsAbove(FieldPath path, Payload of) => Steps(path, of) is var steps && steps.Length > at.Count && Begins(steps, at.Count);

        bool Begins(ImmutableArray<FieldPath.Segment> steps, int count)
        {
            for (var i = 0; i < count; i++)
                if (steps[i] != at[i])
                    return false;
            return true;
        }
    }

    private static readonly ImmutableArray<ImmutableArray<FieldPath.Segment>> Files =
    [
        .. new[] { "tool_input.file_path", "tool_input.notebook_path", "tool_input.path", "file_path" }.Select(path =>
            FieldPath.Parse(path)!.Segments
        ),
    ];

    private static ImmutableArray<FieldPath.Segment> Steps(FieldPath path, Payload payload) =>
        !path.IsFile
            ? path.Segments
            : Files.FirstOrDefault(
                steps => payload.Text(new FieldPath(string.Join('.', steps.Select(step => step.Name)), steps)) is not null,
                Files[^1]
            );
}
