using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>Packs that are files or folders: those of the repository, and what was fetched into it.</summary>
internal static class PathPacks
{
    private const long LargestFile = 4 << 20;

    /// <summary>The names of a pack's file in its folder, the first one first.</summary>
    private static readonly string[] FileNames = ["pack.hookrules", "hookrules.yaml", "main.hookrules"];

    /// <summary>Null where there is none or it lies where it must not, which is reported.</summary>
    /// <param name="display">How messages name a file, from its absolute path.</param>
    public static LoadedPack? Load(
        PackReference.Local reference,
        PackRequest request,
        string projectDir,
        Func<string, string> display,
        ICollection<Diagnostic> problems
    )
    {
        if (request.From is not { } from)
            return Missing("a bundled pack lies in no folder", "use a bundled pack");
        var path = Path.GetFullPath(reference.Text, from.Folder);
        if (!Path.Exists(path))
            return Missing($"there is no {display(path)}", Fix(reference));
        // Both ways are looked at: what is written, and where links lead.
        if (!RealPath.IsInside(path, from.Root) || !RealPath.IsInside(RealPath.Of(path), RealPath.Of(from.Root)))
            return Outside();
        try
        {
            var file = Directory.Exists(path) ? FileIn(path) : path;
            if (file is null)
                return Missing($"the folder {display(path)} holds no pack", $"name its file, or call it {FileNames[0]}");
            if (!RealPath.IsInside(RealPath.Of(file), RealPath.Of(from.Root)))
                return Outside();
            if (!IsFile(RealPath.Of(file)))
                return Missing($"{display(file)} is no file", "name a rules file");
            if (new FileInfo(RealPath.Of(file)).Length > LargestFile)
                return Missing($"{display(file)} is larger than {LargestFile >> 20} MB", "name a rules file");
            var folder = Path.GetDirectoryName(file)!;
            return new LoadedPack(RealPath.Of(file), SourceText.Load(file, display(file)), new PackPlace(folder, from.Root))
            {
                ProjectPath = Slashes(Path.GetRelativePath(projectDir, folder)),
            };
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Missing(e.Message, "make it readable");
        }

        LoadedPack? Missing(string why, string fix)
        {
            problems.Add(DiagnosticCatalog.PackMissing(request.At, reference.Text, why, fix));
            return null;
        }

        LoadedPack? Outside()
        {
            problems.Add(DiagnosticCatalog.PackOutside(request.At, reference.Text, Slashes(from.Root)));
            return null;
        }
    }

    /// <summary>The file of a folder that is a pack: one of the usual names, else the only rules file with a header; null where there is
    /// none.</summary>
    public static string? FileIn(string folder) =>
        FileNames.Select(name => Path.Combine(folder, name)).FirstOrDefault(File.Exists)
        ?? (
            Directory
                .EnumerateFiles(folder, "*.hookrules")
                .Where(file => new FileInfo(file).LinkTarget is null && IsFile(file) && HasHeader(file))
                .Take(2)
                .ToArray()
                is [var only]
                ? only
                : null
        );

    private static bool HasHeader(string file) => PackHeader.Of(SourceText.Load(file, file)) is not null;

    // Reading a pipe would wait for a writer.
    private static bool IsFile(string path) => OperatingSystem.IsWindows() || Libc.Status(path) is { IsFile: true };

    private static string Slashes(string path) => path.Replace('\\', '/');

    private static string Fix(PackReference.Local reference) =>
        BundledPacks.Names.Contains(reference.Text) ? $"write std/{reference.Text}" : "the path is relative to the file that says it";
}
