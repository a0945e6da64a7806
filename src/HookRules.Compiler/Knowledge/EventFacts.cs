using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>A field of a payload, as the schema has it.</summary>
/// <param name="Path">As one would write it in a rule.</param>
/// <param name="Type">In words, as in "a string".</param>
/// <param name="IsRequired">Each payload of the event has it.</param>
/// <param name="Values">All texts that may stand there; empty where others may.</param>
public sealed record EventField(string Path, string Type, bool IsRequired, ImmutableArray<string> Values, string Description);

/// <summary>A handler type that an event runs, and the seconds it may take without a timeout of its own.</summary>
public sealed record EventHandlerType(string Name, double DefaultTimeout);

/// <summary>What there is to tell about an event: the table of the engine and the rest of its schema.</summary>
public sealed record EventFacts(HookEvent Event)
{
    private const int DeepestField = 4;

    private static readonly ImmutableArray<(HandlerTypes Type, string Name)> HandlerNames =
    [
        (HandlerTypes.Command, "command"),
        (HandlerTypes.Http, "http"),
        (HandlerTypes.McpTool, "mcp_tool"),
        (HandlerTypes.Prompt, "prompt"),
        (HandlerTypes.Agent, "agent"),
    ];

    public static ImmutableArray<EventFacts> All { get; } = [.. HookEvents.All.Select(known => new EventFacts(known))];

    /// <summary>By the name or the alias that a rule would use; null if there is none.</summary>
    public static EventFacts? Find(string name) => EventAliases.Find(name) is { } known ? new EventFacts(known) : null;

    /// <summary>The short name in rules; null where there is none.</summary>
    public string? Alias => EventAliases.All.FirstOrDefault(alias => alias.Value == Event.Name).Key;

    /// <summary>How often, and when not.</summary>
    public string Fires => Facts.GetProperty("fires").GetString()!;

    /// <summary>What exit code 2 of a handler does.</summary>
    public string ExitTwo => Facts.GetProperty("exitTwo").GetString()!;

    public ImmutableArray<string> Notes =>
        Facts.TryGetProperty("notes", out var notes) ? [.. notes.EnumerateArray().Select(note => note.GetString()!)] : [];

    /// <summary>In words, what Claude Code compares a matcher with.</summary>
    public string Matcher =>
        Event.Matching switch
        {
            MatcherKind.None => "nothing: matchers are ignored",
            MatcherKind.FileName => $"the base name of {Event.MatcherField}",
            MatcherKind.Model => $"the canonical name of {Event.MatcherField}",
            _ => Event.MatcherField!,
        };

    /// <summary>The words of the language for what a rule may answer on this event.</summary>
    public ImmutableArray<string> Decisions =>
        [
            .. Event.Decisions.Select(DecisionWords.Of),
            .. Event.Changes is null ? Array.Empty<string>() : ["set"],
            .. ReplyFields.IsEmpty ? Array.Empty<string>() : ["reply"],
            .. Event.CanAwait ? ["await"] : Array.Empty<string>(),
        ];

    /// <summary>The member of the payload that <c>set</c> changes; null where it changes nothing.</summary>
    public string? SetChanges => Event.Changes;

    /// <summary>What <c>reply</c> may say.</summary>
    public ImmutableArray<string> ReplyFields => Knowledge.ReplyFields.Of(Event.Name);

    public ImmutableArray<EventHandlerType> Handlers =>
        [
            .. from handler in HandlerNames
            where Event.Handlers.HasFlag(handler.Type)
            select new EventHandlerType(handler.Name, Event.DefaultTimeoutOf(handler.Type)),
        ];

    /// <summary>The fields of the payload in the order of the schema, the inner ones after their object.</summary>
    public ImmutableArray<EventField> Fields => [.. FieldsOf(FieldCatalog.Root(Event.Name), "", DeepestField)];

    /// <summary>A payload as Claude Code sends it.</summary>
    public byte[] Sample => Samples.Read(Samples.Find(Event.Name)!);

    private JsonElement Facts => FieldCatalog.Root(Event.Name).Document.GetProperty("x-hookrules");

    private static IEnumerable<EventField> FieldsOf(SchemaShape shape, string prefix, int depth)
    {
        foreach (var name in shape.Names)
        {
            var field = shape.Property(name)!;
            var type = new FieldType(field.Kinds, [], false).Describe() + (field.IsNullable ? " or null" : "");
            var description = field.Schema.TryGetProperty("description", out var text) ? text.GetString()! : "";
            yield return new EventField(prefix + name, type, shape.Requires(name), [.. field.Values ?? []], description);
            if (depth == 1)
                continue;
            var (inner, path) = field.Kinds == FieldKinds.Array ? (field.Item(), $"{prefix}{name}[0].") : (field, $"{prefix}{name}.");
            foreach (var below in FieldsOf(inner, path, depth - 1))
                yield return below;
        }
    }
}
