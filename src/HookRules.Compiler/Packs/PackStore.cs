using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>What a project has of its packs: <c>hookrules.lock</c>, and the copies that lie in the repository. Reads only; nothing is ever
/// fetched here.</summary>
internal sealed class PackStore
{
    private readonly Func<string, string> display;
    private readonly List<Diagnostic> lockProblems = [];
    private readonly Dictionary<string, string> contents = new(StringComparer.Ordinal);
    private bool told;

    public PackStore(ProjectFiles files, Func<string, string> display)
    {
        this.display = display;
        LockPath = FindLock(files);
        LockName = display(LockPath);
        Vendored = new Vendoring(ProjectFiles.Of(LockPath).ProjectDir);
        Lock = PackLockReader.Read(LockPath, LockName, lockProblems);
    }

    /// <summary>Absolute.</summary>
    public string LockPath { get; }

    /// <summary>How messages name the lock.</summary>
    public string LockName { get; }

    /// <summary>Null where it cannot be read.</summary>
    public PackLock? Lock { get; }

    public Vendoring Vendored { get; }

    public IReadOnlyList<Diagnostic> LockProblems => lockProblems;

    /// <summary>The copy of a pack from git; null where there is none that may be used, which is reported.</summary>
    public LoadedPack? Git(PackReference.Git reference, SourceRef at, ICollection<Diagnostic> problems)
    {
        if (!LockIsRead(problems))
            return null;
        if (Lock!.Find(reference.Text) is not { } locked)
        {
            var other = Lock.Packs.FirstOrDefault(pack => pack.IsGit && pack.Origin == $"git+{reference.Url}");
            problems.Add(
                other is null
                    ? DiagnosticCatalog.PackNotLocked(at, reference.Text)
                    : DiagnosticCatalog.PackLockedOtherwise(at, reference.Text, other.Reference, other.Name)
            );
            return null;
        }

        if (ProblemOf(locked, at) is { } problem)
        {
            problems.Add(problem);
            return null;
        }

        return Loaded(reference, locked, Vendored.PathOf(locked.Name), at, problems);
    }

    /// <summary>What is wrong with a locked pack where it lies; null if it is what the lock pins.</summary>
    public Diagnostic? ProblemOf(LockedPack locked, SourceRef at)
    {
        var folder = Vendoring.NameOf(locked.Name);
        if (Vendored.Problem(locked.Name) is { } misplaced)
            return DiagnosticCatalog.PackUnfit(at, locked.Reference, misplaced);
        if (!Directory.Exists(Vendored.PathOf(locked.Name)))
            return DiagnosticCatalog.PackNotVendored(at, locked.Reference, folder, locked.Name);
        return Compare(
            locked,
            Vendored.PathOf(locked.Name),
            at,
            $"its copy in {folder} was changed",
            $"restore it, or fetch it again: hookrules pack update {locked.Name}"
        );
    }

    /// <summary>False, and reported, where a bundled pack or one of the repository has an entry that it does not match.</summary>
    public bool IsAsLocked(LoadedPack pack, PackRequest request, ICollection<Diagnostic> problems)
    {
        if (KeyOf(request) is not { } key)
            return true;
        // Rules without packs from git need no lock, but one that cannot be read may pin these too.
        if (!LockIsRead(problems) || Lock!.Find(key) is not { } locked)
            return true;
        if (ProblemOf(locked, pack, request, request.At) is not { } problem)
            return true;
        problems.Add(problem);
        return false;
    }

    /// <summary>The name of a pack in the lock; null of a pack from git, and of what lies inside of one.</summary>
    public string? KeyOf(PackRequest request) =>
        request.Reference switch
        {
            PackReference.Bundled bundled => bundled.Text,
            PackReference.Local local when request.From is { } from && !RealPath.IsInside(from.Folder, Vendored.PathOf("")) => KeyOf(
                Path.GetFullPath(local.Text, from.Folder)
            ),
            _ => null,
        };

