using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Settings;

/// <summary>One entry of an event's array: a matcher and its handlers, if it has the shape of one, and which of the handlers are
/// ours.</summary>
internal sealed class MatcherGroup(JsonText json, int index, JsonTextNode node)
{
    private int[]? ours;

    public int Index => index;

    public JsonTextNode Node => node;

    public bool IsObject => node.Kind == JsonTextKind.Object;

    /// <summary>What stands in the matcher's place, whatever it is.</summary>
    public JsonTextNode? MatcherNode => node["matcher"];

    /// <summary>Null where there is none, or where it is no string.</summary>
    public string? Matcher => json.StringOf(MatcherNode);

    /// <summary>The array of its handlers; null where there is none.</summary>
    public JsonTextNode? Handlers => node["hooks"] is { Kind: JsonTextKind.Array } handlers ? handlers : null;

    /// <summary>Indexes of our handlers.</summary>
    public int[] Ours => ours ??= [.. OursIn(Handlers?.Children ?? [])];

    /// <summary>Nobody added a handler or a key to it.</summary>
    public bool OnlyOurs =>
        Ours.Length > 0 && Ours.Length == Handlers!.Children.Count && node.Children.All(member => member.Name is "matcher" or "hooks");

    /// <summary>The entries of an event's array, in the order of the text.</summary>
    public static IEnumerable<MatcherGroup> In(JsonText json, JsonTextNode array) =>
        array.Children.Select((child, index) => new MatcherGroup(json, index, child.Value));

    private IEnumerable<int> OursIn(IReadOnlyList<JsonTextChild> handlers) =>
        Enumerable.Range(0, handlers.Count).Where(i => SettingsOwnership.IsOurs(json, handlers[i].Value));
}
