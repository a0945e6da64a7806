using System.Collections.Immutable;
using System.Text;

namespace HookRules.Compiler.Packs;

/// <summary>What one pack was and will be.</summary>
/// <param name="Before">Null where nothing was known of it, or nothing that can be compared.</param>
/// <param name="Newer">A newer tag of its repository.</param>
internal sealed record PackStep(FoundPack Pack, LockedPack? Locked, PackAbilities? Before, PackAbilities After, string? Newer)
{
    public LockedPack Entry => Pack.Entry!;

    public bool IsNew => Locked is null;

    public bool IsChanged => Locked is not null && Locked != Entry;

    /// <summary>The same tag is another commit now.</summary>
    public bool IsMoved => Locked is not null && Locked.Reference == Entry.Reference && Locked.Commit != Entry.Commit;
}

/// <summary>All that <c>pack add</c> or <c>pack update</c> would write, not yet written.</summary>
internal sealed record PackChange(
    PackStore Store,
    ProjectFiles Files,
    PackLock Lock,
    string? Rules,
    ImmutableArray<PackStep> Steps,
    ImmutableArray<LockedPack> Dropped,
    bool Prunes
)
{
    /// <summary>Copies before the lock that names them, and both before the rules that use them.</summary>
    public void Write()
    {
        foreach (var step in Steps)
            if (step.Pack.Fetched is { } fetched)
                Store.Vendored.Replace(step.Entry.Name, fetched.Files);
        if (Lock.Packs.Length > 0 || File.Exists(Store.LockPath))
            Lock.Write(Store.LockPath);
        if (Rules is not null)
            AtomicFile.Write(Files.File, Encoding.UTF8.GetBytes(Rules));
        if (Prunes)
            Store.Vendored.Keep(Lock.Packs.Where(pack => pack.IsGit).Select(pack => pack.Name).ToHashSet(StringComparer.Ordinal));
    }
}
