using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>A pack that the rules come to, directly or through another one.</summary>
/// <param name="Key">Its name in the lock.</param>
/// <param name="Entry">What the lock says of it, or should say; null where it could not be had.</param>
/// <param name="IsLocked">The lock pins this very state.</param>
internal sealed record FoundPack(string Key, PackReference Reference, LockedPack? Entry, LoadedPack? Pack, bool IsLocked)
{
    /// <summary>The files that use it.</summary>
    public SortedSet<string> UsedBy { get; } = new(StringComparer.Ordinal);

    /// <summary>What came from its repository a moment ago, not yet written.</summary>
    public FetchedPack? Fetched { get; init; }

    public Diagnostic? Problem { get; init; }
}

/// <summary>
/// Finds packs as <see cref="ProjectPacks"/> does and notes each. For <c>pack add</c> and <c>pack update</c> it also fetches what is
/// missing, into a folder that is gone afterwards:
/// so everything is known about the new state before anything of the old one is touched.
/// </summary>
/// <param name="git">Null: nothing is fetched.</param>
/// <param name="takeOver">The locked packs whose present state is wanted, whatever the lock says.</param>
/// <param name="say">Told before something is fetched, which takes its time.</param>
internal sealed class FetchingPacks(
    ProjectFiles files,
    PackStore store,
    GitSource? git,
    Func<LockedPack, bool> takeOver,
    Action<string> say
) : PackLoader, IDisposable
{
    private readonly Dictionary<string, FoundPack> found = new(StringComparer.Ordinal);

    // The folder of each pack that was fetched, and what it will be called.
    private readonly Dictionary<string, string> names = new(StringComparer.Ordinal);
    private readonly DirectoryInfo temporary = Directory.CreateTempSubdirectory("hookrules-packs-");

    public override PackPlace? Start { get; } = PackPlace.Of(files);

    public override string StartIdentity { get; } = RealPath.Of(files.File);

    /// <summary>Every pack that was asked for, sorted by its name in the lock.</summary>
    public IEnumerable<FoundPack> Found => found.Values.OrderBy(pack => pack.Key, StringComparer.Ordinal);

    /// <summary>Something could not be fetched, which need be no fault of the rules or the pack.</summary>
    public bool GitFailed { get; private set; }

    private PackLock Lock => store.Lock ?? PackLock.Empty;

    public override LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems)
    {
        // What lies inside of a pack from git belongs to that one.
        if (request.Reference is not PackReference.Git && store.KeyOf(request) is null)
            return Unlocked(request, problems);
        var key = request.Reference is PackReference.Git ? request.Reference.Text : store.KeyOf(request)!;
        if (!found.TryGetValue(key, out var pack) || pack.Problem is not null)
        {
            var told = new List<Diagnostic>();
            pack = request.Reference is PackReference.Git reference
                ? FromGit(reference, request.At, told)
                : FromProject(key, request, told);
            foreach (var problem in told)
                problems.Add(problem);
            if (told.Count > 0 || pack is null)
                pack = new FoundPack(key, request.Reference, Lock.Find(key), null, false) { Problem = told.FirstOrDefault() };
            found[key] = pack;
        }

        pack.UsedBy.Add(request.At.File);
        return pack.Pack;
    }

    public void Dispose() => temporary.Delete(recursive: true);

    private LoadedPack? Unlocked(PackRequest request, ICollection<Diagnostic> problems) =>
        request.Reference switch
        {
            PackReference.Bundled bundled => BundledPacks.Load(bundled, request.At, problems),
            PackReference.Local local => PathPacks.Load(local, request, files.ProjectDir, Display, problems),
            _ => throw new InvalidOperationException($"unknown reference {request.Reference.GetType().Name}"),
        };

    private FoundPack? FromProject(string key, PackRequest request, ICollection<Diagnostic> problems)
    {
        if (Unlocked(request, problems) is not { } pack)
            return null;
        if (Lock.Find(key) is { } locked && !takeOver(locked))
            return store.IsAsLocked(pack, request, problems) ? new FoundPack(key, request.Reference, locked, pack, true) : null;
        try
        {
            var header = PackHeader.Of(pack.Source);
            var entry = new LockedPack(
                key,
                header?.Name ?? Path.GetFileNameWithoutExtension(pack.Source.Path),
                header?.Version,
                null,
                store.HashOf(pack, request)
            );
            return new FoundPack(key, request.Reference, entry, pack, Lock.Find(key) == entry);
        }
        catch (PackRefusedException e)
        {
            problems.Add(DiagnosticCatalog.PackUnfit(request.At, key, e.Message));
            return null;
        }
    }

    private FoundPack? FromGit(PackReference.Git reference, SourceRef at, ICollection<Diagnostic> problems)
    {
        var locked = Lock.Find(reference.Text);
        if (git is null || locked is not null && !takeOver(locked) && store.ProblemOf(locked, at) is null)
            return store.Git(reference, at, problems) is { } pack ? new FoundPack(reference.Text, reference, locked, pack, true) : null;

        FetchedPack fetched;
        try
        {
            say(reference.Text);
            fetched = git.Fetch(reference);
        }
        catch (PackRefusedException e)
        {
            GitFailed |= e is GitFailedException;
            problems.Add(
                e is not GitFailedException
                    ? DiagnosticCatalog.PackUnfit(at, reference.Text, e.Message)
                    : DiagnosticCatalog.PackNotFetched(at, reference.Text, e.Message)
            );
            return null;
        }

        var hash = PackContent.Hash(fetched.Files);
        if (locked is not null && !takeOver(locked) && hash != locked.Sha256)
        {
            problems.Add(DiagnosticCatalog.PackTagMoved(at, reference.Text, locked.Commit!, fetched.Commit, locked.Name));
            return null;
        }

        return Stage(reference, locked, fetched, hash, at, problems);
    }

    private FoundPack? Stage(
        PackReference.Git reference,
        LockedPack? locked,
        FetchedPack fetched,
        string hash,
        SourceRef at,
        ICollection<Diagnostic> problems
    )
    {
        var folder = Path.Combine(temporary.FullName, $"{found.Count}", "pack");
        Vendoring.Write(folder, fetched.Files);
        var header = PathPacks.FileIn(folder) is { } file ? PackHeader.Of(SourceText.Load(file, Path.GetFileName(file))) : null;
        var entry = new LockedPack(reference.Text, locked?.Name ?? Name(reference, header?.Name), header?.Version, fetched.Commit, hash);
        names[folder] = entry.Name;
        if (store.Loaded(reference, entry, folder, at, problems) is not { } pack)
            return null;
        // What was restored stays as it was locked, whatever commit has these bytes now.
        return locked is not null && locked.Sha256 == hash && !takeOver(locked)
            ? new FoundPack(reference.Text, reference, locked, pack, true) { Fetched = fetched }
            : new FoundPack(reference.Text, reference, entry, pack, locked == entry) { Fetched = fetched };
    }

    /// <summary>What a pack's folder is called: as the pack, unless another one has that name.</summary>
    private string Name(PackReference.Git reference, string? own)
    {
        var origin = $"git+{reference.Url}";
        var others = Lock
            .Packs.Concat(found.Values.Where(pack => pack.Entry is not null).Select(pack => pack.Entry!))
            .Where(pack => pack.IsGit)
            .ToList();
        if (others.FirstOrDefault(pack => pack.Origin == origin) is { } same)
            return same.Name;
        var name = own ?? reference.Url.TrimEnd('/').Split('/')[^1].Replace(".git", "", StringComparison.OrdinalIgnoreCase);
        name = string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-')).TrimStart('-', '_');
        if (!PackLockReader.IsFolderName(name))
            name = "pack";
        var unique = name;
        for (var i = 2; others.Any(pack => pack.Name.Equals(unique, StringComparison.OrdinalIgnoreCase)); i++)
            unique = $"{name}-{i}";
        return unique;
    }

    // What lies in the temporary folder is named by where it will be.
    private string Display(string path)
    {
        foreach (var (folder, name) in names)
            if (RealPath.IsInside(path, folder))
                return $"{Vendoring.NameOf(name)}/{Path.GetRelativePath(folder, path).Replace('\\', '/')}";
        return files.Relative(path);
    }
}
