using System.Text.Json;

namespace HookRules.Engine;

/// <summary>The <c>$HOOK_…</c> variables of a shell script: which it names, and which field each one stands for.</summary>
internal static class HookVariables
{
    /// <summary>The files of all events that a run stands for.</summary>
    public const string Files = Prefix + "FILES";

    private const string Prefix = "HOOK_";

    public static IReadOnlyCollection<string> Named(string script)
    {
        var names = new SortedSet<string>(StringComparer.Ordinal);
        for (var at = script.IndexOf(Prefix, StringComparison.Ordinal); at >= 0; at = script.IndexOf(Prefix, at, StringComparison.Ordinal))
        {
            var end = at + Prefix.Length;
            while (end < script.Length && IsName(script[end]))
                end++;
            if (end > at + Prefix.Length && (at == 0 || !IsName(script[at - 1])))
                names.Add(script[at..end]);
            at = end;
        }

        return names;

        static bool IsName(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';
    }

    /// <summary>Empty where the event has no such field, so that a script may use <c>set -u</c>.</summary>
    public static string Value(string variable, Payload payload)
    {
        var name = variable[Prefix.Length..];
        if (name == "FILE")
            return payload.File ?? "";
        if (Find(payload.Root, name) is { } value)
            return Text(value);
        var lower = name.ToLowerInvariant();
        return FieldPath.Aliases.ContainsKey(lower) && FieldPath.Parse(lower) is { } field ? payload.Text(field) ?? "" : "";
    }

    // tool_input.command is TOOL_INPUT_COMMAND: a name may itself hold underscores, so every way to cut it is tried.
    private static JsonElement? Find(JsonElement element, string name)
    {
        if (name.Length == 0)
            return element;
        if (element.ValueKind == JsonValueKind.Array)
        {
            var cut = name.IndexOf('_', StringComparison.Ordinal);
            return int.TryParse(cut < 0 ? name : name[..cut], out var index) && index >= 0 && index < element.GetArrayLength()
                ? Find(element[index], cut < 0 ? "" : name[(cut + 1)..])
                : null;
        }

        if (element.ValueKind != JsonValueKind.Object)
            return null;
        // A member that is spelled as the variable is comes before one that differs in case or signs: a tool's input may hold both.
        if (Payload.TryGetMember(element, name.ToLowerInvariant(), out var exact))
            return exact;
        foreach (var member in Payload.MembersOf(element))
        {
            var upper = Upper(member.Name);
            if (upper == name)
                return member.Value;
            if (
                name.StartsWith(upper, StringComparison.Ordinal)
                && name.Length > upper.Length + 1
                && name[upper.Length] == '_'
                && Find(member.Value, name[(upper.Length + 1)..]) is { } found
            )
                return found;
        }

        return null;
    }

    private static string Upper(string name) =>
        string.Create(
            name.Length,
            name,
            static (span, text) =>
            {
                for (var i = 0; i < span.Length; i++)
                    span[i] = char.IsAsciiLetterOrDigit(text[i]) ? char.ToUpperInvariant(text[i]) : '_';
            }
        );

    private static string Text(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Null => "",
            JsonValueKind.String => Payload.StringOf(value),
            _ => value.GetRawText(),
        };
}
