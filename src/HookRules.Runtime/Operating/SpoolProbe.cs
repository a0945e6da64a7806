using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Operating;

/// <summary>Tries what hook and consumer do with a state folder.</summary>
internal static class SpoolProbe
{
    private const int PrivateFile = 0b110_000_000;

    /// <summary>Writes a file where hooks write theirs and takes it away again; null, or why that fails.</summary>
    public static string? Write(StateFolder state)
    {
        if (!state.CreateBelow(state.Spool("tmp"), out var problem))
            return problem;
        var path = state.Spool("tmp", $"probe-{Environment.ProcessId}");
        var failed = AppendFile.Append(path, Encoding.ASCII.GetBytes(new string('x', 4096)), PrivateFile, sync: true);
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            failed ??= e.Message;
        }

        return failed;
    }

    public static (long Free, string FileSystem) Drive(StateFolder state)
    {
        try
        {
            var drive = new DriveInfo(state.Path);
            // The folder's own mount is the longest that it lies below.
            var mount = DriveInfo
                .GetDrives()
                .Where(one => state.Path.StartsWith(one.Name, StringComparison.Ordinal))
                .MaxBy(one => one.Name.Length);
            return (drive.AvailableFreeSpace, mount?.DriveFormat ?? "an unknown file system");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return (long.MaxValue, "an unknown file system");
        }
    }

    /// <summary>Null, or why the system gives no watch of the spool.</summary>
    public static unsafe string? Watch(StateFolder state)
    {
        const int Closed = 0x80000;
        const uint MovedTo = 0x80;
        if (!OperatingSystem.IsLinux())
            return null;
        var inotify = Libc.inotify_init1(Closed);
        if (inotify < 0)
            return Libc.Describe(Libc.Errno);
        try
        {
            fixed (byte* path = Libc.Z(state.Path))
                return Libc.inotify_add_watch(inotify, path, MovedTo) < 0 ? Libc.Describe(Libc.Errno) : null;
        }
        finally
        {
            Libc.close(inotify);
        }
    }
}
