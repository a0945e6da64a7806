using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;

namespace HookRules.Simulation.Cases;

/// <summary>A file of cases, and the rules that it is about.</summary>
internal sealed record CaseFile(SourceText Source, RulesUnderTest Rules);

/// <summary>Finds tables of cases: below a project or pack, or beside a rules file.</summary>
internal static class CaseFiles
{
    private static readonly string[] Endings = [".cases.yaml", ".cases.yml", ".cases"];

    /// <summary>Folders of others, in which nothing is about these rules.</summary>
    private static readonly string[] Foreign = [".git", "node_modules", "bin", "obj", ".venv", "venv", "target", "vendor"];

    private const int Deepest = 12;

    /// <summary>For who only wants to know whether there are any: as deep as people put them.</summary>
    public const int Near = 2;

    public static bool IsCases(string path) => Endings.Any(ending => path.EndsWith(ending, StringComparison.Ordinal));

    /// <summary>All below a folder, sorted; copies of packs that were fetched have cases of their own, which "pack add" runs.</summary>
    public static IEnumerable<string> Below(string folder, int deepest = Deepest)
    {
        var found = new List<string>();
        Walk(new DirectoryInfo(folder), 0);
        return found.Order(StringComparer.Ordinal);

        void Walk(DirectoryInfo here, int depth)
        {
            IEnumerable<FileSystemInfo> entries;
            try
            {
                entries = here.EnumerateFileSystemInfos().ToList();
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return;
            }

            foreach (var entry in entries.Where(entry => entry.LinkTarget is null))
            {
                if (entry is DirectoryInfo below)
                {
                    var isOurs = below.Name == "hookrules" && here.Name == ".claude";
                    if (depth < deepest && !isOurs && !Foreign.Contains(below.Name))
                        Walk(below, depth + 1);
                }
                else if (IsCases(entry.Name))
                {
                    found.Add(entry.FullName);
                }
            }
        }
    }

    /// <summary>The rules file that a file of cases is about: the one of its name, else the folder's, else that of a folder above; null
    /// where there is none.</summary>
    public static string? RulesOf(string cases)
    {
        var folder = Path.GetDirectoryName(cases)!;
        var name = Path.GetFileName(cases);
        name = name[..^Endings.First(ending => name.EndsWith(ending, StringComparison.Ordinal)).Length];
        foreach (var ending in new[] { ".hookrules", ".hookrules.yaml", ".yaml", ".yml" })
            if (name.Length > 0 && File.Exists(Path.Combine(folder, name + ending)))
                return Path.Combine(folder, name + ending);
        var root = ProjectFiles.RootOf(folder);
        for (var here = folder; here is not null; here = Path.GetDirectoryName(here))
        {
            if (ProjectFiles.In(here, ProjectFiles.Names, null)?.File is { } main)
                return main;
            // An editor may hold a file whose folder is not made yet.
            if (Directory.Exists(here) && PathPacks.FileIn(here) is { } pack)
                return pack;
            if (here == root)
                break;
        }

        return ProjectFiles.Find(folder)?.File;
    }

    /// <param name="marks">Takes the words that mean something in the rules.</param>
    public static ImmutableArray<TestCase> Read(SourceText source, ICollection<Diagnostic> problems, CaseMarks? marks = null)
    {
        if (!source.IsText)
        {
            problems.Add(DiagnosticCatalog.BadCase(new(source.Path, 1, 1, 1, 1), "the file is no UTF-8 text", "save it as UTF-8"));
            return [];
        }

        return source.IsYaml ? CaseYaml.Read(source, problems, marks) : CaseTable.Read(source, problems, marks);
    }
}
