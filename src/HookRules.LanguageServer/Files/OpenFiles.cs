using System.Collections.Concurrent;
using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;

namespace HookRules.LanguageServer.Files;

/// <summary>The files that the editor holds, which stand before those on the disk. A snapshot: each change gives another one.</summary>
internal sealed class OpenFiles
{
    private readonly ImmutableDictionary<string, OpenFile> byUri;
    private readonly ConcurrentDictionary<OpenFile, Lazy<CompiledFile>> compiled = new(ReferenceEqualityComparer.Instance);

    private OpenFiles(ImmutableDictionary<string, OpenFile> byUri) => this.byUri = byUri;

    public static OpenFiles None { get; } = new(ImmutableDictionary.Create<string, OpenFile>(StringComparer.Ordinal));

    public IEnumerable<OpenFile> All => byUri.Values;

    public OpenFile? Find(string? uri) => uri is null ? null : byUri.GetValueOrDefault(uri);

    public OpenFile? At(string path) => byUri.Values.FirstOrDefault(file => file.Path == path);

    public OpenFiles With(OpenFile file) => new(byUri.SetItem(file.Uri, file));

    public OpenFiles Without(string uri) => new(byUri.Remove(uri));

    /// <summary>The same files, where what lies beside them on the disk is another now.</summary>
    public OpenFiles Anew() => new(byUri);

    /// <summary>The rules of an open file with their packs: compiled once, for answers and analysis, whoever comes first.</summary>
    public CompiledFile Compiled(OpenFile file, ServerContext context) =>
        compiled.GetOrAdd(file, one => new Lazy<CompiledFile>(() => CompiledFile.Of(one, this, context))).Value;

    public string UriOf(string path) => At(path)?.Uri ?? OpenFile.UriOf(path);
}

/// <summary>A project's packs, of which those that are open count as they stand in the editor.</summary>
/// <param name="files">Names their places.</param>
internal sealed class OpenPacks(ProjectFiles project, OpenFiles files) : PackLoader
{
    private readonly Dictionary<string, string> places = new(StringComparer.Ordinal);
    private ProjectPacks? packs;

    public override PackPlace? Start => Packs.Start;

    public override string? StartIdentity => Packs.StartIdentity;

    /// <summary>The absolute paths of what was read, by the names in messages.</summary>
    public IReadOnlyDictionary<string, string> Places => places;

    private ProjectPacks Packs => packs ??= new ProjectPacks(project, Display);

    public override LoadedPack? Load(PackRequest request, ICollection<Diagnostic> problems) =>
        Packs.Load(request, problems) is not { } pack ? null
        : files.At(pack.Identity) is { } open ? pack with { Source = new SourceText(pack.Source.Path, open.Text) }
        : pack;

    public string Display(string path)
    {
        var name = project.Relative(path);
        places[name] = path;
        return name;
    }
}
