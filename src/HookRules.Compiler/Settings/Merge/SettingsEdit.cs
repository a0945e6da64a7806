using System.Collections.Immutable;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>
/// One merge into a file that can be merged into. Our entries follow what was there, each with the comma before it, so that taking them out
/// leaves the bytes from before; only of containers that were empty or missing something has to be remembered.
/// </summary>
internal sealed class SettingsEdit
{
    private const string File = "";
    private const string Hooks = "hooks";

    private readonly SettingsRecord record;
    private readonly Dictionary<string, SettingsContainer> containers = new(StringComparer.Ordinal);
    private readonly HashSet<string> emptied = new(StringComparer.Ordinal);
    private JsonText document;

    /// <param name="document">An object, whose hooks have the right shape for the entries.</param>
    /// <param name="record">Null if it is lost: then what holds nothing but our entries counts as created by us.</param>
    public SettingsEdit(JsonText document, SettingsRecord? record)
    {
        this.document = document;
        this.record = record ?? SettingsRecord.Empty with { Containers = [.. OursAlone()] };
        foreach (var container in this.record.Containers)
            containers[container.Path] = container;
    }

    /// <summary>The new text; null if there should be no file.</summary>
    public string? Text => Gone ? record.BlankFile : document.Text;

    public SettingsRecord Record =>
        !HasOurs(document)
            ? SettingsRecord.Empty
            : record with
            {
                Containers =
                [
                    .. containers
                        .Values.Where(container =>
                            container.Path is File or Hooks || Effective(container.Path) is { } array && HasOurs(array)
                        )
                        .OrderBy(container => container.Path, StringComparer.Ordinal),
                ],
            };

    private bool Gone => document.Root.Children.Count == 0 && (record.CreatedFile || record.BlankFile is not null);

    public static bool HasOurs(JsonText document) =>
        EventArrays(document).Any(array => MatcherGroup.In(document, array.Array).Any(group => group.Ours.Length > 0));

    public void Merge(ImmutableArray<SettingsEntry> entries)
    {
        ReplaceInPlace(entries);
        AddMissingEvents(entries);
        DropEmptied();
    }

    private void ReplaceInPlace(ImmutableArray<SettingsEntry> entries)
    {
        var style = new JsonTextStyle(document);
        var edits = new List<JsonTextEdit>();
        foreach (var (name, array) in EventArrays(document))
        {
            // Of duplicate keys only the last counts for Claude Code; from the others ours are only taken out.
            var effective = Effective(name) == array;
            edits.AddRange(Reconcile(name, array, effective ? [.. entries.Where(entry => entry.Event == name)] : [], effective, style));
        }

        document = document.With(edits);
    }

    private IEnumerable<JsonTextEdit> Reconcile(
        string name,
        JsonTextNode array,
        List<SettingsEntry> wanted,
        bool effective,
        JsonTextStyle style
    )
    {
        var changed = MatcherGroup.In(document, array).Where(group => group.Ours.Length > 0 && !TakeSame(group)).ToList();
        var removed = new HashSet<int>();
        foreach (var group in changed.Where(group => !group.OnlyOurs))
        {
            foreach (var edit in ReplaceHandlers(group, Take(entry => entry.Matcher == group.Matcher)?.Handlers ?? [], style))
                yield return edit;
        }

        foreach (var group in changed.Where(group => group.OnlyOurs))
        {
            if (Take(_ => true) is { } entry)
                yield return style.Replace(group.Node, entry.ToJson());
            else
                removed.Add(group.Index);
        }

        if (removed.Count > 0)
        {
            var inner = effective && containers.TryGetValue(name, out var container) ? container.Inner : "";
            if (removed.Count == array.Children.Count && inner is null)
                emptied.Add(name);
            foreach (var edit in JsonText.Removal(array, removed, inner ?? ""))
                yield return edit;
        }

        if (wanted.Count == 0)
            yield break;
        RememberIfEmpty(name, array, style);
        yield return style.Append(array, wanted.Select(entry => ((string?)null, entry.ToJson())));

        bool TakeSame(MatcherGroup group) => Take(entry => Has(group, entry)) is not null;

        SettingsEntry? Take(Func<SettingsEntry, bool> fits)
        {
            var index = wanted.FindIndex(entry => fits(entry));
            if (index < 0)
                return null;
            var entry = wanted[index];
            wanted.RemoveAt(index);
            return entry;
        }
    }

