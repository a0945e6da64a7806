using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Packs;

/// <summary>The packs of a project: bundled ones, files and folders of its repository, and those fetched from git, of which only the copy
/// in the repository is read. What <c>hookrules.lock</c> pins must be as it says.</summary>
/// <param name="display">How messages name a file, from its absolute path; by default relative to the project folder.</param>
public sealed class ProjectPacks(ProjectFiles files, Func<string, string>? display = null) : PackLoader
{
    private readonly Func<string, string> display = display ?? files.Relative;
    private PackStore? store;

    public override PackPlace? Start { get; } = PackPlace.Of(files);

    public override string StartIdentity { get; } = RealPath.Of(files.File);

    private PackStore Store => store ??= new PackStore(files, display);

    public override LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems)
    {
        // The copy of one from git is compared with the lock before it is read.
        if (request.Reference is PackReference.Git git)
            return Store.Git(git, request.At, problems);
        var pack = request.Reference switch
        {
            PackReference.Bundled bundled => BundledPacks.Load(bundled, request.At, problems),
            PackReference.Local local => PathPacks.Load(local, request, files.ProjectDir, display, problems),
            _ => throw new InvalidOperationException($"unknown reference {request.Reference.GetType().Name}"),
        };
        return pack is not null && Store.IsAsLocked(pack, request, problems) ? pack : null;
    }
}
