using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit.Json;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>What keeps Claude Code from loading a settings file at all, and event keys that it does not know: both would silence our hooks or theirs.</summary>
internal sealed class SettingsChecks
{
    // A broken entry of these may be what guards the permissions beside it, so Claude Code refuses the whole file.
    private static readonly string[] Guards = ["PreToolUse", "PermissionRequest"];

    private static readonly Dictionary<string, (string Field, JsonTextKind Kind)[]> Required = new(StringComparer.Ordinal)
    {
        ["command"] = [("command", JsonTextKind.String)],
        ["http"] = [("url", JsonTextKind.String)],
        ["mcp_tool"] = [("server", JsonTextKind.String), ("tool", JsonTextKind.String)],
        ["prompt"] = [("prompt", JsonTextKind.String)],
        ["agent"] = [("prompt", JsonTextKind.String)],
    };

    private readonly JsonText document;
    private readonly string displayPath;

    private SettingsChecks(JsonText document, string displayPath) => (this.document, this.displayPath) = (document, displayPath);

    public static IEnumerable<Diagnostic> Of(JsonText document, string displayPath)
    {
        var checks = new SettingsChecks(document, displayPath);
        return checks.Misplaced().Concat(checks.Events()).OrderBy(diagnostic => diagnostic.At.Line).ThenBy(diagnostic => diagnostic.At.Column);
    }

    private IEnumerable<Diagnostic> Events()
    {
        if (document.Root["hooks"] is not { } hooks) yield break;
        if (hooks.Kind == JsonTextKind.Array) yield return NotLoaded(hooks, "\"hooks\" is an array", "make it an object with event names as keys");
        if (hooks.Kind != JsonTextKind.Object) yield break;
        foreach (var member in hooks.Children)
        {
            if (HookEvents.Find(member.Name!) is null)
                yield return DiagnosticCatalog.SettingsUnknownEvent(Key(member), member.Name!,
                    // A key such as "// Stop" or "_comment" is a note and no misspelling.
                    char.IsAsciiLetter(member.Name!.FirstOrDefault()) ? NearestName.Find(member.Name!, HookEvents.All.Select(known => known.Name)) : null);
            if (Guards.Contains(member.Name) && hooks[member.Name!] == member.Value)
                foreach (var diagnostic in Guard(member.Name!, member.Value)) yield return diagnostic;
        }
    }

    // Measured: at the top, under another key, under another key's "hooks", and one level too deep inside "hooks".
    private IEnumerable<Diagnostic> Misplaced()
    {
        var places =
            from member in document.Root.Children
            let inside = member.Value.Kind == JsonTextKind.Object ? member.Value.Children : []
            from candidate in Enumerable.Repeat(member, 1)
                .Concat(member.Name == "hooks" ? [] : inside)
                .Concat(inside.Where(child => (member.Name == "hooks" || child.Name == "hooks") && child.Value.Kind == JsonTextKind.Object).SelectMany(child => child.Value.Children))
            where Guards.Contains(candidate.Name) && candidate.Value is { Kind: JsonTextKind.Array, Children.Count: > 0 }
            select candidate;
        foreach (var member in places)
            yield return DiagnosticCatalog.SettingsFileNotLoaded(Key(member), $"\"{member.Name}\" stands outside \"hooks\"", "move it into the file's own \"hooks\" object");
    }

