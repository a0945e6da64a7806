using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A random name of a folder of files, in the folder itself and ignored by git: clones have their own, a folder that several
/// machines share has one.</summary>
internal static class CheckoutId
{
    public const string FileName = "checkout";
    private const int Length = 16,
        Longest = 64;
    private const int ReadableByAll = 0b110_100_100;

    /// <summary>Made where there is none; null where it can neither be read nor made.</summary>
    public static string? Of(string projectDir)
    {
        var folder = Path.Join(projectDir, ProjectLayout.ClaudeFolder, ProjectLayout.Folder);
        var path = Path.Join(folder, FileName);
        if (Read(path) is { } known)
            return known;
        // What a cloned repository put there is not written through.
        if (!Directory.Exists(folder) || new DirectoryInfo(folder).LinkTarget is not null || File.Exists(path))
            return null;
        var unfinished = $"{path}.{Guid.NewGuid():N}";
        try
        {
            if (
                AppendFile.Append(unfinished, Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")[..Length] + "\n"), ReadableByAll)
                is not null
            )
                return null;
            File.Move(unfinished, path, overwrite: false);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another one was faster, or the folder may not be written.
            if (File.Exists(unfinished))
                File.Delete(unfinished);
        }

        return Read(path);
    }

    private static string? Read(string path)
    {
        try
        {
            if (!IsFile(path))
                return null;
            var text = File.ReadAllText(path).Trim();
            return text.Length == Length && text.All(char.IsAsciiHexDigitLower) ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    private static bool IsFile(string path) => File.Exists(path) && RegularFile.Is(path) && new FileInfo(path).Length <= Longest;
}