    /// <summary>The hash of a pack, as the lock has it.</summary>
    /// <exception cref="PackRefusedException">It holds what a pack must not.</exception>
    public string HashOf(LoadedPack pack, PackRequest request) =>
        request.Reference is PackReference.Local local ? HashOf(Path.GetFullPath(local.Text, request.From!.Folder)) : pack.Source.Sha256;

    private Diagnostic? ProblemOf(LockedPack locked, LoadedPack pack, PackRequest request, SourceRef at)
    {
        var fix = $"look at what changed, then run: hookrules pack update {ShellQuoting.Quote(locked.Reference)}";
        if (request.Reference is PackReference.Local local)
            return Compare(locked, Path.GetFullPath(local.Text, request.From!.Folder), at, "it was changed", fix);
        return pack.Source.Sha256 == locked.Sha256
            ? null
            : DiagnosticCatalog.PackChanged(at, locked.Reference, "this hookrules brings another version of it", fix);
    }

    private Diagnostic? Compare(LockedPack locked, string path, SourceRef at, string what, string fix)
    {
        try
        {
            return HashOf(path) == locked.Sha256 ? null : DiagnosticCatalog.PackChanged(at, locked.Reference, what, fix);
        }
        catch (PackRefusedException e)
        {
            return DiagnosticCatalog.PackUnfit(at, locked.Reference, e.Message);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return DiagnosticCatalog.PackUnfit(at, locked.Reference, e.Message);
        }
    }

    // One command may come to a pack on several ways.
    private string HashOf(string path)
    {
        if (!contents.TryGetValue(path, out var hash))
            contents[path] = hash = PackContent.HashOf(path);
        return hash;
    }

    /// <summary>A pack from git as it lies in a folder; null where that holds none, which is reported.</summary>
    public LoadedPack? Loaded(PackReference.Git reference, LockedPack locked, string folder, SourceRef at, ICollection<Diagnostic> problems)
    {
        if (PathPacks.FileIn(folder) is not { } file)
        {
            problems.Add(
                DiagnosticCatalog.PackMissing(
                    at,
                    reference.Text,
                    "its folder holds no pack",
                    "its file is called pack.hookrules, hookrules.yaml or main.hookrules"
                )
            );
            return null;
        }

        return new LoadedPack(
            reference.Url,
            SourceText.Load(file, display(Path.Combine(Vendored.PathOf(locked.Name), Path.GetFileName(file)))),
            new PackPlace(folder, folder)
        )
        {
            Revision = $"{reference.Tag} ({locked.Commit})",
            ProjectPath = Vendoring.NameOf(locked.Name),
        };
    }

    private bool LockIsRead(ICollection<Diagnostic> problems)
    {
        if (!told)
            foreach (var problem in lockProblems)
                problems.Add(problem);
        told = true;
        return Lock is not null;
    }

    private string KeyOf(string path)
    {
        var relative = Path.GetRelativePath(Path.GetDirectoryName(LockPath)!, path).Replace('\\', '/');
        return relative.StartsWith("../", StringComparison.Ordinal) || relative == "." ? relative : $"./{relative}";
    }

    // Beside the project's rules; a pack that is looked at by itself belongs to the project that it lies in.
    private static string FindLock(ProjectFiles files)
    {
        var beside = Path.Combine(Path.GetDirectoryName(files.File)!, PackLock.FileName);
        if (
            ProjectFiles.Names.Contains(Path.GetFileName(files.File))
            && !files.ProjectDir.Contains(
                $"{Path.DirectorySeparatorChar}.claude{Path.DirectorySeparatorChar}hookrules{Path.DirectorySeparatorChar}",
                StringComparison.Ordinal
            )
        )
            return beside;
        var root = ProjectFiles.RootOf(files.ProjectDir);
        for (var here = Path.GetDirectoryName(files.File); here is not null; here = Path.GetDirectoryName(here))
        {
            foreach (var path in (string[])[Path.Combine(here, PackLock.FileName), Path.Combine(here, ".claude", PackLock.FileName)])
                if (File.Exists(path))
                    return path;
            if (here == root)
                break;
        }

        return beside;
    }
}
