using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Packs;

/// <summary>The packs of a project: bundled ones, files and folders of its repository, and those fetched from git, of which only the copy in the repository is read.</summary>
/// <param name="display">How messages name a file, from its absolute path; by default relative to the project folder.</param>
public sealed partial class ProjectPacks(ProjectFiles files, Func<string, string>? display = null) : PackLoader
{
    private readonly Func<string, string> display = display ?? (path => Path.GetRelativePath(files.ProjectDir, path).Replace('\\', '/'));

    public override PackPlace? Start { get; } = new(Path.GetDirectoryName(files.File)!, ProjectFiles.RootOf(files.ProjectDir));

    public override string StartIdentity { get; } = PathPacks.Real(files.File);

    public override LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems)
    {
        var pack = request.Reference switch
        {
            PackReference.Bundled bundled => BundledPacks.Load(bundled, request.At, problems),
            PackReference.Local local => PathPacks.Load(local, request, files.ProjectDir, display, problems),
            PackReference.Git git => Git(git, request, problems),
            _ => throw new InvalidOperationException($"unknown reference {request.Reference.GetType().Name}"),
        };
        return pack is not null && IsAsLocked(pack, request, problems) ? pack : null;
    }
}
