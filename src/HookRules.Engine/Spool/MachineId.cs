using System.Text;

namespace HookRules.Engine;

/// <summary>A random name of this machine, beside the state folders: the host's own name may say whose it is.</summary>
internal static class MachineId
{
    public const string FileName = "machine";
    private const int Length = 16;
    private const int PrivateFile = 0b110_000_000;

    /// <summary>Made where there is none; null where it can neither be read nor made.</summary>
    public static string? Of(StateFolder state)
    {
        if (state.Prepare() is not null || Path.GetDirectoryName(state.Path) is not { } root)
            return null;
        var path = Path.Join(root, FileName);
        try
        {
            if (!File.Exists(path))
            {
                // Of two that make it at once the first one's stays.
                var unfinished = $"{path}.{Environment.ProcessId}";
                File.Delete(unfinished);
                if (
                    AppendFile.Append(unfinished, Encoding.ASCII.GetBytes(Guid.NewGuid().ToString("N")[..Length] + "\n"), PrivateFile)
                    is not null
                )
                    return null;
                if (!File.Exists(path))
                    File.Move(unfinished, path, overwrite: false);
            }
        }
        catch (IOException)
        {
            // Another one was faster.
        }

        return Read(path);
    }

    private static string? Read(string path)
    {
        try
        {
            var text = File.ReadAllText(path).Trim();
            return text.Length == Length && text.All(char.IsAsciiHexDigitLower) ? text : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
