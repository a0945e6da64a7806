using System.Text;
using HookRules.Compiler.Emit;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>The copies of packs from git, below <c>.claude/hookrules/packs/</c>: committed with the rules, so that nobody who compiles them
/// has to fetch anything.</summary>
internal sealed class Vendoring(string projectDir)
{
    public const string Folder = $"{ProjectLayout.ClaudeFolder}/{ProjectLayout.Folder}/packs";
    private const string Mark = ".new-";

    /// <summary>Relative to the project folder, with forward slashes.</summary>
    public static string NameOf(string pack) => $"{Folder}/{pack}";

    /// <summary>Absolute.</summary>
    public string PathOf(string pack) => Path.Combine(projectDir, NameOf(pack));

    /// <summary>Why the copies cannot be where they belong: a link on the way would put them, or read them, somewhere else. Null if they
    /// can.</summary>
    public string? Problem(string pack)
    {
        var here = projectDir;
        foreach (var part in NameOf(pack).Split('/'))
        {
            here = Path.Combine(here, part);
            if (new FileInfo(here).LinkTarget is not null)
                return $"{Path.GetRelativePath(projectDir, here).Replace('\\', '/')} is a link; the copies of packs have to lie in "
                    + "the project itself";
            if (File.Exists(here))
                return $"{Path.GetRelativePath(projectDir, here).Replace('\\', '/')} is a file where a folder should be";
        }

        return null;
    }

    /// <summary>Puts a pack in place of what was there, all of it or nothing.</summary>
    /// <exception cref="IOException">It could not be written; what was there is as before.</exception>
    public void Replace(string pack, IEnumerable<PackFile> files)
    {
        if (Problem(pack) is { } problem)
            throw new IOException(problem);
        KeepBytes();
        RemoveLeftovers();
        var target = PathOf(pack);
        var (next, last) = (Temporary(target), Temporary(target));
        try
        {
            Write(next, files);
            if (Directory.Exists(target))
                Directory.Move(target, last);
            try
            {
                Directory.Move(next, target);
            }
            catch (IOException) when (Directory.Exists(last))
            {
                Directory.Move(last, target);
                throw;
            }
        }
        finally
        {
            RemoveLeftovers();
        }
    }

    /// <summary>Takes away the copies of packs that nobody uses any more.</summary>
    /// <returns>Their names.</returns>
    public IReadOnlyList<string> Keep(IReadOnlySet<string> packs)
    {
        var folder = PathOf("");
        if (Problem("") is not null || !Directory.Exists(folder))
            return [];
        RemoveLeftovers();
        var unused = Directory
            .GetDirectories(folder)
            .Select(path => Path.GetFileName(path))
            .Where(name => !packs.Contains(name))
            .Order(StringComparer.Ordinal)
            .ToList();
        foreach (var name in unused)
            Delete(Path.Combine(folder, name));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
        return unused;
    }

    /// <summary>Writes the files of a pack into a folder.</summary>
    public static void Write(string folder, IEnumerable<PackFile> files)
    {
        foreach (var file in files)
        {
            // Names were looked at when the pack was read; this is the last place before the disk.
            var path = Path.GetFullPath(Path.Combine(folder, file.Path));
            if (!path.StartsWith(folder + Path.DirectorySeparatorChar, StringComparison.Ordinal))
                throw new IOException($"{file.Path} does not lie in the pack");
            AtomicFile.Write(path, file.Content);
            if (file.IsExecutable && !OperatingSystem.IsWindows())
                File.SetUnixFileMode(
                    path,
                    File.GetUnixFileMode(path) | UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute
                );
        }
    }

    private static string Temporary(string target) => Path.Combine(Path.GetDirectoryName(target)!, $"{Mark}{Guid.NewGuid():N}");

    // What a run that was killed left behind.
    private void RemoveLeftovers()
    {
        var folder = PathOf("");
        if (!Directory.Exists(folder))
            return;
        foreach (var path in Directory.GetDirectories(folder, Mark + "*"))
            Delete(path);
    }

    private static void Delete(string path)
    {
        if (new DirectoryInfo(path).LinkTarget is not null)
            File.Delete(path);
        else
            Directory.Delete(path, recursive: true);
    }

    /// <summary>git must neither turn line ends around in what is compared byte for byte nor ignore a part of it; compile writes the same
    /// files.</summary>
    private void KeepBytes()
    {
        foreach (var file in RuntimeEmitter.Emit(null).Where(file => file.Name is ".gitattributes" or ".gitignore"))
            AtomicFile.Write(
                Path.Combine(projectDir, ProjectLayout.ClaudeFolder, ProjectLayout.Folder, file.Name),
                Encoding.UTF8.GetBytes(file.Text)
            );
    }
}