    // Our handlers in it are the wanted ones already, however they are laid out.
    private bool Has(MatcherGroup group, SettingsEntry wanted) =>
        group.Matcher == wanted.Matcher
        && group.Ours.Length == wanted.Handlers.Length
        && group
            .Ours.Zip(wanted.Handlers)
            .All(pair =>
            {
                var handler = JsonText.Parse(pair.Second);
                return document.SameValue(group.Handlers!.Children[pair.First].Value, handler, handler.Root);
            });

    // Somebody put handlers or keys of their own into our group: those stay, so only our handlers are changed.
    private static IEnumerable<JsonTextEdit> ReplaceHandlers(MatcherGroup group, ImmutableArray<string> handlers, JsonTextStyle style)
    {
        var kept = Math.Min(group.Ours.Length, handlers.Length);
        for (var i = 0; i < kept; i++)
            yield return style.Replace(group.Handlers!.Children[group.Ours[i]].Value, handlers[i]);
        if (handlers.Length > kept)
            yield return style.Append(group.Handlers!, handlers[kept..].Select(handler => ((string?)null, handler)));
        if (group.Ours.Length > kept)
            foreach (var edit in JsonText.Removal(group.Handlers!, group.Ours[kept..].ToHashSet(), ""))
                yield return edit;
    }

    private void AddMissingEvents(ImmutableArray<SettingsEntry> entries)
    {
        var missing = entries
            .Where(entry => Effective(entry.Event) is null)
            .GroupBy(entry => entry.Event)
            .Select(group => (Name: (string?)group.Key, Json: $"[{string.Join(',', group.Select(entry => entry.ToJson()))}]"))
            .ToList();
        if (missing.Count == 0)
            return;

        var style = new JsonTextStyle(document);
        foreach (var (name, _) in missing)
            containers[name!] = new SettingsContainer(name!, null);
        if (document.Root[Hooks] is { } hooks)
        {
            RememberIfEmpty(Hooks, hooks, style);
            document = document.With([style.Append(hooks, missing)]);
        }
        else
        {
            RememberIfEmpty(File, document.Root, style);
            containers[Hooks] = new SettingsContainer(Hooks, null);
            var all = string.Join(',', missing.Select(member => $"{JsonText.Quote(member.Name!)}:{member.Json}"));
            document = document.With([style.Append(document.Root, [(Hooks, $"{{{all}}}")])]);
        }
    }

    private void DropEmptied()
    {
        if (emptied.Count == 0)
            return;
        var hooks = document.Root[Hooks]!;
        var inner = containers.TryGetValue(Hooks, out var container) ? container.Inner : "";
        document = document.With([.. JsonText.Removal(hooks, emptied.Select(name => LastIndexOf(hooks, name)).ToHashSet(), inner ?? "")]);
        if (document.Root[Hooks]!.Children.Count > 0 || inner is not null)
            return;

        var before = containers.TryGetValue(File, out var file) ? file.Inner : "";
        document = document.With([
            .. JsonText.Removal(document.Root, new HashSet<int> { LastIndexOf(document.Root, Hooks) }, before ?? ""),
        ]);
    }

    private void RememberIfEmpty(string path, JsonTextNode container, JsonTextStyle style)
    {
        if (container.Children.Count == 0)
            containers.TryAdd(path, new SettingsContainer(path, style.Inner(container)));
    }

    private IEnumerable<SettingsContainer> OursAlone()
    {
        var ours = EventArrays(document)
            .Where(array =>
                Effective(array.Name) == array.Array
                && array.Array.Children.Count > 0
                && MatcherGroup.In(document, array.Array).All(group => group.OnlyOurs)
            )
            .ToList();
        if (ours.Count > 0 && ours.Count == document.Root[Hooks]!.Children.Count)
            yield return new SettingsContainer(Hooks, null);
        foreach (var (name, _) in ours)
            yield return new SettingsContainer(name, null);
    }

    private bool HasOurs(JsonTextNode array) => MatcherGroup.In(document, array).Any(group => group.Ours.Length > 0);

    private JsonTextNode? Effective(string name) =>
        document.Root[Hooks] is { Kind: JsonTextKind.Object } hooks && hooks[name] is { Kind: JsonTextKind.Array } array ? array : null;

    private static IEnumerable<(string Name, JsonTextNode Array)> EventArrays(JsonText document) =>
        from hooks in document.Root.Children
        where hooks.Name == Hooks && hooks.Value.Kind == JsonTextKind.Object
        from member in hooks.Value.Children
        where member.Value.Kind == JsonTextKind.Array
        select (member.Name!, member.Value);

    private static int LastIndexOf(JsonTextNode container, string name) =>
        container.Children.ToList().FindLastIndex(child => child.Name == name);
}
