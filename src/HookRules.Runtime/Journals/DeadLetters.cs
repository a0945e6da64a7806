using System.Buffers;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary>What failed for good and nobody is told of, with its output and all of its order, in <c>dead/</c> of the spool: of bounded
/// number
/// and size.</summary>
internal sealed class DeadLetters(StateFolder state, TimeProvider time, int most = 1000, long mostBytes = 64 << 20)
{
    private const int LookEvery = 64;

    private int written;

    public static readonly PipelineStep Step = new(
        "dead letter",
        "what failed for good and nobody is told of goes to dead/ with its output"
    );

    /// <summary>Null, or why it could not be written.</summary>
    public string? Add(OrderRun run, RunResult result)
    {
        var letter = new ArrayBufferWriter<byte>(1024);
        // The event too may hold a secret, such as a command line with a token in it.
        var secrets = result.Secrets ?? SecretValues.Of(run.Named, Environment.GetEnvironmentVariable);
        var hidden = new SortedSet<string>(StringComparer.Ordinal);
        var order = run.Order with
        {
            Payload = JsonStrings.Changed(run.Order.Payload, Clean),
            Files = [.. run.Order.Files.Select(Clean)],
            Key = Clean(run.Order.Key),
        };
        string Clean(string text) => secrets.Hide(text, hidden);
        using (
            var json = new Utf8JsonWriter(
                letter,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            json.WriteStartObject();
            json.WriteString("event_id", run.Order.LastEvent);
            json.WriteString("branch", run.Branch.Id);
            json.WriteString("rule", run.Rule.Id);
            json.WriteString("action", run.Branch.Action);
            json.WriteString("place", run.Rule.Source.ToString());
            json.WriteNumber("died_ms", time.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteNumber("attempts", run.Order.Attempt);
            if (result.ExitCode is { } code)
                json.WriteNumber("exit_code", code);
            json.WriteString("problem", result.Problem);
            json.WriteString("cmd", result.Shown);
            json.WriteString("stdout", result.Stdout);
            json.WriteString("stderr", result.Stderr);
            json.WriteStrings("events", run.Order.Events);
            json.WriteStrings("sessions", run.Order.Sessions.Select(session => session.Id).Distinct(StringComparer.Ordinal));
            if (hidden.Count > 0)
                json.WriteStrings("hidden", hidden);
            json.WritePropertyName("order");
            OrderJson.Write(json, order);
            json.WriteEndObject();
        }

        letter.Write("\n"u8);
        var name = run.Order.Id + FileSpool.Extension;
        try
        {
            state.CreateBelow(state.Spool("dead"));
            var unfinished = state.Spool("dead", name + ".tmp");
            using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
                RandomAccess.Write(file, letter.WrittenSpan, 0);
            File.Move(unfinished, state.Spool("dead", name), overwrite: true);
            if (Interlocked.Increment(ref written) % LookEvery == 0)
                Prune();
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{state.Spool("dead", name)}: {e.Message}";
        }
    }

    /// <summary>Removes the oldest where there are too many, or they are too large.</summary>
    public void Prune()
    {
        try
        {
            var folder = new DirectoryInfo(state.Spool("dead"));
            if (!folder.Exists)
                return;
            var (kept, bytes) = (0, 0L);
            // Names begin with the time of publishing.
            foreach (var letter in folder.GetFiles().OrderByDescending(file => file.Name, StringComparer.Ordinal))
            {
                bytes += letter.Length;
                if (++kept > most || bytes > mostBytes)
                    letter.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // They are counted again with the next letters.
        }
    }
}
