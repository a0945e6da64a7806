using HookRules.Engine;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Operating;

/// <summary>A state folder whose project is gone.</summary>
internal sealed record AbandonedFolder(string Path, string Project)
{
    /// <summary>Those beside a state folder.</summary>
    public static IEnumerable<AbandonedFolder> All(StateFolder own)
    {
        if (System.IO.Path.GetDirectoryName(own.Path) is not { } root || !Directory.Exists(root))
            yield break;
        foreach (var folder in Directory.EnumerateDirectories(root).Order(StringComparer.Ordinal))
            if (
                folder != own.Path
                && StateFolder.At(folder).Prepare() is null
                && ProjectOf(folder) is { } project
                && !Directory.Exists(project)
            )
                yield return new AbandonedFolder(folder, project);
    }

    // Where no consumer ever came to note it, an event says whose it is.
    private static string? ProjectOf(string folder)
    {
        if (AbandonedStates.ProjectOf(folder) is { Length: > 0 } noted)
            return noted;
        var events = System.IO.Path.Join(folder, "spool", "new");
        if (!Directory.Exists(events))
            return null;
        foreach (var path in Directory.EnumerateFiles(events))
            if (SpoolFile.TryRead(path, out _) is { } bytes && Envelope.TryRead(bytes, out _) is { } envelope)
                return envelope.ProjectDir;
        return null;
    }
}
