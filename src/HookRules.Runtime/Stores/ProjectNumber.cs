using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores;

/// <summary>A random number of a state folder: rows of a database without it are nobody's, so that whoever puts a database into a
/// project's folder puts no event into its queue.</summary>
internal static class ProjectNumber
{
    public const string FileName = "queue-id";
    private const int PrivateFile = 0b110_000_000;

    /// <summary>Made where there is none.</summary>
    /// <exception cref="IOException">It can neither be read nor made.</exception>
    public static long Of(StateFolder state)
    {
        var path = state.File(FileName);
        if (!File.Exists(path))
        {
            var number = BitConverter.ToInt64(RandomNumberGenerator.GetBytes(sizeof(long))) & long.MaxValue;
            var unfinished = string.Create(CultureInfo.InvariantCulture, $"{path}.{Environment.ProcessId}-{number}");
            var text = string.Create(CultureInfo.InvariantCulture, $"{Math.Max(1, number)}\n");
            if (AppendFile.Append(unfinished, Encoding.ASCII.GetBytes(text), PrivateFile) is { } problem)
                throw new IOException(problem);
            try
            {
                File.Move(unfinished, path, overwrite: false);
            }
            catch (IOException) when (File.Exists(path))
            {
                File.Delete(unfinished); // Another consumer was faster.
            }
        }

        return Read(state) ?? throw new IOException($"{path} holds no number; remove it");
    }

    /// <summary>Null where there is none.</summary>
    public static long? Read(StateFolder state)
    {
        try
        {
            return long.TryParse(File.ReadAllText(state.File(FileName)), CultureInfo.InvariantCulture, out var found) && found > 0
                ? found
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
