namespace HookRules.Engine;

/// <summary>The beginning of a line at the end of a file, as a process leaves it that is killed while it writes: the system ends such a
/// write between two pages.</summary>
internal sealed class CutLine
{
    /// <summary>The longer a line, the more pages it has to be cut off between.</summary>
    private const int Longest = 16 << 20;
    private const FileShare WithOthers = FileShare.ReadWrite | FileShare.Delete;

    private readonly string path;
    private readonly long at;
    private readonly byte[] text;

    private CutLine(string path, long at, byte[] text) => (this.path, this.at, this.text) = (path, at, text);

    /// <summary>Null where the file ends with a whole line, or where nobody can tell.</summary>
    public static CutLine? In(string path)
    {
        try
        {
            if (!File.Exists(path) || !RegularFile.Is(path))
                return null;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, WithOthers);
            var end = RandomAccess.GetLength(file);
            Span<byte> last = stackalloc byte[1];
            if (end == 0 || RandomAccess.Read(file, last, end - 1) == 0 || last[0] == '\n')
                return null;
            var tail = new byte[Math.Min(end, Longest)];
            tail = tail[..RandomAccess.Read(file, tail, end - tail.Length)];
            var text = tail[(tail.AsSpan().LastIndexOf((byte)'\n') + 1)..];
            return new CutLine(path, end - text.Length, text.Length < Longest ? text : []);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>The line is the one that was cut off.</summary>
    public bool Begins(ReadOnlySpan<byte> line) => text.Length > 0 && line.StartsWith(text);

    /// <summary>Makes spaces of it and of the end that it was given, before the line that follows: the whole one stands elsewhere. What
    /// others write behind it meanwhile is not touched.</summary>
    public void Blank()
    {
        try
        {
            if (new FileInfo(path).LinkTarget is not null || !RegularFile.Is(path))
                return;
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, WithOthers);
            var now = new byte[text.Length + 1];
            if (RandomAccess.Read(file, now, at) < now.Length || now[^1] != '\n' || !now.AsSpan().StartsWith(text))
                return;
            now.AsSpan().Fill((byte)' ');
            RandomAccess.Write(file, now, at);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Then half a line stays, on a line of its own.
        }
    }
}
