using System.Text;

namespace HookRules.Engine;

/// <summary>The variables that actions of one event may see, in a private file that is named by their hash: of many events with the same
/// environment the first hook writes it, and the consumer gives each action the one of its own event.</summary>
public static class ActionEnvironment
{
    private const string Folder = "env";
    private const int PrivateFile = 0b110_000_000;
    private const int HashLength = 24;
    private const long InMemory = 0x01021994;

    /// <summary>Makes sure that these variables are on file; their hash, or null where they cannot be kept.</summary>
    public static string? Keep(StateFolder state, IReadOnlyList<string> names, Func<string, string?> environment)
    {
        var text = new StringBuilder();
        foreach (var name in names)
            if (environment(name) is { } value)
                text.Append(name).Append('=').Append(value).Append('\0');
        var bytes = Encoding.UTF8.GetBytes(text.ToString());
        var hash = Blake2b.HashHex(bytes)[..HashLength];
        var place = PlaceInMemory(state, environment);
        if ((place is not null && TryWrite(place, hash, bytes)) || TryWrite(state, hash, bytes))
            return hash;
        return null;
    }

    /// <summary>The variables of that hash; null where their file is gone.</summary>
    public static IReadOnlyDictionary<string, string>? Find(StateFolder state, string hash, Func<string, string?> environment)
    {
        if (hash.Length != HashLength || !hash.All(char.IsAsciiHexDigitLower))
            return null;
        foreach (var place in Places(state, environment))
        {
            var path = PathOf(place, hash);
            if (place.Prepare() is not null || TryRead(path, hash) is not { } found)
                continue;
            try
            {
                File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // It is removed a little early, and its hook writes it again.
            }

            return found;
        }

        return null;
    }

    private static Dictionary<string, string>? TryRead(string path, string hash)
    {
        try
        {
            var bytes = File.ReadAllBytes(path);
            if (Blake2b.HashHex(bytes)[..HashLength] != hash)
                return null;
            var found = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var variable in Encoding.UTF8.GetString(bytes).Split('\0', StringSplitOptions.RemoveEmptyEntries))
                if (variable.IndexOf('=', StringComparison.Ordinal) is var at and > 0)
                    found[variable[..at]] = variable[(at + 1)..];
            return found;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>All that are on file.</summary>
    public static IReadOnlyList<Func<string, string?>> All(StateFolder state, Func<string, string?> environment)
    {
        var found = new List<Func<string, string?>>();
        foreach (var place in Places(state, environment))
            if (place.Prepare() is null && Directory.Exists(place.File(Folder)))
                foreach (var path in Directory.EnumerateFiles(place.File(Folder)))
                    if (TryRead(path, Path.GetFileName(path)) is { } variables)
                        found.Add(name => variables.GetValueOrDefault(name));
        return found;
    }

    /// <summary>Removes what nobody has used for so long.</summary>
    public static void RemoveOld(StateFolder state, Func<string, string?> environment, TimeSpan keep)
    {
        foreach (var place in Places(state, environment))
        {
            try
            {
                var folder = new DirectoryInfo(place.File(Folder));
                if (place.Prepare() is not null || !folder.Exists)
                    continue;
                foreach (var file in folder.EnumerateFiles())
                    if (TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > keep)
                        file.Delete();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // They are looked at again at the next start.
            }
        }
    }

    private static bool TryWrite(StateFolder place, string hash, byte[] bytes)
    {
        var path = PathOf(place, hash);
        if (Libc.Exists(path))
            return true;
        if (place.Prepare() is not null || !place.CreateBelow(place.File(Folder)))
            return false;
        var unfinished = $"{path}.{Environment.ProcessId}";
        try
        {
            // A name of our own, so that nobody reads half of it; the same text written by two is the same file.
            File.Delete(unfinished);
            if (AppendFile.Append(unfinished, bytes, PrivateFile) is not null)
                return false;
            File.Move(unfinished, path, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static IEnumerable<StateFolder> Places(StateFolder state, Func<string, string?> environment)
    {
        if (PlaceInMemory(state, environment) is { } place)
            yield return place;
        yield return state;
    }

    // Secrets are better not on a disk: the user's own runtime folder lives in memory and ends with the session.
    private static StateFolder? PlaceInMemory(StateFolder state, Func<string, string?> environment) =>
        OperatingSystem.IsLinux()
        && environment("XDG_RUNTIME_DIR") is { Length: > 0 } folder
        && Path.IsPathFullyQualified(folder)
        && IsInMemory(folder)
            ? StateFolder.At(Path.Join(folder, "hookrules", Path.GetFileName(state.Path)))
            : null;

    private static unsafe bool IsInMemory(string folder)
    {
        const int Size = 256;
        var buffer = stackalloc byte[Size];
        fixed (byte* path = Libc.Z(folder))
            return Libc.statfs(path, buffer) == 0 && *(long*)buffer == InMemory;
    }

    private static string PathOf(StateFolder place, string hash) => place.File($"{Folder}/{hash}");
}
