using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>A hook waits: windows that hold what it waits for are closed now, and as long as its request stands.</summary>
/// <param name="Session">The session's id.</param>
/// <param name="Agent">As in <see cref="PendingMark"/>; null for all of the session.</param>
/// <param name="Actions">As in <see cref="PendingMark"/>.</param>
public sealed record AwaitRequest(string Session, string? Agent, ImmutableArray<string> Actions, long DeadlineMs, int Pid)
{
    public const string FolderName = "await";

    /// <summary>The file's name; null where it cannot be written.</summary>
    public string? Publish(StateFolder state, string id)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("session", Session);
            if (Agent is not null)
                json.WriteString("agent", Agent);
            json.WriteStrings("actions", Actions);
            json.WriteNumber("deadline_ms", DeadlineMs);
            json.WriteNumber("pid", Pid);
            json.WriteEndObject();
        }

        var name = id + FileSpool.Extension;
        return FileSpool.Put(state, FolderName, name, text.WrittenSpan, default, "\n"u8, Durability.Fast) is null ? name : null;
    }

    public static void Remove(StateFolder state, string name)
    {
        try
        {
            File.Delete(state.Spool(FolderName, name));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It ends with its deadline.
        }
    }

    /// <summary>Null where it is gone or no request.</summary>
    internal static AwaitRequest? Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new AwaitRequest(
                json.Required("session").AsText(),
                json.Optional("agent")?.AsText(),
                json.Array("actions", action => action.AsText()),
                json.Required("deadline_ms").GetInt64(),
                json.Required("pid").AsInt()
            );
        }
        catch (Exception e) when (e is PlanCorruptException || PlanCorruptException.Means(e))
        {
            return null;
        }
    }
}
