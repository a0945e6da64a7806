using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary><c>record/</c> of the state folder: a file a day with a line for each event, private, of bounded age and size.</summary>
internal sealed class RecordFolder(StateFolder state, TimeProvider time)
{
    private const string FolderName = "record",
        Extension = ".jsonl",
        PausedName = "paused",
        DayFormat = "yyyy-MM-dd";
    private const int PrivateFile = 0b110_000_000;

    // The last file may grow beside what is kept of the others.
    private const long LargestFile = 16 << 20,
        LargestOfAll = (256 << 20) - LargestFile;

    private static readonly TimeSpan Kept = TimeSpan.FromDays(14),
        Pause = TimeSpan.FromMinutes(10);

    public string Path => state.File(FolderName);

    /// <summary>The files, the oldest first.</summary>
    public IReadOnlyList<string> Files
    {
        get
        {
            try
            {
                return Directory.Exists(Path) ? [.. Directory.GetFiles(Path, "*" + Extension).Order(StringComparer.Ordinal)] : [];
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return [];
            }
        }
    }

    public long Size => Files.Sum(file => new FileInfo(file) is { Exists: true } info ? info.Length : 0);

    /// <summary>Where nothing is recorded for a while, since it could not be written.</summary>
    public bool IsPaused => File.Exists(Paused) && time.GetUtcNow() - File.GetLastWriteTimeUtc(Paused) < Pause;

    private string Paused => System.IO.Path.Join(Path, PausedName);

    /// <summary>Null, or why it was not written; then nothing is for some minutes.</summary>
    /// <param name="projectDir">Never inside of it: what is recorded there would be committed.</param>
    public string? Append(ReadOnlySpan<byte> line, string projectDir)
    {
        var problem = IsInside(projectDir) ? $"the state folder {state.Path} is inside the project" : TryAppend(line);
        if (problem is not null)
            AppendFile.Append(Paused, [], PrivateFile);
        return problem;
    }

    private bool IsInside(string projectDir) =>
        state.Path.StartsWith(
            System.IO.Path.TrimEndingDirectorySeparator(projectDir) + System.IO.Path.DirectorySeparatorChar,
            StringComparison.Ordinal
        );

    private string? TryAppend(ReadOnlySpan<byte> line)
    {
        if (state.Prepare() is { } unusable)
            return unusable;
        try
        {
            var file = new FileInfo(
                System.IO.Path.Join(Path, time.GetUtcNow().UtcDateTime.ToString(DayFormat, CultureInfo.InvariantCulture) + Extension)
            );
            if (!file.Exists || file.Length > LargestFile)
            {
                if (!Directory.Exists(Path) && !state.CreateBelow(Path, out var problem))
                    return problem;
                File.Delete(Paused);
                Turn(file);
            }

            return AppendFile.Append(file.FullName, line, PrivateFile);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{Path}: {e.Message}";
        }
    }

    /// <summary>A file that is full gets a number, and of the older ones those go that are too many.</summary>
    private void Turn(FileInfo file)
    {
        using var turning = FileLock.TryAcquire(state.File("record.lock"));
        if (turning is null)
            return;
        file.Refresh();
        if (file.Exists && file.Length > LargestFile)
        {
            var day = file.FullName[..^Extension.Length];
            var number = Files.Count(other => other.StartsWith(day + ".", StringComparison.Ordinal));
            File.Move(file.FullName, string.Create(CultureInfo.InvariantCulture, $"{day}.{number:D4}{Extension}"));
        }

        Prune();
    }

    /// <summary>Removes what is too old or too much, the oldest first.</summary>
    public void Prune(long largest = LargestOfAll)
    {
        try
        {
            var bytes = 0L;
            foreach (var path in Files.Reverse())
            {
                var file = new FileInfo(path);
                bytes += file.Length;
                if (bytes > largest || DayOf(path) is not { } day || time.GetUtcNow() - day > Kept + TimeSpan.FromDays(1))
                    file.Delete();
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Looked at again with the next file.
        }
    }

    /// <summary>Removes all that was recorded, and the secret that tells values apart.</summary>
    public void Delete()
    {
        foreach (var file in Files)
            File.Delete(file);
        File.Delete(Paused);
        File.Delete(state.File(RecordKey.FileName));
        if (Directory.Exists(Path))
            Directory.Delete(Path);
    }

    /// <summary>All lines, the oldest first; what cannot be read is left out.</summary>
    public IEnumerable<RecordLine> Read()
    {
        foreach (var file in Files)
        foreach (var line in LinesOf(file))
            if (RecordLine.TryRead(Encoding.UTF8.GetBytes(line)) is { } found)
                yield return found;
    }

    /// <summary>The lines of one file with their numbers; null is one that is no line of a record, or not whole.</summary>
    public static IEnumerable<(int Number, RecordLine? Line)> ReadFile(string path)
    {
        var number = 0;
        foreach (var line in LinesOf(path))
        {
            number++;
            if (line.Length > 0)
                yield return (number, RecordLine.TryRead(Encoding.UTF8.GetBytes(line)));
        }
    }

    /// <summary>The same, the newest first.</summary>
    public IEnumerable<RecordLine> ReadBackwards()
    {
        foreach (var file in Files.Reverse())
        foreach (var line in LinesOf(file).Reverse())
            if (RecordLine.TryRead(Encoding.UTF8.GetBytes(line)) is { } found)
                yield return found;
    }

    /// <summary>The ids of all lines.</summary>
    public IEnumerable<string> Ids =>
        from file in Files
        from line in LinesOf(file)
        where line.StartsWith(RecordLine.Beginning, StringComparison.Ordinal)
        let end = line.IndexOf('"', RecordLine.Beginning.Length)
        where end > 0
        select line[RecordLine.Beginning.Length..end];

    /// <summary>The line of one event; null where there is none.</summary>
    public RecordLine? Find(string id)
    {
        var mark = $"{RecordLine.Beginning}{id}\"";
        return Files
            .Reverse()
            .SelectMany(LinesOf)
            .Where(line => line.StartsWith(mark, StringComparison.Ordinal))
            .Select(line => RecordLine.TryRead(Encoding.UTF8.GetBytes(line)))
            .FirstOrDefault(line => line is not null);
    }

    private static IEnumerable<string> LinesOf(string file)
    {
        StreamReader reader;
        try
        {
            reader = new StreamReader(new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            yield break;
        }

        using (reader)
            while (reader.ReadLine() is { } line)
                yield return line;
    }

    private static DateTimeOffset? DayOf(string path) =>
        DateTimeOffset.TryParseExact(
            System.IO.Path.GetFileName(path).Split('.')[0],
            DayFormat,
            CultureInfo.InvariantCulture,
            DateTimeStyles.AssumeUniversal,
            out var day
        )
            ? day
            : null;
}
