using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>Where a file that uses packs lies.</summary>
/// <param name="Folder">Absolute: what its paths are relative to.</param>
/// <param name="Root">Absolute: the folder that neither <c>..</c> nor a link may leave; a repository's, or that of a fetched pack.</param>
public sealed record PackPlace(string Folder, string Root)
{
    /// <summary>That of a project's own rules file.</summary>
    public static PackPlace Of(ProjectFiles files) => new(Path.GetDirectoryName(files.File)!, ProjectFiles.RootOf(files.ProjectDir));
}

/// <summary>One <c>use</c>: what it names, where it stands, and where the file that says it lies.</summary>
/// <param name="From">Null for a text that lies nowhere, as a bundled pack or standard input.</param>
public sealed record PackRequest(PackReference Reference, SourceRef At, PackPlace? From);

/// <summary>A pack that was found.</summary>
/// <param name="Identity">The same for every <c>use</c> that means this pack, whatever its version: <c>std/NAME</c>, the real path of its
/// file, or the URL of its repository.</param>
/// <param name="Source">Its file; the path in it is the one that messages name.</param>
/// <param name="Place">Null for a bundled one.</param>
public sealed record LoadedPack(string Identity, SourceText Source, PackPlace? Place)
{
    /// <summary>What tells two states of one pack apart, as the tag and commit of a repository; null where there can be but one.</summary>
    public string? Revision { get; init; }

    /// <summary>What <c>$pack</c> stands for: its folder relative to the project folder; null for a bundled one.</summary>
    public string? ProjectPath { get; init; }
}

/// <summary>Finds the packs that files use; it never fetches one.</summary>
public abstract class PackLoader
{
    /// <summary>For texts that belong to no project: the bundled packs alone.</summary>
    public static readonly PackLoader BundledOnly = new NoPaths();

    /// <summary>Where the project's own rules file lies; null where it is only a text.</summary>
    public virtual PackPlace? Start => null;

    /// <summary>What that file is called if it is used as a pack itself; null where it is only a text.</summary>
    public virtual string? StartIdentity => null;

    /// <summary>Values for parameters of a pack that is looked at by itself, as a command line gives them.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = new Dictionary<string, string>();

    /// <summary>Null where it cannot be used, which is reported.</summary>
    public abstract LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems);

    private sealed class NoPaths : PackLoader
    {
        public override LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems)
        {
            if (request.Reference is PackReference.Bundled bundled)
                return BundledPacks.Load(bundled, request.At, problems);
            problems.Add(
                DiagnosticCatalog.PackMissing(
                    request.At,
                    request.Reference.Text,
                    "this text lies in no folder that it could be relative to",
                    "use a bundled pack, or save the rules to a file"
                )
            );
            return null;
        }
    }
}
