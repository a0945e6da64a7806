using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>The files that a program runs from, as they were when it began.</summary>
internal sealed class ProgramFiles(IReadOnlyList<string> paths)
{
    private readonly List<(DateTime Written, long Length, ulong Inode)?> atStart = [.. paths.Select(Look)];

    public bool IsKnown => atStart.Count > 0 && atStart.TrueForAll(file => file is not null);

    /// <summary>Another version took their place, or they were removed.</summary>
    public bool WereReplaced => IsKnown && !paths.Select(Look).SequenceEqual(atStart);

    private static (DateTime, long, ulong)? Look(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? (file.LastWriteTimeUtc, file.Length, OperatingSystem.IsWindows() ? 0 : Libc.Status(path)?.Inode ?? 0) : null;
    }
}
