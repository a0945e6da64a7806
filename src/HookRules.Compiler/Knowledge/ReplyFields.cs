using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>What an answer to an event may say beyond its decision, from the schema of its output.</summary>
internal static class ReplyFields
{
    /// <summary>Fields of the output that steps of their own give.</summary>
    public static readonly IReadOnlyDictionary<string, string> Steps = new Dictionary<string, string>(StringComparer.Ordinal)
    {
        ["additionalContext"] = "context",
        ["permissionDecision"] = "deny",
        ["permissionDecisionReason"] = "deny",
        ["behavior"] = "allow",
        ["message"] = "deny",
        [OutputField.UpdatedInput] = "set",
        [OutputField.UpdatedOutput] = "set",
        [OutputField.UpdatedMcpOutput] = "set",
    };

    /// <summary>What <c>reply</c> may say on an event.</summary>
    public static ImmutableArray<string> Of(string @event) =>
        ShapeOf(@event) is { } output ? [.. output.Names.Where(name => name != "hookEventName" && !Steps.ContainsKey(name))] : [];

    /// <summary>Where the fields of <c>reply</c> stand in the output; null where an event has no output of its own.</summary>
    public static SchemaShape? ShapeOf(string @event) =>
        FieldCatalog.SpecificOutput(@event) is { } specific
            ? specific.Property("decision") is { } decision && decision.Names.Any()
                ? decision
                : specific
            : null;
}
