using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Rules.Binding;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Import;

/// <summary>A handler as a native one with all its fields. Each rule is compiled at once, and taken only if that gives back the handler to
/// the letter.</summary>
internal static class NativeRule
{
    private const int MaxDepth = 40;

    private static readonly Dictionary<string, (string Word, string[] Given)> Words = new(StringComparer.Ordinal)
    {
        ["command"] = ("command", ["command"]),
        ["http"] = ("webhook", ["url"]),
        ["mcp_tool"] = ("mcp", ["server", "tool", "input"]),
        ["prompt"] = ("prompt", ["prompt"]),
        ["agent"] = ("agent", ["prompt"]),
    };

    /// <param name="problem">Why there is none.</param>
    public static WrittenRule? Write(FoundHandler handler, out string problem)
    {
        problem = Unspeakable(handler) ?? "";
        if (problem.Length > 0)
            return null;
        // What the language would not take as a field of its own, Claude Code may still load: in quotes it is carried over.
        if (handler.Spoken is { If: null } && OfShell(handler) is { } shell)
            return shell;
        if (handler.Spoken is { If: { } filter } && !handler.Has("if"))
            handler = handler with { Fields = handler.Fields.Add(new Field("if", JsonText.Quote(filter))) };
        foreach (var inQuotes in new[] { false, true })
        foreach (var trigger in Triggers(handler.Event, handler.Matcher))
        {
            var rule = new WrittenRule(trigger, "", Step(handler, inQuotes));
            if (Check(rule.Text, handler, out var reason))
                return rule;
            // The first spelling is the one that an author would have tried.
            if (problem.Length == 0)
                problem = reason;
        }

        return null;
    }

    /// <summary>A handler of Claude Code's own has no condition; a sync action has one, and the same exit codes and JSON.</summary>
    private static WrittenRule? OfShell(FoundHandler handler)
    {
        if (
            handler.Text("type") != "command"
            || handler.Text("command") is not { } command
            || handler.Fields.Any(field => field.Name is not ("type" or "command" or "timeout"))
        )
            return null;
        return Triggers(handler.Event, handler.Matcher)
            .Select(trigger => new WrittenRule(
                trigger,
                handler.Spoken!.Rest,
                $"shell {TextLayout.Quote(command)} sync{Idioms.Timeout(handler)}"
            ))
            .FirstOrDefault(rule => !Compilation.Create(new SourceText("main.hookrules", rule.Text)).HasErrors);
    }

    /// <summary>What no rules file can hold.</summary>
    private static string? Unspeakable(FoundHandler handler)
    {
        if (handler.Fields.Any(field => Depth(field.Json) > MaxDepth))
            return "it is nested too deeply";
        // A file in UTF-8 has no half of a character.
        return handler.Fields.Any(field => HasHalf(JsonText.Parse(field.Json))) || (handler.Matcher is { } matcher && IsHalf(matcher))
            ? "it holds half of a character"
            : null;
    }

    private static int Depth(string json)
    {
        var (depth, deepest) = (0, 0);
        for (var i = 0; i < json.Length; i++)
        {
            if (json[i] == '"')
            {
                for (i++; i < json.Length && json[i] != '"'; i++)
                    if (json[i] == '\\')
                        i++;
            }
            else if (json[i] is '[' or '{')
            {
                deepest = Math.Max(deepest, ++depth);
            }
            else if (json[i] is ']' or '}')
            {
                depth--;
            }
        }

        return deepest;
    }

    private static bool HasHalf(JsonText json) => HasHalf(json, json.Root);

    private static bool HasHalf(JsonText json, JsonTextNode node) =>
        IsHalf(json.StringOf(node) ?? "") || node.Children.Any(child => IsHalf(child.Name ?? "") || HasHalf(json, child.Value));

    private static bool IsHalf(string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            if (!char.IsSurrogate(text[i]))
                continue;
            if (!char.IsHighSurrogate(text[i]) || i + 1 >= text.Length || !char.IsLowSurrogate(text[i + 1]))
                return true;
            i++;
        }

