using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Init;

/// <summary>Takes handlers out of a settings file, and the entries, events and "hooks" that are empty without them; the rest stays to the
/// letter.</summary>
internal static class TakenHooks
{
    /// <param name="taken">Handlers of a reading of the same text.</param>
    public static string Without(JsonText json, IEnumerable<JsonTextNode> taken)
    {
        var places = taken.Select(node => (node.Start, node.End)).ToHashSet();
        var gone = new HashSet<JsonTextNode>();
        Mark(json.Root, places, gone);
        var edits =
            from parent in gone.Select(node => node.Parent!).Distinct()
            where !gone.Contains(parent)
            let indexes = Enumerable.Range(0, parent.Children.Count).Where(i => gone.Contains(parent.Children[i].Value)).ToHashSet()
            from edit in JsonText.Removal(parent, indexes, "")
            select edit;
        return json.With([.. edits]).Text;
    }

    private static void Mark(JsonTextNode node, HashSet<(int, int)> taken, HashSet<JsonTextNode> gone)
    {
        if (node.Parent is not null && taken.Contains((node.Start, node.End)))
        {
            gone.Add(node);
            return;
        }

        foreach (var child in node.Children)
            Mark(child.Value, taken, gone);
        if (node.Parent is null || !node.Children.Any(child => gone.Contains(child.Value)))
            return;
        // An entry without its "hooks" is nothing; an array or object is when its last child went.
        var isEntry = node.Kind == JsonTextKind.Object && node.Parent.Kind == JsonTextKind.Array;
        if (isEntry || node.Children.All(child => gone.Contains(child.Value)))
            gone.Add(node);
    }
}
