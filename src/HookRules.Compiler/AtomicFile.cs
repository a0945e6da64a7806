using HookRules.Engine;

namespace HookRules.Compiler;

/// <summary>Writes whole files so that a reader sees the old or the new one, never half of it, whatever fails on the way.</summary>
public static class AtomicFile
{
    /// <summary>Creates or replaces a file; its permissions stay, and of a link the target is replaced.</summary>
    /// <returns>False if the file had these bytes already and was left alone.</returns>
    /// <exception cref="IOException">It could not be written; what was there is as before.</exception>
    public static bool Write(string path, ReadOnlySpan<byte> content)
    {
        var target = Target(path);
        try
        {
            if (Same(target, content))
                return false;
            return Replace(target, content, null);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Replaces a file whatever it is, never what a link in its place leads to.</summary>
    /// <exception cref="IOException">It could not be written; what was there is as before.</exception>
    public static void WriteInPlace(string path, ReadOnlySpan<byte> content)
    {
        try
        {
            Replace(Path.GetFullPath(path), content, null);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Replaces a file by its successor, unless somebody else changed it since it was read; of a link the target.</summary>
    /// <param name="before">What was read; null if there was no file.</param>
    /// <param name="after">What is to be there; null for no file.</param>
    /// <returns>False if it was changed meanwhile and left alone.</returns>
    /// <exception cref="IOException">It could not be written; what was there is as before.</exception>
    public static bool WriteUnlessChanged(string path, byte[]? before, byte[]? after)
    {
        var target = Target(path);
        try
        {
            if (after is not null)
                return Replace(target, after, IsUnchanged);
            if (!IsUnchanged(target))
                return false;
            File.Delete(target);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot write {path}: {e.Message}", e);
        }

        bool IsUnchanged(string file) => before is null ? !Path.Exists(file) : Same(file, before);
    }

    /// <summary>Copies a file over another one, permissions included: whoever opens the target finds the old or the new one,
    /// whole.</summary>
    /// <returns>False if the target had these bytes already and was left alone.</returns>
    /// <exception cref="IOException">It could not be written; what was there is as before.</exception>
    public static bool Copy(string source, string target)
    {
        var content = File.ReadAllBytes(source);
        if (Same(target, content))
            return false;
        var temporary = $"{target}.{Guid.NewGuid():N}.tmp";
        try
        {
            File.Copy(source, temporary);
            File.Move(temporary, target, overwrite: true);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot write {target}: {e.Message}", e);
        }
        finally
        {
            Discard(temporary);
        }
    }

    private static string Target(string path)
    {
        var full = Path.GetFullPath(path);
        return new FileInfo(full) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : full;
    }

    private static bool Same(string target, ReadOnlySpan<byte> content)
    {
        var file = new FileInfo(target);
        return file.Exists && file.Length == content.Length && File.ReadAllBytes(target).AsSpan().SequenceEqual(content);
    }

    /// <param name="isWanted">Asked last of all; where it says no, nothing is replaced.</param>
    private static bool Replace(string target, ReadOnlySpan<byte> content, Func<string, bool>? isWanted)
    {
        var existing = new FileInfo(target);
        if (Directory.Exists(target))
            throw new IOException($"cannot write {target}: it is a folder");

        var folder = Path.GetDirectoryName(target)!;
        Directory.CreateDirectory(folder);
        var temporary = Path.Combine(folder, $".{Path.GetFileName(target)}.{Guid.NewGuid():N}.tmp");
        try
        {
            var options = new FileStreamOptions
            {
                Mode = FileMode.CreateNew,
                Access = FileAccess.Write,
                Share = FileShare.None,
            };
            UnixFileMode? mode = existing.Exists && !OperatingSystem.IsWindows() ? File.GetUnixFileMode(target) : null;
            if (mode is not null && !OperatingSystem.IsWindows())
                options.UnixCreateMode = mode;
            using (var stream = new FileStream(temporary, options))
            {
                // The umask took its part of what was asked for.
                if (mode is not null && !OperatingSystem.IsWindows())
                    File.SetUnixFileMode(stream.SafeFileHandle, mode.Value);
                stream.Write(content);
                stream.Flush(flushToDisk: true);
            }

            if (isWanted?.Invoke(target) is false)
            {
                Discard(temporary);
                return false;
            }

            // Between the look and the rename somebody may have written: after a swap what was there is still at hand to be looked at.
            if (isWanted is not null && Libc.Exchange(temporary, target))
            {
                var isMine = isWanted(temporary);
                if (!isMine)
                    Libc.Exchange(temporary, target);
                Discard(temporary);
                return isMine;
            }

            File.Move(temporary, target, overwrite: true);
            return true;
        }
        catch
        {
            Discard(temporary);
            throw;
        }
    }

    private static void Discard(string temporary)
    {
        try
        {
            File.Delete(temporary);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The failure that brought us here is the one to tell.
        }
    }
}