        return false;
    }

    private static string Step(FoundHandler handler, bool inQuotes)
    {
        var (word, given) = Words[handler.Text("type")!];
        var isExec = word == "command" && handler.Has("args");
        var subject = word switch
        {
            "command" when isExec =>
                $"[{string.Join(", ", Arguments(handler).Prepend(handler.Text("command")!).Select(TextLayout.Quote))}]",
            "mcp" => $"{handler.Text("server")}.{handler.Text("tool")}{(handler.Has("input") ? $" {Value(handler, "input")}" : "")}",
            _ => TextLayout.Quote(handler.Text(given[0])!),
        };
        var fields = handler
            .Fields.Where(field => field.Name != "type" && !given.Contains(field.Name) && !(isExec && field.Name == "args"))
            .ToList();
        if (fields.Count == 0)
            return $"{word} {subject}";
        var members = fields.Select(field =>
            $"{(inQuotes ? TextLayout.Quote(field.Name) : Key(field.Name))}: {Value(JsonText.Parse(field.Json))}"
        );
        return $"{word} {subject} with {{ {string.Join(", ", members)} }}";
    }

    // A key in quotes is passed on whatever it is.
    private static string Key(string name) => NativeBinder.IsField(name) ? name : TextLayout.Quote(name);

    private static IEnumerable<string> Arguments(FoundHandler handler)
    {
        var args = JsonText.Parse(handler.Fields.First(field => field.Name == "args").Json);
        return args.Root.Children.Select(child => args.StringOf(child.Value)!);
    }

    private static string Value(FoundHandler handler, string field) =>
        Value(JsonText.Parse(handler.Fields.First(one => one.Name == field).Json));

    private static string Value(JsonText json) => Value(json, json.Root);

    /// <summary>A JSON value as the language spells it.</summary>
    private static string Value(JsonText json, JsonTextNode node) =>
        node.Kind switch
        {
            JsonTextKind.String => TextLayout.Quote(json.StringOf(node)!),
            JsonTextKind.Array => $"[{string.Join(", ", node.Children.Select(child => Value(json, child.Value)))}]",
            JsonTextKind.Object => $"{{{string.Join(", ", Members(json, node))}}}",
            _ => json.TextOf(node),
        };

    private static IEnumerable<string> Members(JsonText json, JsonTextNode node) =>
        from name in node.Children.Select(child => child.Name!).Distinct(StringComparer.Ordinal)
        let key = IsPlain(name) ? name : TextLayout.Quote(name)
        select $"{key}: {Value(json, node[name]!)}";

    private static bool IsPlain(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-');

    /// <summary>Event and matcher, the most readable spelling first.</summary>
    public static IEnumerable<string> Triggers(HookEvent known, string? matcher)
    {
        if (known.MatcherField is null || matcher is null or "" or "*")
        {
            yield return known.Name;
            yield break;
        }

        if (known.Matching == MatcherKind.FileName)
        {
            var files = matcher.Split('|', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
            yield return $"{known.Name} {string.Join(' ', files.Select(TextLayout.Quote))}";
        }

        if (Names(known, matcher) is { Length: > 0 } names)
            yield return $"{known.Name} {string.Join('|', names)}";
        else if (!matcher.Contains('/', StringComparison.Ordinal) && !matcher.Any(char.IsControl))
            yield return $"{known.Name} /{matcher}/";
        yield return $"{known.Name} matcher {TextLayout.Quote(matcher)}";
    }

    private static bool Check(string text, FoundHandler handler, out string problem)
    {
        problem = "";
        var compilation = Compilation.Create(new SourceText("main.hookrules", text));
        if (compilation.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == Severity.Error) is { } error)
        {
            problem = error.Message;
            return false;
        }

        var entries = SettingsEmitter.Emit(compilation.Graph, "", new EmitOptions());
        if (
            entries is [{ Handlers: [var written] } entry]
            && entry.Event == handler.Event.Name
            && InEffect(handler.Event, entry.Matcher) == InEffect(handler.Event, handler.Matcher)
            && SameHandler(written, handler.Json)
        )
            return true;
        problem = "compiled, it would not be the same";
        return false;
    }

    private static bool SameHandler(string written, string original)
    {
        var ours = JsonText.Parse(written);
        var theirs = JsonText.Parse(original);
        var kept = ours.Root.Children.Where(member => member.Name != SettingsOwnership.Mark).ToList();
        return kept.Count == theirs.Root.Children.Count
            && kept.All(member => theirs.Root[member.Name!] is { } value && ours.SameValue(member.Value, theirs, value));
    }

    /// <summary>What a matcher comes to: everything, a set of names, or an expression.</summary>
    internal static string InEffect(HookEvent known, string? matcher) =>
        known.MatcherField is null || matcher is null or "" or "*" ? "*"
        : Names(known, matcher) is { } names
            ? string.Join(
                '|',
                names.Select(name => known.IsToolEvent ? HookTools.Canonical(name) : name).Distinct().Order(StringComparer.Ordinal)
            )
        : matcher;

    /// <summary>Null for an expression.</summary>
    private static ImmutableArray<string>? Names(HookEvent known, string matcher) =>
        matcher.AsSpan().ContainsAnyExcept(known.BarListsOnly ? SettingsRegex.NarrowListCharacters : SettingsRegex.ListCharacters)
            ? null
            : [.. matcher.Split(known.BarListsOnly ? ['|'] : ['|', ',']).Select(name => name.Trim()).Where(name => name.Length > 0)];
}
