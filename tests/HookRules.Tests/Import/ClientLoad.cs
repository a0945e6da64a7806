using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Engine;

namespace HookRules.Tests.Import;

/// <summary>Which handlers Claude Code would load from a settings file, as measured: the tests' own model, with another parser than the
/// importer's.</summary>
internal static class ClientLoad
{
    private static readonly Dictionary<string, string[]> Required = new()
    {
        ["command"] = ["command"],
        ["http"] = ["url"],
        ["mcp_tool"] = ["server", "tool"],
        ["prompt"] = ["prompt"],
        ["agent"] = ["prompt"],
    };

    /// <summary>As <c>event matcher handler</c>, sorted, each once as the client runs it; null where it drops the whole file.</summary>
    public static string[]? Handlers(string text)
    {
        JsonDocument document;
        try
        {
            document = JsonDocument.Parse(text.TrimStart('\uFEFF'));
        }
        catch (JsonException)
        {
            return null;
        }

        using (document)
        {
            var root = document.RootElement;
            if (!root.TryGetProperty("hooks", out var hooks))
                return root.TryGetProperty("PreToolUse", out _) || root.TryGetProperty("PermissionRequest", out _) ? null : [];
            if (hooks.ValueKind != JsonValueKind.Object)
                return null;
            var found = new List<string>();
            foreach (var name in hooks.EnumerateObject().Select(member => member.Name).Distinct())
            {
                if (HookEvents.Find(name) is not { } known)
                    continue;
                if (!Event(known, hooks.GetProperty(name), found) && name is "PreToolUse" or "PermissionRequest")
                    return null;
            }

            return [.. found.Distinct().Order(StringComparer.Ordinal)];
        }
    }

    // False where a part of it cannot be loaded.
    private static bool Event(HookEvent known, JsonElement groups, List<string> found)
    {
        if (groups.ValueKind != JsonValueKind.Array)
            return false;
        var isSound = true;
        foreach (var group in groups.EnumerateArray())
        {
            string? matcher = null;
            if (
                group.ValueKind != JsonValueKind.Object
                || !group.TryGetProperty("hooks", out var handlers)
                || handlers.ValueKind != JsonValueKind.Array
                || (
                    group.TryGetProperty("matcher", out var written)
                    && (matcher = written.ValueKind == JsonValueKind.String ? written.GetString() : null) is null
                )
            )
            {
                isSound = false;
                continue;
            }

            foreach (var handler in handlers.EnumerateArray())
            {
                if (IsSound(handler))
                    found.Add($"{known.Name} {InEffect(known, matcher)} {Canonical(handler)}");
                else
                    isSound = false;
            }
        }

        return isSound;
    }

    private static bool IsSound(JsonElement handler) =>
        handler.ValueKind == JsonValueKind.Object
        && handler.TryGetProperty("type", out var type)
        && type.ValueKind == JsonValueKind.String
        && Required.TryGetValue(type.GetString()!, out var required)
        && required.All(field => handler.TryGetProperty(field, out var value) && value.ValueKind == JsonValueKind.String)
        && (!handler.TryGetProperty("timeout", out var timeout) || (timeout.ValueKind == JsonValueKind.Number && timeout.GetDouble() > 0));

    private static string InEffect(HookEvent known, string? matcher)
    {
        if (known.MatcherField is null || matcher is null or "" or "*")
            return "*";
        if (!Regex.IsMatch(matcher, known.BarListsOnly ? @"^[A-Za-z0-9_|]*\z" : @"^[A-Za-z0-9_|, -]*\z"))
            return matcher;
        var names = matcher.Split(known.BarListsOnly ? ['|'] : ['|', ',']).Select(name => name.Trim()).Where(name => name.Length > 0);
        return string.Join(
            '|',
            names.Select(name => known.IsToolEvent ? HookTools.Canonical(name) : name).Distinct().Order(StringComparer.Ordinal)
        );
    }

    private static IEnumerable<string> Names(JsonElement value) =>
        value.EnumerateObject().Select(member => member.Name).Where(name => name != "hookrules").Distinct().Order(StringComparer.Ordinal);

    // Our own mark aside.
    private static string Canonical(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.Object => $"{{{string.Join(',', Names(value).Select(name => $"{name}:{Canonical(value.GetProperty(name))}"))}}}",
            JsonValueKind.Array => $"[{string.Join(',', value.EnumerateArray().Select(Canonical))}]",
            JsonValueKind.String => JsonSerializer.Serialize(value.GetString()),
            _ => value.GetRawText(),
        };
}
