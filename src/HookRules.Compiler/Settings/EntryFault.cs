using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>One part of an event's entries that Claude Code cannot load, by its checks when it loads a file.</summary>
/// <param name="Code">Of the rule that explains it: <c>lint</c> and <c>compile</c> tell one fault by one code.</param>
internal sealed record EntryFault(string Code, string Event, JsonTextNode Node, string Problem, string Fix)
{
    private const string EventNotArray = "HR3010";
    private const string NoHandlers = "HR3013";
    private const string HandlerWithoutGroup = "HR3014";
    private const string MatcherNotString = "HR3015";
    private const string NoType = "HR3016";
    private const string UnknownType = "HR3017";
    private const string MissingField = "HR3018";
    private const string BadTimeout = "HR3019";
    private const string BadValue = "HR3020";

    /// <summary>A broken entry of these may be what guards the permissions beside it, so Claude Code refuses the whole file.</summary>
    public static readonly string[] Guards = [.. from known in HookEvents.All where known.BrokenEntryVoidsFile select known.Name];

    private static readonly Dictionary<string, string[]> Required = new(StringComparer.Ordinal)
    {
        ["command"] = ["command"],
        ["http"] = ["url"],
        ["mcp_tool"] = ["server", "tool"],
        ["prompt"] = ["prompt"],
        ["agent"] = ["prompt"],
    };

    public static IEnumerable<string> HandlerTypes => Required.Keys;

    /// <summary>The fields without which a handler of a known type is not loaded.</summary>
    public static IEnumerable<string> RequiredBy(string type) => Required[type];

    public static IEnumerable<EntryFault> Of(JsonText json, string name, JsonTextNode value)
    {
        if (value.Kind != JsonTextKind.Array)
        {
            yield return new(
                EventNotArray,
                name,
                value,
                $"\"{name}\" should be an array, but is {value.Description}",
                "write [{\"matcher\": \"…\", \"hooks\": […]}]"
            );
            yield break;
        }

        foreach (var group in MatcherGroup.In(json, value))
        {
            if (!group.IsObject)
                yield return new(
                    NoHandlers,
                    name,
                    group.Node,
                    $"an entry of {name} should be an object, but is {group.Node.Description}",
                    "write {\"matcher\": \"…\", \"hooks\": […]}"
                );
            else if (group.MatcherNode is { Kind: not JsonTextKind.String } matcher)
                yield return new(
                    MatcherNotString,
                    name,
                    matcher,
                    $"the matcher of an entry of {name} should be a string, but is {matcher.Description}",
                    "write the tools' names in one string, such as \"Write|Edit\""
                );
            else if (group.Handlers is not { } handlers)
                yield return new(
                    group.Node["hooks"] is null && (group.Node["command"] ?? group.Node["type"]) is not null
                        ? HandlerWithoutGroup
                        : NoHandlers,
                    name,
                    group.Node["hooks"] ?? group.Node,
                    $"an entry of {name} has no array \"hooks\"",
                    "put its handlers into \"hooks\": […]"
                );
            else
                foreach (var problem in handlers.Children.SelectMany(child => OfHandler(json, name, child.Value)))
                    yield return problem;
        }
    }

    /// <summary>What keeps one handler from being loaded.</summary>
    public static IEnumerable<EntryFault> OfHandler(JsonText json, string name, JsonTextNode handler)
    {
        if (handler.Kind != JsonTextKind.Object)
        {
            yield return new(
                NoType,
                name,
                handler,
                $"a handler of {name} should be an object, but is {handler.Description}",
                "write {\"type\": \"command\", \"command\": \"…\"}"
            );
            yield break;
        }

        if (json.StringOf(handler["type"]) is not { } type || !Required.TryGetValue(type, out var required))
        {
            var known = $"write one of {string.Join(", ", Required.Keys.Order(StringComparer.Ordinal).Select(key => $"\"{key}\""))}";
            yield return handler["type"] is { } found
                ? new(UnknownType, name, found, $"a handler of {name} has the unknown type {json.TextOf(found)}", known)
                : new(NoType, name, handler, $"a handler of {name} has no type", known);
            yield break;
        }

        foreach (var field in required)
            if (handler[field] is not { Kind: JsonTextKind.String })
                yield return new(
                    MissingField,
                    name,
                    handler[field] ?? handler,
                    $"a handler of {name} with type \"{type}\" needs a string \"{field}\"",
                    $"add \"{field}\", or remove the handler"
                );

        if (
            handler["timeout"] is { } timeout
            && (
                timeout.Kind != JsonTextKind.Number
                || !json.TextOf(timeout).AsSpan().ContainsAnyInRange('1', '9')
                || json.TextOf(timeout)[0] == '-'
            )
        )
            yield return new(
                BadTimeout,
                name,
                timeout,
                $"the timeout of a handler of {name} should be a number of seconds above 0, but is {json.TextOf(timeout)}",
                "write seconds as a bare number, such as 30"
            );

        if (type is "command" or "http" && handler["onFailure"] is { } onFailure && json.StringOf(onFailure) is not ("block" or "continue"))
            yield return new(
                BadValue,
                name,
                onFailure,
                $"the onFailure of a handler of {name} is {json.TextOf(onFailure)}",
                "write \"block\" or \"continue\""
            );

        if (type == "command" && handler["shell"] is { } shell && json.StringOf(shell) is not ("bash" or "powershell"))
            yield return new(
                BadValue,
                name,
                shell,
                $"the shell of a handler of {name} is {json.TextOf(shell)}",
                "write \"bash\" or \"powershell\""
            );

        if (
            type == "command"
            && handler["args"] is { } args
            && (args.Kind != JsonTextKind.Array || args.Children.Any(child => child.Value.Kind != JsonTextKind.String))
        )
            yield return new(
                BadValue,
                name,
                args,
                $"the args of a handler of {name} should be an array of strings",
                "put each argument into double quotes"
            );

        if (type == "http" && json.StringOf(handler["url"]) is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            yield return new(
                BadValue,
                name,
                handler["url"]!,
                $"the url of a handler of {name} is no URL",
                "write a whole URL, such as \"https://example.org/hook\""
            );
    }
}
