using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Commands;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

internal enum SettingsKind
{
    Settings,
    Managed,
    Plugin,
}

/// <summary>A settings file or a plugin's hooks as merge, lint and import see it: as much as could be read, with the place of
/// everything.</summary>
internal sealed class SettingsDocument
{
    private readonly string path;
    private readonly Lazy<ImmutableArray<int>> lines;
    private readonly Lazy<ImmutableArray<HookCode>> code;
    private readonly Lazy<ImmutableArray<MatcherText>> matchers;
    private readonly Lazy<Dictionary<JsonTextNode, MatcherText>> matcherOf;
    private readonly Lazy<ImmutableArray<StaticOutput>> printed;
    private readonly Lazy<ILookup<HookHandler, StaticOutput>> printedBy;
    private readonly Lazy<ImmutableArray<EntryFault>> faults;
    private readonly Lazy<ImmutableArray<StaticOutput>> answers;

    private SettingsDocument(string path, string text, JsonText? json, IReadOnlyList<JsonError> errors, ProjectContext context)
    {
        (this.path, Text, Json, Errors, Context) = (path, text, json, errors, context);
        Kind = KindOf(path, Root, text);
        Hooks = HooksOf();
        Entries = [.. ReadEntries()];
        faults = new(() => [.. Events().SelectMany(item => EntryFault.Of(Json!, item.Event.Name, item.Member.Value))]);
        lines = new(() => TextPlace.LineStarts(Text));
        code = new(() => [.. HookCode.Read(this)]);
        matchers = new(() => [.. MatcherText.Read(this)]);
        matcherOf = new(() => Matchers.ToDictionary(matcher => matcher.Node));
        printedBy = new(() => Prints.ToLookup(one => one.Entry));
        printed = new(() => [.. StaticOutput.Read(this)]);
        answers = new(() => [.. Prints, .. StaticOutput.OfCode(this)]);
    }

    public string Text { get; }

    public ProjectContext Context { get; }

    public SettingsKind Kind { get; }

    /// <summary>Null where nothing could be read.</summary>
    public JsonText? Json { get; }

    /// <summary>Where it is no strict JSON.</summary>
    public IReadOnlyList<JsonError> Errors { get; }

    public JsonTextNode? Root => Json?.Root;

    /// <summary>What stands where the events should be, whatever it is.</summary>
    public JsonTextNode? Hooks { get; }

    /// <summary>Every handler that Claude Code could load, under an event that it knows.</summary>
    public ImmutableArray<HookHandler> Entries { get; }

    /// <summary>What Claude Code cannot load of the entries of events that it knows.</summary>
    public ImmutableArray<EntryFault> Faults => faults.Value;

    /// <summary>Every matcher of the file, each once, on events that look at it.</summary>
    public ImmutableArray<MatcherText> Matchers => matchers.Value;

    public MatcherText? MatcherAt(JsonTextNode node) => matcherOf.Value.GetValueOrDefault(node);

    public IEnumerable<StaticOutput> PrintsOf(HookHandler entry) => printedBy.Value[entry];

    /// <summary>The code of every command: what stands in the file, and the scripts of the project that it names.</summary>
    public ImmutableArray<HookCode> Code => code.Value;

    /// <summary>What its one-line commands surely print.</summary>
    public ImmutableArray<StaticOutput> Prints => printed.Value;

    /// <summary>The same, and JSON that its scripts and the programs in its commands print.</summary>
    public ImmutableArray<StaticOutput> Answers => answers.Value;

    public bool IsPlugin => Kind == SettingsKind.Plugin;

    /// <summary>It has the name of a settings file, so it is one, whatever is in it.</summary>
    public bool IsNamedSettings => Path.GetFileName(path).StartsWith("settings", StringComparison.Ordinal);

    /// <summary>As much as can be read of a file that need not be strict JSON.</summary>
    public static SettingsDocument Read(string path, string text, ProjectContext? context = null)
    {
        var (json, errors) = TolerantJson.Read(text);
        return new SettingsDocument(path, text, json, errors, context ?? ProjectContext.TextOnly);
    }

    /// <summary>As Claude Code reads it; what is no strict JSON is its one error.</summary>
    public static SettingsDocument ReadStrict(string path, string text)
    {
        var json = JsonText.TryParse(text, out var error);
        return new SettingsDocument(path, text, json, error is null ? [] : [JsonError.Of(error)], ProjectContext.TextOnly);
    }

    public string? StringOf(JsonTextNode? node) => Json!.StringOf(node);

    public string TextOf(JsonTextNode node) => Text[node.Start..node.End];

