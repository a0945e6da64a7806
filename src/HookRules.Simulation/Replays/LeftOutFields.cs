using System.Collections.Immutable;
using System.Runtime.InteropServices;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>Which fields of a recorded payload nobody knows any more, since a value was left out of it.</summary>
internal sealed class LeftOutFields(Payload payload)
{
    private static readonly byte[] Mark = [.. "\""u8, .. System.Text.Encoding.ASCII.GetBytes(LeftOut.Member), .. "\""u8];

    private static readonly FieldPath Input = FieldPath.Parse("tool_input")!,
        RootFile = FieldPath.Parse("file_path")!,
        Cwd = FieldPath.Parse("cwd")!;

    private readonly Dictionary<string, bool> known = new(StringComparer.Ordinal);

    /// <summary>The payload is whole.</summary>
    public bool None { get; } = payload.Json.Span.IndexOf(Mark) < 0;

    /// <summary>What matchers are compared with.</summary>
    public bool HideMatcher => HookEvents.Find(payload.Event)?.MatcherField is { } name && FieldPath.Parse(name) is { } path && Hide(path);

    public bool HideFile => Hide(FieldPath.File);

    /// <summary>The folder that relative paths begin at.</summary>
    public bool HideCwd => Hide(Cwd);

    /// <summary>It, something that it is part of, or a part of it was left out.</summary>
    public bool Hide(FieldPath field)
    {
        if (None)
            return false;
        if (!known.TryGetValue(field.Text, out var hidden))
            known[field.Text] = hidden = field.IsFile ? IsFileHidden() : IsHidden(field.Segments, orPart: true);
        return hidden;
    }

    /// <summary>Nobody knows whether it was there: what was left out is known not to have been null by its length alone.</summary>
    public bool HideExistence(FieldPath field)
    {
        const int LengthOfNull = 4;
        if (None || field.IsFile)
            return Hide(field);
        return payload.TryGet(field, out var value) && LeftOut.Is(value)
            ? value.GetProperty(LeftOut.Member) is not { ValueKind: JsonValueKind.Number } length || length.GetDouble() == LengthOfNull
            : IsHidden(field.Segments, orPart: false);
    }

    private bool IsFileHidden()
    {
        if (!payload.TryGet(Input, out var input))
            return IsHidden(RootFile.Segments, orPart: false);
        return LeftOut.Is(input)
            || (
                input.ValueKind == JsonValueKind.Object
                && Payload.MembersOf(input).Any(member => Payload.FileNames.Contains(member.Name) && LeftOut.Is(member.Value))
            );
    }

    private bool IsHidden(ImmutableArray<FieldPath.Segment> path, bool orPart)
    {
        var value = payload.Root;
        foreach (var (name, index) in path)
        {
            if (name is not null)
            {
                if (value.ValueKind != JsonValueKind.Object || !Payload.TryGetMember(value, name, out value))
                    return false;
            }
            else
            {
                if (value.ValueKind != JsonValueKind.Array || index >= value.GetArrayLength())
                    return false;
                value = value[index];
            }

            if (LeftOut.Is(value))
                return true;
        }

        return orPart
            && value.ValueKind is JsonValueKind.Object or JsonValueKind.Array
            && JsonMarshal.GetRawUtf8Value(value).IndexOf(Mark) >= 0;
    }
}
