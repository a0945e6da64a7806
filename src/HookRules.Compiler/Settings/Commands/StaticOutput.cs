using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>What a command on one line surely prints: the text of an <c>echo</c> or <c>printf</c> that goes to Claude Code.</summary>
internal sealed record StaticOutput(HookHandler Entry, string Text, SourceRef At, bool Expands, bool IsEcho)
{
    private static readonly string[] Answers =
    [
        "hookSpecificOutput",
        "decision",
        "continue",
        "systemMessage",
        "permissionDecision",
        "additionalContext",
    ];

    /// <summary>It looks like JSON, so Claude Code reads it as JSON.</summary>
    public bool IsJson => Text.StartsWith('{') && Text.EndsWith('}');

    /// <summary>Null where it is no JSON object.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!IsJson)
                return null;
            try
            {
                using var parsed = JsonDocument.Parse(Text);
                return parsed.RootElement.Clone();
            }
            // Half of a surrogate pair is no UTF-8, which JSON is read as.
            catch (Exception e) when (e is JsonException or ArgumentException)
            {
                return null;
            }
        }
    }

    /// <summary>It is JSON that answers Claude Code.</summary>
    public bool IsAnswer => Json is { ValueKind: JsonValueKind.Object } json && Answers.Any(name => json.TryGetProperty(name, out _));

    public static IEnumerable<StaticOutput> Read(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is not null
        from command in entry.Shell!.Commands
        where !command.Redirected && !command.Inner && command.After != "|"
        let printed = OfEcho(entry, command) ?? OfDocument(entry, command)
        where printed is not null
        select printed;

    private static StaticOutput? OfEcho(HookHandler entry, WrittenCommand command)
    {
        if (command.Words is not [{ Text: "echo" or "printf" }, _, ..])
            return null;
        var words = command
            .Words.Skip(1)
            .Where(word => word.Text is not ("-n" or "-e" or "-ne" or "--" or "%s" or "%s\\n" or "%s\n"))
            .ToArray();
        return words.Length == 0
            ? null
            : new StaticOutput(
                entry,
                string.Join(' ', words.Select(word => word.Text)).Trim(),
                entry.Document.Place(entry.CommandNode!, words[0].Start, words[^1].End - words[0].Start),
                words.Any(word => word.Expands),
                command.Words[0].Text == "echo"
            );
    }

    private static StaticOutput? OfDocument(HookHandler entry, WrittenCommand command) =>
        command is { Words: [{ Text: "cat" } cat], Input.Text: { } text } && text.Trim().Length > 0
            ? new StaticOutput(
                entry,
                text.Trim(),
                entry.Document.Place(entry.CommandNode!, cat.Start, cat.End - cat.Start),
                command.Input.Expands && text.AsSpan().ContainsAny('$', '`'),
                false
            )
            : null;
}
