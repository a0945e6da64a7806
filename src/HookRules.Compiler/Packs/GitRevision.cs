namespace HookRules.Compiler.Packs;

/// <summary>Rules and packs of a project as a commit has them, in a folder of their own: nothing is checked out, nothing of the
/// repository runs.</summary>
internal sealed class GitRevision : IDisposable
{
    private const int LongestMessage = 1 << 16;

    private readonly DirectoryInfo temporary;

    private GitRevision(DirectoryInfo temporary) => this.temporary = temporary;

    /// <summary>In the place of the project folder.</summary>
    public string Folder => temporary.FullName;

    /// <summary>Null, with the reason, where there is no such commit or git cannot be asked.</summary>
    /// <param name="revision">A branch, a tag, a commit; as git takes it.</param>
    public static GitRevision? Read(string projectDir, string revision, Func<string, string?> environment, out string? problem)
    {
        var git = new GitProcess(environment, projectDir, "file");
        problem = null;
        var place = git.Run(default, LongestMessage, default, "rev-parse", "--absolute-git-dir", "--show-prefix");
        if (!place.Succeeded)
        {
            problem = $"git cannot be asked: {GitProcess.Said(place)}";
            return null;
        }

        var lines = place.Stdout.Text.Split('\n');
        var (repository, prefix) = (lines[0], lines.Length > 1 ? lines[1] : "");
        var commit = git.Run(
            default,
            LongestMessage,
            default,
            "rev-parse",
            "--verify",
            "--quiet",
            "--end-of-options",
            $"{revision}^{{commit}}"
        );
        if (!commit.Succeeded)
        {
            problem = $"git knows no commit \"{revision}\"";
            return null;
        }

        var read = new GitRevision(Directory.CreateTempSubdirectory("hookrules-rev-"));
        try
        {
            foreach (var file in new GitTree(git, repository).Read(commit.Stdout.Text.Trim(), prefix, IsWanted))
                read.Write(file);
            return read;
        }
        catch (PackRefusedException e)
        {
            read.Dispose();
            problem = $"git:{revision}: {e.Message}";
            return null;
        }
    }

    private static bool IsWanted(string path)
    {
        var name = path[(path.LastIndexOf('/') + 1)..];
        return path.StartsWith(Vendoring.Folder + "/", StringComparison.Ordinal)
            || name == PackLock.FileName
            || name.EndsWith(".hookrules", StringComparison.Ordinal)
            || (
                Path.GetExtension(name) is ".yaml" or ".yml"
                && (name.Contains("hookrules", StringComparison.Ordinal) || name.Contains("pack", StringComparison.Ordinal))
            );
    }

    private void Write(PackFile file)
    {
        var path = Path.GetFullPath(file.Path, Folder);
        if (!RealPath.IsInside(path, Folder))
            throw new PackRefusedException($"it holds a file {file.Path} that lies outside");
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        AtomicFile.Write(path, file.Content);
        // A pack's hash tells whether its files are programs.
        if (file.IsExecutable && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, File.GetUnixFileMode(path) | UnixFileMode.UserExecute);
    }

    public void Dispose() => temporary.Delete(recursive: true);
}
