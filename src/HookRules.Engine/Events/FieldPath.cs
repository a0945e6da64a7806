using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>A path into a payload, such as <c>tool_input.edits[0].old_string</c>; <c>file</c> alone is whichever field names the tool's
/// file.</summary>
public sealed record FieldPath(string Text, ImmutableArray<FieldPath.Segment> Segments)
{
    /// <summary>The file of the event: <c>file_path</c>, <c>notebook_path</c> or <c>path</c>, of the tool's input or of the event
    /// itself; of an MCP server's tool also <c>filePath</c>, <c>destination</c> and the like.</summary>
    public static readonly FieldPath File = new("file", []);

    /// <summary>The files of all events that a batch collected; no payload has them.</summary>
    public static readonly FieldPath Files = new("files", [new Segment("files", 0)]);

    /// <summary>The tool that is called: what matchers of tool events are compared with.</summary>
    public static readonly FieldPath Tool = new("tool_name", [new Segment("tool_name", 0)]);

    /// <summary>The subagent whose event it is; the main conversation's have none.</summary>
    public static readonly FieldPath AgentId = new("agent_id", [new Segment("agent_id", 0)]);

    /// <summary>The prompt that Claude is at.</summary>
    public static readonly FieldPath PromptId = new("prompt_id", [new Segment("prompt_id", 0)]);

    /// <summary>The words of the language that stand for longer paths.</summary>
    public static readonly ImmutableDictionary<string, string> Aliases = ImmutableDictionary.CreateRange(
        StringComparer.Ordinal,
        new KeyValuePair<string, string>[]
        {
            new("command", "tool_input.command"),
            new("prompt", "prompt"),
            new("tool", "tool_name"),
            new("url", "tool_input.url"),
            new("session", "session_id"),
            new("cwd", "cwd"),
            new("agent", "agent_type"),
        }
    );

    /// <summary>One step down: into a property, or into an array where <see cref="Index"/> is set.</summary>
    public readonly record struct Segment(string? Name, int Index);

    public bool IsFile => Segments.Length == 0;

    public bool IsFiles => Text == Files.Text;

    public bool Equals(FieldPath? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    public override string ToString() => Text;

    /// <summary>Reads a path or an alias; null where the text is no path.</summary>
    public static FieldPath? Parse(string text)
    {
        if (text == "file")
            return File;
        if (Aliases.TryGetValue(text, out var full))
            text = full;

        // No event has a field such as "2" or "-"; in a text {2} and {-} are what they look like.
        if (text.Length == 0 || !(char.IsAsciiLetter(text[0]) || text[0] == '_'))
            return null;
        var segments = ImmutableArray.CreateBuilder<Segment>();
        var name = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '.')
            {
                if (name.Length == 0 && (i == 0 || text[i - 1] != ']'))
                    return null;
                Flush();
                if (i == text.Length - 1)
                    return null;
            }
            else if (c == '[')
            {
                Flush();
                var close = text.IndexOf(']', i);
                if (
                    close < 0
                    || !int.TryParse(text.AsSpan(i + 1, close - i - 1), NumberStyles.None, CultureInfo.InvariantCulture, out var index)
                    || segments.Count == 0
                )
                    return null;
                segments.Add(new Segment(null, index));
                i = close;
                if (i + 1 < text.Length && text[i + 1] is not ('.' or '['))
                    return null;
            }
            else if (char.IsAsciiLetterOrDigit(c) || c is '_' or '-')
            {
                name.Append(c);
            }
            else
            {
                return null;
            }
        }

        Flush();
        return segments.Count == 0 ? null : new FieldPath(text, segments.ToImmutable());

        void Flush()
        {
            if (name.Length == 0)
                return;
            segments.Add(new Segment(name.ToString(), 0));
            name.Clear();
        }
    }
}
