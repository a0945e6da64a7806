using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>The failed checks of one session. Only consumers write it, whole, under the session's lock.</summary>
public static class FailingFile
{
    private const int Most = 200,
        MostBytes = 256 << 10;
    private const long LargestRead = 1 << 20;

    /// <summary>Older ones are not told any more.</summary>
    public static readonly TimeSpan Keep = TimeSpan.FromHours(24);

    /// <summary>Oldest first; none where the file is missing or cannot be made sense of.</summary>
    public static ImmutableArray<FailedCheck> Read(SessionFolder session)
    {
        try
        {
            var file = new FileInfo(session.Failing);
            if (!file.Exists || file.Length > LargestRead)
                return [];
            using var document = JsonDocument.Parse(File.ReadAllBytes(session.Failing));
            return [.. document.RootElement.AsArray(FailedCheck.Read).OrderBy(check => check.EndMs)];
        }
        catch (Exception e)
            when (e is IOException or UnauthorizedAccessException || PlanCorruptException.Means(e) || e is PlanCorruptException)
        {
            return [];
        }
    }

    /// <summary>Puts them in the file's place, forgets what was told of checks that are gone, and leaves <c>ready</c> where something is
    /// untold. The caller holds the lock.</summary>
    /// <returns>The keys of those that are kept.</returns>
    /// <exception cref="IOException">It could not be written.</exception>
    internal static IReadOnlySet<string> Replace(SessionFolder session, IReadOnlyList<FailedCheck> checks)
    {
        var kept = checks.OrderByDescending(check => check.EndMs).Take(Most).ToList();
        var text = Write(kept);
        while (text.WrittenCount > MostBytes)
        {
            kept.RemoveRange((kept.Count + 1) / 2, kept.Count / 2);
            text = Write(kept);
        }

        var told = ToldLine.In(session);
        if (kept.Count > 0)
            WriteWhole(session.Failing, text.WrittenSpan);
        else
            File.Delete(session.Failing);
        var keys = kept.Select(check => check.Key).ToHashSet(StringComparer.Ordinal);
        var prompt = told.LastOrDefault(line => line.Kind == ToldKind.Block)?.Prompt;
        var remembered = told.Where(line => line.Kind == ToldKind.Block ? line.Prompt == prompt : keys.Contains(line.Key)).ToList();
        if (remembered.Count < told.Length)
            WriteWhole(session.Told, System.Text.Encoding.ASCII.GetBytes(string.Concat(remembered.Select(line => line.Text))));
        var isUntold = kept.Any(check => check.IsFedBack && !remembered.Any(line => line.Check == check.Id));
        if (isUntold && !session.HasUntold)
            File.OpenHandle(session.Ready, FileMode.OpenOrCreate, FileAccess.Write).Dispose();
        else if (!isUntold)
            File.Delete(session.Ready);
        return keys;
    }

    private static ArrayBufferWriter<byte> Write(IEnumerable<FailedCheck> checks)
    {
        var text = new ArrayBufferWriter<byte>(1024);
        using var json = new Utf8JsonWriter(text);
        json.WriteStartArray();
        foreach (var check in checks)
            check.Write(json);
        json.WriteEndArray();
        json.Flush();
        return text;
    }

    private static void WriteWhole(string path, ReadOnlySpan<byte> text)
    {
        var unfinished = path + ".new";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
            RandomAccess.Write(file, text, 0);
        File.Move(unfinished, path, overwrite: true);
    }
}
