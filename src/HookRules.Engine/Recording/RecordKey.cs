using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>The secret of a state folder by which values that were left out can be told apart, and by nobody else guessed.</summary>
internal sealed class RecordKey
{
    public const string FileName = "record.key";
    private const int Size = 32,
        MacLength = 16,
        PrivateFile = 0b110_000_000;

    private readonly byte[] secret;

    private RecordKey(byte[] secret) => this.secret = secret;

    /// <summary>Made where there is none; null, with the reason, where it can neither be read nor made.</summary>
    public static RecordKey? Of(StateFolder state, out string? problem)
    {
        problem = null;
        var path = state.File(FileName);
        try
        {
            if (!File.Exists(path))
            {
                // Of two hooks that make it at once the first one's stays.
                var unfinished = $"{path}.{Environment.ProcessId}";
                File.Delete(unfinished);
                problem = AppendFile.Append(unfinished, NewSecret(), PrivateFile);
                if (problem is not null)
                    return null;
                try
                {
                    File.Move(unfinished, path, overwrite: false);
                }
                catch (IOException) when (File.Exists(path))
                {
                    File.Delete(unfinished);
                }
            }

            var secret = File.ReadAllBytes(path);
            if (secret.Length == Size)
                return new RecordKey(secret);
            problem = $"{path} is damaged; remove it";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            problem = $"{path}: {e.Message}";
        }

        return null;
    }

    // Random numbers of the system come with these ids alone without a library that costs more than the whole hook process.
    private static byte[] NewSecret()
    {
        const int Ids = 4;
        var secret = new byte[Blake2b.HashSize];
        Blake2b.Hash([.. Enumerable.Range(0, Ids).SelectMany(_ => Guid.NewGuid().ToByteArray())], secret);
        return secret;
    }

    /// <summary>16 hex digits; the same for the same bytes.</summary>
    public string MacOf(ReadOnlySpan<byte> value)
    {
        Span<byte> text = stackalloc byte[Size + Blake2b.HashSize];
        secret.CopyTo(text);
        Blake2b.Hash(value, text[Size..]);
        return Blake2b.HashHex(text)[..MacLength];
    }

    public string MacOf(string text) => MacOf(Encoding.UTF8.GetBytes(text));

    /// <param name="value">As it stands in the payload.</param>
    public void WriteMac(Utf8JsonWriter json, ReadOnlySpan<byte> value)
    {
        const int Quotes = 2;
        json.WriteStartObject();
        json.WriteNumber(LeftOut.Member, value.Length - (value is [(byte)'"', ..] ? Quotes : 0));
        json.WriteString(LeftOut.Mac, MacOf(value));
        json.WriteEndObject();
    }
}
