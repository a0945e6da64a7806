using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Packs;

// What hookrules.lock pins: packs of git repositories, and others that have an entry in it.
public sealed partial class ProjectPacks
{
    /// <summary>Null where it is not in the repository, which is reported.</summary>
    private static LoadedPack? Git(PackReference.Git reference, PackRequest request, ICollection<Diagnostic> problems)
    {
        problems.Add(DiagnosticCatalog.PackMissing(request.At, reference.Text, "it is not in the repository yet", $"run: hookrules pack add {reference.Text}"));
        return null;
    }

    /// <summary>False, and reported, where a pack has an entry that it does not match.</summary>
    private static bool IsAsLocked(LoadedPack pack, PackRequest request, ICollection<Diagnostic> problems) => true;
}
