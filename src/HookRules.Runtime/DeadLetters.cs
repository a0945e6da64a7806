using System.Buffers;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>What failed for good, with its output, in <c>dead/</c> of the spool: a file for each branch of an event, of bounded
/// number.</summary>
internal sealed class DeadLetters(StateFolder state, TimeProvider time, int most = 1000)
{
    private const int LookEvery = 64;

    private int written;

    /// <summary>Null, or why it could not be written.</summary>
    public string? Add(BranchRun run, RunResult result)
    {
        var letter = new ArrayBufferWriter<byte>(1024);
        using (
            var json = new Utf8JsonWriter(
                letter,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            json.WriteStartObject();
            json.WriteString("event_id", run.Last.Id);
            json.WriteString("branch", run.Branch.Id);
            json.WriteString("rule", run.Rule.Id);
            json.WriteString("action", run.Branch.Action);
            json.WriteNumber("died_ms", time.GetUtcNow().ToUnixTimeMilliseconds());
            json.WriteNumber("attempts", run.Attempt);
            if (result.ExitCode is { } code)
                json.WriteNumber("exit_code", code);
            json.WriteString("problem", result.Problem);
            json.WriteString("cmd", result.Shown);
            json.WriteString("stdout", result.Stdout);
            json.WriteString("stderr", result.Stderr);
            WriteList("events", run.Members.Select(member => member.Id));
            WriteList("sessions", run.Members.Select(member => member.Session).OfType<string>().Distinct(StringComparer.Ordinal));
            json.WritePropertyName("envelope");
            json.WriteRawValue(run.Last.Delivery.Envelope.ToJson().AsSpan().TrimEnd((byte)'\n'), skipInputValidation: true);
            json.WriteEndObject();

            void WriteList(string name, IEnumerable<string> values)
            {
                json.WriteStartArray(name);
                foreach (var value in values)
                    json.WriteStringValue(value);
                json.WriteEndArray();
            }
        }

        letter.Write("\n"u8);
        var name = $"{run.Last.Id}.{Blake2b.HashHex(Encoding.UTF8.GetBytes(run.Branch.Id))[..8]}.json";
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

    private void Prune()
    {
        // Names begin with the time of publishing.
        foreach (var old in Directory.GetFiles(state.Spool("dead")).Order(StringComparer.Ordinal).SkipLast(most))
            File.Delete(old);
    }
}
