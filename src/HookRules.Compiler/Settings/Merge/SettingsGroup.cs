using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>One matcher group that stands in a settings file, and which of its handlers are ours.</summary>
internal sealed class SettingsGroup
{
    private readonly JsonText document;

    public SettingsGroup(JsonText document, int index, JsonTextNode node)
    {
        (this.document, Index, Node) = (document, index, node);
        if (node is not { Kind: JsonTextKind.Object } || node["hooks"] is not { Kind: JsonTextKind.Array } handlers)
            return;
        Handlers = handlers;
        Matcher = document.StringOf(node["matcher"]);
        Ours = [.. Enumerable.Range(0, handlers.Children.Count).Where(i => SettingsOwnership.IsOurs(document, handlers.Children[i].Value))];
        OnlyOurs =
            Ours.Length == handlers.Children.Count && Ours.Length > 0 && node.Children.All(member => member.Name is "matcher" or "hooks");
    }

    public int Index { get; }
    public JsonTextNode Node { get; }
    public JsonTextNode? Handlers { get; }
    public string? Matcher { get; }

    /// <summary>Indexes of our handlers.</summary>
    public int[] Ours { get; } = [];

    /// <summary>Nobody added a handler or a key to it.</summary>
    public bool OnlyOurs { get; }

    /// <summary>Our handlers in it are the wanted ones already, however they are laid out.</summary>
    public bool Has(SettingsEntry wanted) =>
        Matcher == wanted.Matcher
        && Ours.Length == wanted.Handlers.Length
        && Ours.Zip(wanted.Handlers)
            .All(pair =>
            {
                var handler = JsonText.Parse(pair.Second);
                return document.SameValue(Handlers!.Children[pair.First].Value, handler, handler.Root);
            });
}
