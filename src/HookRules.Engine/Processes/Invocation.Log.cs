using System.Buffers;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

public abstract partial record Invocation
{
    /// <summary>Members of a tool's input that hold what is in a file.</summary>
    private static readonly ImmutableHashSet<string> FileContents = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "content",
        "new_string",
        "old_string",
        "new_source",
        "edits"
    );

    /// <summary>Members of a tool's response that say what was done and not with which text.</summary>
    private static readonly ImmutableHashSet<string> Outcomes = ImmutableHashSet.Create(
        StringComparer.Ordinal,
        "type",
        "filePath",
        "status",
        "interrupted",
        "exitCode",
        "code",
        "success"
    );

    private static Log OfLog(Handler.Log log, Payload payload, InvocationContext context)
    {
        var file = log.File is TextValue.Text text ? FileName(text.Template, payload, context) : Resolve(log.File, payload, context);
        if (file.Length == 0 || file.Contains('\0', StringComparison.Ordinal))
            throw new RefusedException("the log's file name is empty or contains a zero character");
        var shown = $"log {ShellQuoting.Quote(log.File is TextValue.Env variable ? Reference(variable) : file)}";
        if (
            file.StartsWith("~/", StringComparison.Ordinal)
            && context.Environment?.Invoke("HOME") is { } home
            && Path.IsPathFullyQualified(home)
        )
            file = Path.Join(home, file[2..]);
        var line = log.Text is { } template ? TextLine(template, payload, context) : null;
        return new Log(
            line is null ? shown : $"{shown} {ShellQuoting.Quote(line)}",
            Path.GetFullPath(file, context.ProjectDir),
            line is null ? LineOf(payload, context) : Encoding.UTF8.GetBytes(line + "\n"),
            line
        )
        {
            DefaultTimeout = TimeSpan.FromSeconds(30),
        };
    }

    // A value chooses a file's name, never its folder.
    private static string FileName(Template template, Payload payload, InvocationContext context)
    {
        var name = new StringBuilder();
        foreach (var part in template.Parts)
        {
            if (part.Literal is { } literal)
                name.Append(literal);
            else
                foreach (var c in Text(part.Field!, payload, context) ?? "")
                    name.Append(char.IsAsciiLetterOrDigit(c) || c is '_' or '-' ? c : '_');
        }

        return name.ToString();
    }

    /// <summary>A line as its author wrote it: what comes from the event cannot begin another one.</summary>
    private static string TextLine(Template line, Payload payload, InvocationContext context) =>
        line.Render(field => Text(field, payload, context) is { } value ? Printable.Line(value) : null);

    /// <summary>The event on one line, without what was written to or read from files.</summary>
    private static ReadOnlyMemory<byte> LineOf(Payload payload, InvocationContext context)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (var json = new Utf8JsonWriter(line, Plain))
        {
            json.WriteStartObject();
            json.WriteString("time", context.PublishedAt.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteString("event_id", context.EventId);
            json.WriteString("rule", context.RuleId);
            foreach (var member in Payload.MembersOf(payload.Root))
            {
                if (member.Name is "time" or "event_id" or "rule")
                    continue;
                WriteWithoutContents(json, member);
            }

            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    private static void WriteWithoutContents(Utf8JsonWriter json, (string Name, JsonElement Value) member)
    {
        var name = member.Name;
        if (name == "tool_input" && member.Value.ValueKind == JsonValueKind.Object)
            Filter(member, input => !FileContents.Contains(input.Name));
        else if (name == "tool_response")
            Filter(
                member,
                outcome =>
                    Outcomes.Contains(outcome.Name)
                    || outcome.Value.ValueKind is JsonValueKind.True or JsonValueKind.False or JsonValueKind.Number
            );
        else if (name == "tool_calls" && member.Value.ValueKind == JsonValueKind.Array)
            WriteCalls(member);
        else
            WriteMember(member);

        void Filter((string Name, JsonElement Value) part, Func<(string Name, JsonElement Value), bool> keep)
        {
            // A response that is plain text is the body itself.
            if (part.Value.ValueKind != JsonValueKind.Object)
                return;
            json.WritePropertyName(part.Name);
            json.WriteStartObject();
            foreach (var inner in Payload.MembersOf(part.Value).Where(keep))
                WriteMember(inner);
            json.WriteEndObject();
        }

        void WriteCalls((string Name, JsonElement Value) calls)
        {
            json.WritePropertyName(calls.Name);
            json.WriteStartArray();
            foreach (var call in calls.Value.EnumerateArray().Where(call => call.ValueKind == JsonValueKind.Object))
            {
                json.WriteStartObject();
                foreach (var inner in Payload.MembersOf(call))
                    WriteWithoutContents(json, inner);
                json.WriteEndObject();
            }

            json.WriteEndArray();
        }

        void WriteMember((string Name, JsonElement Value) part)
        {
            json.WritePropertyName(part.Name);
            // Value by value, since text copied as it stands may bring its own line breaks.
            JsonStrings.Write(json, part.Value, text => text);
        }
    }
}
