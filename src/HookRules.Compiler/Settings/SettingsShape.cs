using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Settings;

internal enum ShapeKind
{
    EventNotArray,
    GroupNotObject,
    MatcherNotString,
    NoHandlers,
    HandlerWithoutGroup,
    HandlerNotObject,
    NoType,
    UnknownType,
    MissingField,
    BadTimeout,
    BadOnFailure,
    BadShell,
    BadArgs,
    BadUrl,
}

/// <summary>One part of an event's entries that Claude Code cannot load.</summary>
internal sealed record ShapeProblem(ShapeKind Kind, string Event, JsonTextNode Node, string Problem, string Fix);

/// <summary>How Claude Code checks the entries of an event when it loads a file.</summary>
internal static class SettingsShape
{
    /// <summary>A broken entry of these may be what guards the permissions beside it, so Claude Code refuses the whole file.</summary>
    public static readonly string[] Guards = ["PreToolUse", "PermissionRequest"];

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

    public static IEnumerable<ShapeProblem> Of(JsonText document, string name, JsonTextNode value)
    {
        if (value.Kind != JsonTextKind.Array)
        {
            yield return new(
                ShapeKind.EventNotArray,
                name,
                value,
                $"\"{name}\" should be an array, but is {SettingsMerge.Describe(value.Kind)}",
                "write [{\"matcher\": \"…\", \"hooks\": […]}]"
            );
            yield break;
        }

        foreach (var group in value.Children.Select(child => child.Value))
        {
            if (group.Kind != JsonTextKind.Object)
                yield return new(
                    ShapeKind.GroupNotObject,
                    name,
                    group,
                    $"an entry of {name} should be an object, but is {SettingsMerge.Describe(group.Kind)}",
                    "write {\"matcher\": \"…\", \"hooks\": […]}"
                );
            else if (group["matcher"] is { Kind: not JsonTextKind.String } matcher)
                yield return new(
                    ShapeKind.MatcherNotString,
                    name,
                    matcher,
                    $"the matcher of an entry of {name} should be a string, but is {SettingsMerge.Describe(matcher.Kind)}",
                    "write the tools' names in one string, such as \"Write|Edit\""
                );
            else if (group["hooks"] is not { Kind: JsonTextKind.Array } handlers)
                yield return new(
                    group["hooks"] is null && (group["command"] ?? group["type"]) is not null
                        ? ShapeKind.HandlerWithoutGroup
                        : ShapeKind.NoHandlers,
                    name,
                    group["hooks"] ?? group,
                    $"an entry of {name} has no array \"hooks\"",
                    "put its handlers into \"hooks\": […]"
                );
            else
                foreach (var problem in handlers.Children.SelectMany(child => Handler(document, name, child.Value)))
                    yield return problem;
        }
    }

    private static IEnumerable<ShapeProblem> Handler(JsonText document, string name, JsonTextNode handler)
    {
        if (handler.Kind != JsonTextKind.Object)
        {
            yield return new(
                ShapeKind.HandlerNotObject,
                name,
                handler,
                $"a handler of {name} should be an object, but is {SettingsMerge.Describe(handler.Kind)}",
                "write {\"type\": \"command\", \"command\": \"…\"}"
            );
            yield break;
        }

        if (document.StringOf(handler["type"]) is not { } type || !Required.TryGetValue(type, out var required))
        {
            var known = $"write one of {string.Join(", ", Required.Keys.Order(StringComparer.Ordinal).Select(key => $"\"{key}\""))}";
            yield return handler["type"] is { } found
                ? new(ShapeKind.UnknownType, name, found, $"a handler of {name} has the unknown type {document.TextOf(found)}", known)
                : new(ShapeKind.NoType, name, handler, $"a handler of {name} has no type", known);
            yield break;
        }

        foreach (var field in required)
            if (handler[field] is not { Kind: JsonTextKind.String })
                yield return new(
                    ShapeKind.MissingField,
                    name,
                    handler[field] ?? handler,
                    $"a handler of {name} with type \"{type}\" needs a string \"{field}\"",
                    $"add \"{field}\", or remove the handler"
                );

        if (
            handler["timeout"] is { } timeout
            && (
                timeout.Kind != JsonTextKind.Number
                || !document.TextOf(timeout).AsSpan().ContainsAnyInRange('1', '9')
                || document.TextOf(timeout)[0] == '-'
            )
        )
            yield return new(
                ShapeKind.BadTimeout,
                name,
                timeout,
                $"the timeout of a handler of {name} should be a number of seconds above 0, but is {document.TextOf(timeout)}",
                "write seconds as a bare number, such as 30"
            );

        if (
            type is "command" or "http"
            && handler["onFailure"] is { } onFailure
            && document.StringOf(onFailure) is not ("block" or "continue")
        )
            yield return new(
                ShapeKind.BadOnFailure,
                name,
                onFailure,
                $"the onFailure of a handler of {name} is {document.TextOf(onFailure)}",
                "write \"block\" or \"continue\""
            );

        if (type == "command" && handler["shell"] is { } shell && document.StringOf(shell) is not ("bash" or "powershell"))
            yield return new(
                ShapeKind.BadShell,
                name,
                shell,
                $"the shell of a handler of {name} is {document.TextOf(shell)}",
                "write \"bash\" or \"powershell\""
            );

        if (
            type == "command"
            && handler["args"] is { } args
            && (args.Kind != JsonTextKind.Array || args.Children.Any(child => child.Value.Kind != JsonTextKind.String))
        )
            yield return new(
                ShapeKind.BadArgs,
                name,
                args,
                $"the args of a handler of {name} should be an array of strings",
                "put each argument into double quotes"
            );

        if (type == "http" && document.StringOf(handler["url"]) is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            yield return new(
                ShapeKind.BadUrl,
                name,
                handler["url"]!,
                $"the url of a handler of {name} is no URL",
                "write a whole URL, such as \"https://example.org/hook\""
            );
    }
}