    private IEnumerable<Diagnostic> Guard(string name, JsonTextNode value)
    {
        if (value.Kind != JsonTextKind.Array)
        {
            yield return NotLoaded(value, $"\"{name}\" should be an array, but is {SettingsMerge.Describe(value.Kind)}", "write [{\"matcher\": \"…\", \"hooks\": […]}]");
            yield break;
        }

        foreach (var group in value.Children.Select(child => child.Value))
        {
            if (group.Kind != JsonTextKind.Object)
                yield return NotLoaded(group, $"an entry of {name} should be an object, but is {SettingsMerge.Describe(group.Kind)}", "write {\"matcher\": \"…\", \"hooks\": […]}");
            else if (group["matcher"] is { Kind: not JsonTextKind.String } matcher)
                yield return NotLoaded(matcher, $"the matcher of an entry of {name} should be a string, but is {SettingsMerge.Describe(matcher.Kind)}", "write the tools' names in one string, such as \"Write|Edit\"");
            else if (group["hooks"] is not { Kind: JsonTextKind.Array } handlers)
                yield return NotLoaded(group["hooks"] ?? group, $"an entry of {name} has no array \"hooks\"", "put its handlers into \"hooks\": […]");
            else
                foreach (var diagnostic in handlers.Children.SelectMany(child => Handler(name, child.Value))) yield return diagnostic;
        }
    }

    private IEnumerable<Diagnostic> Handler(string name, JsonTextNode handler)
    {
        if (handler.Kind != JsonTextKind.Object)
        {
            yield return NotLoaded(handler, $"a handler of {name} should be an object, but is {SettingsMerge.Describe(handler.Kind)}", "write {\"type\": \"command\", \"command\": \"…\"}");
            yield break;
        }

        if (document.StringOf(handler["type"]) is not { } type || !Required.TryGetValue(type, out var required))
        {
            yield return NotLoaded(handler["type"] ?? handler, handler["type"] is { } found ? $"a handler of {name} has the unknown type {document.TextOf(found)}" : $"a handler of {name} has no type",
                $"write one of {string.Join(", ", Required.Keys.Order(StringComparer.Ordinal).Select(key => $"\"{key}\""))}");
            yield break;
        }

        foreach (var (field, kind) in required)
            if (handler[field] is not { } value || value.Kind != kind)
                yield return NotLoaded(handler[field] ?? handler, $"a handler of {name} with type \"{type}\" needs a string \"{field}\"", $"add \"{field}\", or remove the handler");

        if (handler["timeout"] is { } timeout && (timeout.Kind != JsonTextKind.Number || !document.TextOf(timeout).AsSpan().ContainsAnyInRange('1', '9') || document.TextOf(timeout)[0] == '-'))
            yield return NotLoaded(timeout, $"the timeout of a handler of {name} should be a number of seconds above 0, but is {document.TextOf(timeout)}", "write seconds as a bare number, such as 30");

        if (type is "command" or "http" && handler["onFailure"] is { } onFailure && document.StringOf(onFailure) is not ("block" or "continue"))
            yield return NotLoaded(onFailure, $"the onFailure of a handler of {name} is {document.TextOf(onFailure)}", "write \"block\" or \"continue\"");

        if (type == "command" && handler["shell"] is { } shell && document.StringOf(shell) is not ("bash" or "powershell"))
            yield return NotLoaded(shell, $"the shell of a handler of {name} is {document.TextOf(shell)}", "write \"bash\" or \"powershell\"");

        if (type == "command" && handler["args"] is { } args && (args.Kind != JsonTextKind.Array || args.Children.Any(child => child.Value.Kind != JsonTextKind.String)))
            yield return NotLoaded(args, $"the args of a handler of {name} should be an array of strings", "put each argument into double quotes");

        if (type == "http" && document.StringOf(handler["url"]) is { } url && !Uri.TryCreate(url, UriKind.Absolute, out _))
            yield return NotLoaded(handler["url"]!, $"the url of a handler of {name} is no URL", "write a whole URL, such as \"https://example.org/hook\"");
    }

    private Diagnostic NotLoaded(JsonTextNode node, string problem, string mend) =>
        DiagnosticCatalog.SettingsFileNotLoaded(SettingsMerge.Place(document.Text, node.Start, node.IsContainer ? node.Start + 1 : node.End, displayPath), problem, mend);

    private SourceRef Key(JsonTextChild member) => SettingsMerge.Place(document.Text, member.Start, member.Start + RawNameLength(member), displayPath);

    private int RawNameLength(JsonTextChild member) => document.Text.AsSpan(member.Start, member.Value.Start - member.Start).LastIndexOf('"') + 1;
}
