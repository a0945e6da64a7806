using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Packs;

// What hookrules.lock pins: packs of git repositories, and others that have an entry in it.
public sealed partial class ProjectPacks
{
    private PackStore? store;

    private PackStore Store => store ??= new PackStore(files, display);

    /// <summary>Null where it is not in the repository, which is reported.</summary>
    private LoadedPack? Git(PackReference.Git reference, PackRequest request, ICollection<Diagnostic> problems) => Store.Git(reference, request.At, problems);

    /// <summary>False, and reported, where a pack has an entry that it does not match.</summary>
    private bool IsAsLocked(LoadedPack pack, PackRequest request, ICollection<Diagnostic> problems) =>
        request.Reference is PackReference.Git || Store.IsAsLocked(pack, request, problems);
}
