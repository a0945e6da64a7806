using System.Text;
using HookRules.Compiler;
using HookRules.Engine;

namespace HookRules.Cli.Install;

/// <summary>
/// The user's place for HookRules: a folder for each version with the programs in it, and <c>current</c>, which names the one in use.
/// Launchers that find no runtime of their own (a fresh clone, a git worktree) look there.
/// </summary>
internal sealed class InstallFolder
{
    private const string CurrentName = "current";

    private InstallFolder(string path, string current) => (Path, Current) = (path, current);

    /// <summary>Holds the versions.</summary>
    public string Path { get; }

    /// <summary>A link to the folder of the version in use; on Windows, where links need rights, a file that holds its path.</summary>
    public string Current { get; }

    /// <summary>The folder of the version in use, or null if there is none or it is gone.</summary>
    public string? InUse => Target() is { } target && HasRuntime(target) ? target : null;

    /// <param name="directory">Where the versions are to lie instead of the user's data folder; <c>current</c> stays where launchers
    /// look.</param>
    /// <param name="problem">Null, or why this user has no such place.</param>
    public static InstallFolder? Locate(Func<string, string?> environment, string? directory, out string? problem)
    {
        if (DataFolder(environment, out problem) is not { } data)
            return null;
        var usual = System.IO.Path.Combine(data, "hookrules");
        return new InstallFolder(directory ?? usual, System.IO.Path.Combine(usual, CurrentName));
    }

    public string Version(string version) => System.IO.Path.Combine(Path, version);

    /// <summary>The installed versions, oldest first.</summary>
    public IReadOnlyList<string> Versions =>
        Directory.Exists(Path)
            ?
            [
                .. new DirectoryInfo(Path)
                    .EnumerateDirectories()
                    .Where(folder => folder.LinkTarget is null && folder.Name[0] != '.' && HasRuntime(folder.FullName))
                    .Select(folder => folder.Name)
                    .OrderBy(SortKey)
                    .ThenBy(name => name, StringComparer.Ordinal),
            ]
            : [];

    /// <summary>Makes <c>current</c> name a folder: the old one or the new one at any moment, never none.</summary>
    /// <returns>False if it named that folder already.</returns>
    public bool Use(string runtime)
    {
        if (Target() == runtime)
            return false;
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Current)!);
        if (OperatingSystem.IsWindows())
            AtomicFile.Write(Current, Encoding.UTF8.GetBytes(runtime + "\r\n"));
        else
            SymbolicLink.Point(Current, runtime);
        return true;
    }

    /// <summary>
    /// Lets <c>current</c> name this runtime where it names none that works or an older one: clones and worktrees of this user find it
    /// then. An installed newer version stays in use.
    /// </summary>
    public void KeepUsable(string runtime, string version)
    {
        if (InUse is { } used && SortKey(System.IO.Path.GetFileName(used)) is { } installed && installed >= SortKey(version))
            return;
        Use(runtime);
    }

    public void Forget() => File.Delete(Current);

    private string? Target()
    {
        if (!OperatingSystem.IsWindows())
            return new FileInfo(Current).LinkTarget;
        return File.Exists(Current) ? File.ReadLines(Current).FirstOrDefault() : null;
    }

    private static bool HasRuntime(string folder) => File.Exists(System.IO.Path.Combine(folder, ProjectLayout.HookProgram));

    // Null sorts first: a folder that is no version of ours is never newer than one.
    private static Version? SortKey(string name) => System.Version.TryParse(name.Split('-', '+')[0], out var version) ? version : null;

    private static string? DataFolder(Func<string, string?> environment, out string? problem)
    {
        problem = null;
        // The XDG specification says that a relative path is to be ignored.
        if (environment("XDG_DATA_HOME") is { Length: > 0 } data && System.IO.Path.IsPathFullyQualified(data))
            return data;
        if (OperatingSystem.IsWindows())
        {
            if (environment("LOCALAPPDATA") is { Length: > 0 } local)
                return local;
            problem = "LOCALAPPDATA is not set, so there is no place to install to";
            return null;
        }

        if (environment("HOME") is { Length: > 0 } home && System.IO.Path.IsPathFullyQualified(home))
            return System.IO.Path.Combine(home, OperatingSystem.IsMacOS() ? "Library/Application Support" : ".local/share");
        problem = "neither XDG_DATA_HOME nor HOME is set, so there is no place to install to";
        return null;
    }
}
