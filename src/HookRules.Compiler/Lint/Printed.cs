using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>What a command on one line surely prints: the text of an <c>echo</c> or <c>printf</c> that goes to Claude Code.</summary>
internal sealed record Printed(HookEntry Entry, string Text, SourceRef At, bool Expands, bool IsEcho)
{
    /// <summary>It looks like JSON, so Claude Code reads it as JSON.</summary>
    public bool IsJson => Text.StartsWith('{') && Text.EndsWith('}');

    /// <summary>Null where it is no JSON object.</summary>
    public JsonElement? Json
    {
        get
        {
            if (!IsJson) return null;
            try
            {
                using var parsed = JsonDocument.Parse(Text);
                return parsed.RootElement.Clone();
            }
            catch (JsonException)
            {
                return null;
            }
        }
    }

    public static IEnumerable<Printed> Of(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is not null
        from command in entry.Shell!.Commands
        where command.Words is [{ Text: "echo" or "printf" }, _, ..] && !command.Redirected && !command.Inner && command.After != "|"
        let words = command.Words.Skip(1).Where(word => word.Text is not ("-n" or "-e" or "-ne" or "--" or "%s" or "%s\\n" or "%s\n")).ToArray()
        where words.Length > 0
        select new Printed(entry, string.Join(' ', words.Select(word => word.Text)).Trim(),
            entry.Document.Place(entry.CommandNode!, words[0].Start, words[^1].End - words[0].Start), words.Any(word => word.Expands), command.Words[0].Text == "echo");
}
