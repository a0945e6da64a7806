using HookRules.Compiler;

namespace HookRules.Tests.Packs;

/// <summary>A repository in a folder of its own, from a text in which a line <c>file: PATH</c> begins a file; the first one is
/// compiled.</summary>
internal sealed class PackProject : IDisposable
{
    private PackProject(string root, string main) => (Root, Main) = (root, main);

    public string Root { get; }

    public string Main { get; }

    public static PackProject Of(string text)
    {
        var root = Directory.CreateTempSubdirectory("hookrules-packs-").FullName;
        Directory.CreateDirectory(Path.Combine(root, ".git"));
        string? main = null;
        foreach (var part in ("\n" + text).Split("\nfile: ").Skip(1))
        {
            var end = part.IndexOf('\n', StringComparison.Ordinal);
            var path = Path.Combine(root, part[..end]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var writer = new StreamWriter(path);
            writer.Write(part[(end + 1)..]);
            main ??= path;
        }

        return new PackProject(root, main!);
    }

    public Compilation Compile() => Compilation.Of(ProjectFiles.Of(Main));

    public void Dispose() => Directory.Delete(Root, recursive: true);
}
