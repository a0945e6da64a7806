using System.IO.Enumeration;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>Reads what lies in the spool without trusting that it is a file: a pipe or an endless device must not hold the
/// reader.</summary>
internal static class SpoolFile
{
    private const long Largest = 80 << 20;
    private static readonly EnumerationOptions All = new() { AttributesToSkip = 0, IgnoreInaccessible = false };

    /// <summary>The names in a folder, read as the folder holds them: a backlog of a hundred thousand is not looked at one by
    /// one.</summary>
    public static IEnumerable<string> Names(string folder) =>
        new FileSystemEnumerable<string>(folder, static (ref FileSystemEntry entry) => entry.FileName.ToString(), All)
        {
            ShouldIncludePredicate = static (ref FileSystemEntry entry) =>
                entry.FileName.EndsWith(FileSpool.Extension, StringComparison.Ordinal),
        };

    /// <summary>Null where it cannot be read.</summary>
    /// <param name="problem">Why; null where it is gone.</param>
    public static byte[]? TryRead(string path, out string? problem)
    {
        try
        {
            return Read(path, out problem);
        }
        catch (StoreUnusableException e)
        {
            problem = e.Message;
            return null;
        }
    }

    /// <summary>The same for whoever can ask again.</summary>
    /// <exception cref="StoreUnusableException">It can be read, but not now: the system has no room for one more open file, or lacks
    /// something else.</exception>
    public static byte[]? Read(string path, out string? problem)
    {
        problem = null;
        if (!OperatingSystem.IsWindows())
        {
            if (Libc.Status(path) is not { } status)
                return null;
            if (!status.IsFile)
            {
                problem =
                    status.IsLink ? "it is a link, which is not followed"
                    : status.IsFolder ? "it is a folder"
                    : "it is not a file";
                return null;
            }
        }

        try
        {
            using var file = File.OpenHandle(path);
            var length = RandomAccess.GetLength(file);
            if (length > Largest)
            {
                problem = "it is larger than any event";
                return null;
            }

            var bytes = new byte[length];
            var count = RandomAccess.Read(file, bytes, 0);
            return count == length ? bytes : bytes[..count];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException e)
        {
            problem = e.Message;
            return null;
        }
        catch (IOException e)
        {
            throw new StoreUnusableException(e.Message);
        }
    }
}
