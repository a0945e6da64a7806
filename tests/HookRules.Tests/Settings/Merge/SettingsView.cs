using System.Text.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Tests.Settings.Merge;

/// <summary>Reads settings texts with another parser than the one that wrote them.</summary>
internal static class SettingsView
{
    private static readonly JsonDocumentOptions Options = new() { MaxDepth = 100_000 };

    /// <summary>Everything that is not ours, in canonical form; matcher groups, events and a hooks key that are empty are left
    /// out.</summary>
    public static string Foreign(string? text)
    {
        if (string.IsNullOrWhiteSpace(text?.TrimStart('\uFEFF')))
            return "";
        using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), Options);
        var members = document
            .RootElement.EnumerateObject()
            .Select(member =>
                member.NameEquals("hooks") && member.Value.ValueKind == JsonValueKind.Object
                    ? Hooks(member.Value)
                    : $"{member.Name}: {Raw(member.Value)}"
            );
        return string.Join('\n', members.Where(member => member.Length > 0));
    }

    /// <summary>Our handlers of the hooks that count, as <c>Event matcher handler</c>.</summary>
    public static IEnumerable<string> Ours(string? text)
    {
        if (string.IsNullOrWhiteSpace(text?.TrimStart('\uFEFF')))
            return [];
        using var document = JsonDocument.Parse(text.TrimStart('\uFEFF'), Options);
        if (!document.RootElement.TryGetProperty("hooks", out var hooks) || hooks.ValueKind != JsonValueKind.Object)
            return [];
        return
        [
            .. from name in hooks.EnumerateObject().Select(member => member.Name).Distinct()
            let groups = hooks.GetProperty(name)
            where groups.ValueKind == JsonValueKind.Array
            from g in groups.EnumerateArray()
            where g.ValueKind == JsonValueKind.Object && g.TryGetProperty("hooks", out var list) && list.ValueKind == JsonValueKind.Array
            from handler in g.GetProperty("hooks").EnumerateArray()
            where IsOurs(handler)
            select $"{name} {(g.TryGetProperty("matcher", out var matcher) ? matcher.GetString() : null)} {Raw(handler)}",
        ];
    }

    public static IEnumerable<string> Wanted(IEnumerable<SettingsEntry> entries)
    {
        foreach (var entry in entries)
        {
            foreach (var json in entry.Handlers)
            {
                using var handler = JsonDocument.Parse(json);
                yield return $"{entry.Event} {entry.Matcher} {Raw(handler.RootElement)}";
            }
        }
    }

    private static string Hooks(JsonElement hooks)
    {
        var events =
            from member in hooks.EnumerateObject()
            let value = member.Value.ValueKind == JsonValueKind.Array
                ? string.Join(',', member.Value.EnumerateArray().Select(Group).Where(text => text.Length > 0))
                : Raw(member.Value)
            where value.Length > 0
            select $"{member.Name} = {value}";
        var all = string.Join("; ", events);
        return all.Length > 0 ? $"hooks: {all}" : "";
    }

    private static string Group(JsonElement group)
    {
        if (
            group.ValueKind != JsonValueKind.Object
            || !group.TryGetProperty("hooks", out var handlers)
            || handlers.ValueKind != JsonValueKind.Array
        )
            return Raw(group);
        var foreign = handlers.EnumerateArray().Where(handler => !IsOurs(handler)).Select(Raw).ToList();
        if (foreign.Count == 0 && handlers.GetArrayLength() > 0)
            return "";
        var others = group.EnumerateObject().Where(member => !member.NameEquals("hooks"));
        return $"{{{string.Join(',', others.Select(member => $"{member.Name}: {Raw(member.Value)}"))} [{string.Join(',', foreign)}]}}";
    }

    private static bool IsOurs(JsonElement handler) =>
        handler.ValueKind == JsonValueKind.Object
        && (
            handler.TryGetProperty("hookrules", out _)
            || handler.TryGetProperty("args", out var args) && Raw(args).Contains("--plan-hash", StringComparison.Ordinal)
            || handler.TryGetProperty("command", out var command)
                && Raw(command).StartsWith("\"set -- --plan-hash", StringComparison.Ordinal)
        );

    private static string Raw(JsonElement element) =>
        element.ValueKind switch
        {
            JsonValueKind.Object =>
                $"{{{string.Join(',', element.EnumerateObject().Select(member => $"{member.Name}:{Raw(member.Value)}"))}}}",
            JsonValueKind.Array when element.GetArrayLength() < 2 && element.GetRawText().Length > 5000 => element.GetRawText(),
            JsonValueKind.Array => $"[{string.Join(',', element.EnumerateArray().Select(Raw))}]",
            _ => element.GetRawText(),
        };
}