    public SourceRef Place(int start, int end)
    {
        var (line, column) = TextPlace.Of(lines.Value, start);
        var (endLine, endColumn) = TextPlace.Of(lines.Value, end);
        return new SourceRef(path, line, column, endLine, endColumn);
    }

    /// <summary>How messages name another file of the same project.</summary>
    public string Beside(string relative)
    {
        var folder = Path.GetDirectoryName(path);
        if (Context.ProjectDir is not null)
            folder = Path.GetDirectoryName(folder);
        return string.IsNullOrEmpty(folder) ? relative : $"{folder.Replace('\\', '/')}/{relative}";
    }

    /// <summary>A scalar whole, of a container its bracket.</summary>
    public SourceRef Place(JsonTextNode node) => Place(node.Start, node.IsContainer ? node.Start + 1 : node.End);

    public SourceRef Key(JsonTextChild member) => Place(member.Start, KeyEnd(member));

    /// <summary>Where a part of a string's value stands in the text.</summary>
    public SourceRef Place(JsonTextNode text, int start, int length) => Place(Offset(text, start), Offset(text, start + length));

    /// <summary>The edit that puts something in the place of a part of a string's value.</summary>
    public JsonTextEdit Edit(JsonTextNode text, int start, int length, string value) =>
        new(Offset(text, start), Offset(text, start + length), JsonText.Quote(value)[1..^1]);

    public JsonTextEdit Rename(JsonTextChild member, string name) => new(member.Start, KeyEnd(member), JsonText.Quote(name));

    /// <summary>Every event that Claude Code knows, with its value; of duplicate keys the last one.</summary>
    public IEnumerable<(HookEvent Event, JsonTextChild Member)> Events() =>
        from member in Hooks is { Kind: JsonTextKind.Object } ? Hooks.Children : []
        let known = HookEvents.Find(member.Name!)
        where known is not null && Hooks![member.Name!] == member.Value
        select (known, member);

    /// <summary>What the loss of an entry of this event means; no entry is dropped silently without a reader knowing how much goes with
    /// it.</summary>
    public string Outcome(string @event) =>
        IsPlugin ? "Claude Code does not load this entry of the plugin"
        : EntryFault.Guards.Contains(@event) ? DiagnosticCatalog.FileDropped
        : "Claude Code drops this entry; the rest of the file works";

    private JsonTextNode? HooksOf()
    {
        if (Root is not { Kind: JsonTextKind.Object })
            return null;
        var hooks = Root["hooks"];
        // plugin.json may name files, or hold the events in an object with or without another "hooks" around them.
        if (IsPlugin && hooks is { Kind: JsonTextKind.Object } && hooks["hooks"] is { Kind: JsonTextKind.Object } inner)
            return inner;
        return IsPlugin && Path.GetFileName(path) == "plugin.json" && hooks is { Kind: JsonTextKind.String or JsonTextKind.Array }
            ? null
            : hooks;
    }

    private IEnumerable<HookHandler> ReadEntries() =>
        from part in SettingsWalk.Loaded(this).OfType<SettingsPart.Handler>()
        let type = StringOf(part.Node["type"])
        where type is not null && EntryFault.HandlerTypes.Contains(type)
        select new HookHandler(this, part.Event, part.Group, part.Node, type);

    private int KeyEnd(JsonTextChild member) =>
        member.Start + Text.AsSpan(member.Start, member.Value.Start - member.Start).LastIndexOf('"') + 1;

    private int Offset(JsonTextNode text, int index)
    {
        var at = text.Start + 1;
        for (var i = 0; i < index && at < text.End - 1; i++)
            at +=
                Text[at] != '\\' ? 1
                : Text[at + 1] == 'u' ? 6
                : 2;
        return at;
    }

    private static SettingsKind KindOf(string path, JsonTextNode? root, string text)
    {
        var name = Path.GetFileName(path);
        if (name.StartsWith("managed-settings", StringComparison.Ordinal) || path.Contains("managed-settings.d/", StringComparison.Ordinal))
            return SettingsKind.Managed;
        if (name.StartsWith("settings", StringComparison.Ordinal))
            return SettingsKind.Settings;
        if (name is "hooks.json" or "plugin.json")
            return SettingsKind.Plugin;
        // Of any other name: nothing but a plugin knows its root, and nothing but a settings file has anything beside its hooks.
        return
            root is { Kind: JsonTextKind.Object }
            && root.Children.All(member => member.Name is "hooks" or "description" or "modules" or "$schema")
            && text.Contains("CLAUDE_PLUGIN_ROOT", StringComparison.Ordinal)
            ? SettingsKind.Plugin
            : SettingsKind.Settings;
    }
}
