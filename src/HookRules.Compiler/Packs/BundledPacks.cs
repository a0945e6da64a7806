using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>The packs that come with HookRules: <c>std/NAME</c>.</summary>
public static class BundledPacks
{
    private const string Folder = "packs/std/";
    private const string Extension = ".hookrules";

    /// <summary>Sorted, without <c>std/</c>.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. typeof(BundledPacks)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Folder, StringComparison.Ordinal) && name.EndsWith(Extension, StringComparison.Ordinal))
            .Select(name => name[Folder.Length..^Extension.Length])
            .Order(StringComparer.Ordinal),
    ];

    /// <summary>Null where there is no such pack, which is reported.</summary>
    public static LoadedPack? Load(PackReference.Bundled reference, SourceRef at, ICollection<Diagnostic> problems)
    {
        if (Names.Contains(reference.Name))
            return new LoadedPack(reference.Text, Read(reference.Name), null);
        problems.Add(DiagnosticCatalog.UnknownBundledPack(at, reference.Name, NearestName.Find(reference.Name, Names), Names));
        return null;
    }

    /// <param name="name">One of <see cref="Names"/>.</param>
    public static SourceText Read(string name) => Read(name, Extension);

    /// <summary>The table of what the pack does, which "hookrules test" runs.</summary>
    /// <param name="name">One of <see cref="Names"/>.</param>
    public static SourceText Cases(string name) => Read(name, ".cases");

    private static SourceText Read(string name, string extension)
    {
        using var stream =
            typeof(BundledPacks).Assembly.GetManifestResourceStream(Folder + name + extension)
            ?? throw new ArgumentException($"there is no bundled {name}", nameof(name));
        using var reader = new StreamReader(stream);
        return new SourceText($"std/{name}{extension}", reader.ReadToEnd());
    }
}
