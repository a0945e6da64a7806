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
            Replace(target, content);
            return true;
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException($"cannot write {path}: {e.Message}", e);
        }
    }

    /// <summary>Copies a file over another one, permissions included: whoever opens the target finds the old or the new one, whole.</summary>
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

    private static void Replace(string target, ReadOnlySpan<byte> content)
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

            File.Move(temporary, target, overwrite: true);
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
