using System.Collections.Immutable;
using System.Security.Cryptography;
using System.Text;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>A pack that cannot be taken as it is, and why.</summary>
internal class PackRefusedException(string why) : Exception(why);

/// <summary>A pack that git could not get.</summary>
internal sealed class GitFailedException(string why) : PackRefusedException(why);

/// <summary>One file of a pack.</summary>
/// <param name="Path">Relative to the pack's folder, with forward slashes.</param>
internal sealed record PackFile(string Path, byte[] Content, bool IsExecutable);

/// <summary>The bytes that a pack consists of, and the hash that stands for all of them.</summary>
internal static class PackContent
{
    public const int MostFiles = 2000;
    public const int MostBytes = 16 << 20;

    /// <summary>
    /// Of a folder the SHA-256 of a list with a line for each file, sorted by path: what <c>sha256sum</c> prints for it, so that anybody
    /// can compute it again.
    /// </summary>
    public static string Hash(IEnumerable<PackFile> files)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        foreach (
            var (file, path) in files
                .Select(file => (file, Path: Encoding.UTF8.GetBytes(file.Path)))
                .OrderBy(entry => entry.Path, Comparer<byte[]>.Create((a, b) => a.AsSpan().SequenceCompareTo(b)))
        )
        {
            hash.AppendData(Encoding.ASCII.GetBytes(Convert.ToHexStringLower(SHA256.HashData(file.Content)) + "  "));
            hash.AppendData(path);
            hash.AppendData("\n"u8);
        }

        return Convert.ToHexStringLower(hash.GetHashAndReset());
    }

    /// <summary>The hash of a pack on disk: of a folder all that is in it, of a file its bytes.</summary>
    /// <exception cref="PackRefusedException">It holds what a pack must not.</exception>
    public static string HashOf(string path)
    {
        if (Directory.Exists(path))
            return Hash(Read(path));
        if (new FileInfo(path).Length > MostBytes)
            throw new PackRefusedException($"it is larger than {Size(MostBytes)}");
        return Convert.ToHexStringLower(SHA256.HashData(RegularFile.ReadAllBytes(path)));
    }

    /// <summary>The files of a folder; git's own folder in it is no part of a pack.</summary>
    /// <exception cref="PackRefusedException">It holds what a pack must not.</exception>
    public static ImmutableArray<PackFile> Read(string folder)
    {
        var files = ImmutableArray.CreateBuilder<PackFile>();
        var names = new PackPaths();
        var bytes = 0L;
        Walk(folder, "", 0);
        return files.ToImmutable();

        void Walk(string here, string prefix, int depth)
        {
            foreach (var entry in new DirectoryInfo(here).EnumerateFileSystemInfos().OrderBy(entry => entry.Name, StringComparer.Ordinal))
            {
                if (depth == 0 && entry.Name == ".git")
                    continue;
                var path = prefix + entry.Name;
                if (names.Add(path) is { } problem)
                    throw new PackRefusedException(problem);
                var isLink = entry.LinkTarget is not null;
                if (!isLink && entry is DirectoryInfo)
                {
                    Walk(entry.FullName, path + "/", depth + 1);
                    continue;
                }

                var file = isLink ? Followed(folder, entry, path) : entry.FullName;
                if (!OperatingSystem.IsWindows() && Libc.Status(file) is not { IsFile: true })
                    throw new PackRefusedException($"{path} is neither a file nor a folder");
                bytes += new FileInfo(file).Length;
                if (files.Count == MostFiles)
                    throw new PackRefusedException($"it holds more than {MostFiles} files");
                if (bytes > MostBytes)
                    throw new PackRefusedException($"it is larger than {Size(MostBytes)}");
                files.Add(
                    new PackFile(
                        path,
                        RegularFile.ReadAllBytes(file),
                        !OperatingSystem.IsWindows() && (File.GetUnixFileMode(file) & UnixFileMode.UserExecute) != 0
                    )
                );
            }
        }
    }

    public static string Size(long bytes) => $"{bytes >> 20} MB";

    // The file behind a link, which has to lie in the pack.
    private static string Followed(string folder, FileSystemInfo link, string path)
    {
        var target = RealPath.Of(link.FullName);
        if (!RealPath.IsInside(target, RealPath.Of(folder)))
            throw new PackRefusedException($"{path} is a link that leaves the pack");
        // A link that leads to nothing stays what it is.
        return File.Exists(target) && new FileInfo(target).LinkTarget is null
            ? target
            : throw new PackRefusedException(
                $"{path} is a link to {(Directory.Exists(target) ? "a folder" : "nothing")}; only links to files can be part of a pack"
            );
    }
}
