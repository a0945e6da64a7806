using HookRules.Engine;

namespace HookRules.Runtime.Journals;

/// <summary>Reads a journal from its beginning on, and then what is added to it, over its rotation. It takes no lock, and a line that is
/// not whole yet waits for its end.</summary>
internal sealed class JournalFollower(StateFolder state) : IDisposable
{
    private FileStream? file;
    private byte[] rest = [];
    private bool hasBegun;

    /// <summary>What has come since the last call, oldest first.</summary>
    public List<JournalEntry> Read()
    {
        var entries = new List<JournalEntry>();
        if (!hasBegun)
        {
            hasBegun = true;
            foreach (var path in RunJournal.Files(state).SkipLast(1))
            {
                using var older = Open(path);
                if (older is not null)
                    ReadAll(older, entries);
                rest = [];
            }
        }

        while (true)
        {
            file ??= Open(state.Runs);
            if (file is null)
                return entries;
            ReadAll(file, entries);
            // Turned: the name is another file's by now, which holds less than was read.
            var now = new FileInfo(state.Runs);
            if (now.Exists && now.Length >= file.Position)
                return entries;
            ReadAll(file, entries);
            file.Dispose();
            (file, rest) = (null, []);
            if (!now.Exists)
                return entries;
        }
    }

    /// <summary>How long events were held, oldest first.</summary>
    public static List<JournalEntry> ReadAwaits(StateFolder state)
    {
        var entries = new List<JournalEntry>();
        foreach (var path in AwaitJournal.Files(state))
        {
            using var reader = new JournalFollower(state);
            using var awaits = Open(path);
            if (awaits is not null)
                reader.ReadAll(awaits, entries);
        }

        return entries;
    }

    public void Dispose() => file?.Dispose();

    private static FileStream? Open(string path)
    {
        try
        {
            return File.Exists(path)
                ? new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, bufferSize: 1)
                : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    }

    private void ReadAll(FileStream from, List<JournalEntry> into)
    {
        const int Step = 1 << 18;
        var buffer = new byte[Step];
        int count;
        while ((count = from.Read(buffer)) > 0)
        {
            var text = rest.Length == 0 ? buffer.AsMemory(0, count) : (byte[])[.. rest, .. buffer.AsSpan(0, count)];
            int end;
            while ((end = text.Span.IndexOf((byte)'\n')) >= 0)
            {
                if (JournalEntry.TryRead(text[..end].ToArray()) is { } entry)
                    into.Add(entry);
                text = text[(end + 1)..];
            }

            rest = text.ToArray();
        }
    }
}
