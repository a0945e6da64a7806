using System.Collections.Immutable;
using System.Globalization;
using System.Text;

namespace HookRules.Compiler.Packs;

/// <summary>Reads the files of a commit as bytes: attributes, filters, line ends and links of the repository have no effect.</summary>
internal sealed class GitTree(GitProcess git, string repository)
{
    private const int LongestList = 4 << 20,
        LongestListOfProject = 64 << 20;
    private const int MostLinks = 8,
        LongestLink = 4096;

    // In the user's repository they would say what git does with the copy, or be instructions and settings for Claude Code that nobody has
    // looked at.
    private static readonly string[] NotCopied =
    [
        ".gitattributes",
        ".gitignore",
        ".gitmodules",
        ".claude",
        "claude.md",
        "claude.local.md",
        "agents.md",
        ".mcp.json",
    ];

    private sealed record Entry(string Path, string Mode, string Id, long Size);

    public (ImmutableArray<PackFile> Files, ImmutableArray<string> LeftOut) Read(string commit)
    {
        var entries = List(commit);
        var leftOut = entries.Where(IsLeftOut).ToList();
        var kept = entries.Except(leftOut).ToList();
        Check(kept);
        var links = Contents(kept.Where(IsLink))
            .ToDictionary(link => link.Key, link => Encoding.UTF8.GetString(link.Value), StringComparer.Ordinal);
        var byPath = kept.ToDictionary(entry => entry.Path, StringComparer.Ordinal);
        var targets = kept.Select(entry => Target(entry, byPath, links)).ToList();
        if (targets.Sum(entry => entry.Size) > PackContent.MostBytes)
            throw new PackRefusedException($"it is larger than {PackContent.Size(PackContent.MostBytes)}");
        var contents = Contents(targets);
        var files = kept.Zip(targets, (entry, target) => new PackFile(entry.Path, contents[target.Id], target.Mode == "100755"));
        return ([.. files], [.. leftOut.Select(entry => entry.Path)]);
    }

    /// <summary>The plain files below a folder that somebody wants, with their paths from there.</summary>
    /// <param name="folder">From the root of the repository, with a slash at its end; empty is the root.</param>
    public ImmutableArray<PackFile> Read(string commit, string folder, Func<string, bool> isWanted)
    {
        var entries = List(commit, folder, LongestListOfProject)
            .Where(entry => !IsLink(entry) && entry.Mode != "160000" && isWanted(entry.Path[folder.Length..]))
            .ToList();
        if (entries.Count > PackContent.MostFiles || entries.Sum(entry => entry.Size) > PackContent.MostBytes)
            throw new PackRefusedException($"its rules and packs are larger than {PackContent.Size(PackContent.MostBytes)}");
        var contents = Contents(entries);
        return [.. entries.Select(entry => new PackFile(entry.Path[folder.Length..], contents[entry.Id], entry.Mode == "100755"))];
    }

    private List<Entry> List(string commit, string folder = "", int longest = LongestList)
    {
        string[] below = folder.Length == 0 ? [] : ["--", folder];
        var result = git.Run(
            default,
            longest,
            default,
            ["--git-dir", repository, "--literal-pathspecs", "ls-tree", "-r", "-z", "-l", "--full-tree", commit, .. below]
        );
        if (result.Stdout.Dropped > 0 || result.TimedOut)
            throw new PackRefusedException($"it holds more than {PackContent.MostFiles} files");
        if (!result.Succeeded)
            throw new GitFailedException(GitProcess.Said(result));
        var entries = new List<Entry>();
        foreach (var line in result.Stdout.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries))
        {
            var tab = line.IndexOf('\t', StringComparison.Ordinal);
            var head = line[..Math.Max(tab, 0)].Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (head is not [var mode, _, var id, var size])
                throw new GitFailedException("git lists its files in a way that is not known here");
            entries.Add(
                new Entry(
                    line[(tab + 1)..],
                    mode,
                    id,
                    long.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var bytes) ? bytes : 0
                )
            );
        }

        return entries;
    }

    private static void Check(List<Entry> entries)
    {
        if (entries.Count > PackContent.MostFiles)
            throw new PackRefusedException($"it holds {entries.Count} files, more than {PackContent.MostFiles}");
        var names = new PackPaths();
        foreach (var entry in entries)
        {
            if (names.Add(entry.Path) is { } problem)
                throw new PackRefusedException(problem);
            if (entry.Mode == "160000")
                throw new PackRefusedException($"{entry.Path} is a submodule, another repository; submodules are not fetched");
            if (IsLink(entry) && entry.Size > LongestLink)
                throw new PackRefusedException($"{entry.Path} is a link that no system could follow");
            if (!IsLink(entry) && entry.Mode is not ("100644" or "100755" or "100664"))
                throw new PackRefusedException($"{entry.Path} is neither a file nor a link");
        }
    }

    private static bool IsLink(Entry entry) => entry.Mode == "120000";

    private static bool IsLeftOut(Entry entry) => entry.Path.Split('/').Any(part => NotCopied.Contains(part.ToLowerInvariant()));

    // A link becomes a copy of its target: the vendored folder holds none, and is the same on Windows.
    private static Entry Target(Entry entry, Dictionary<string, Entry> byPath, Dictionary<string, string> links)
    {
        var here = entry;
        for (var i = 0; IsLink(here); i++)
        {
            if (i == MostLinks)
                throw new PackRefusedException($"{entry.Path} is a link that leads to no end");
            var path =
                Resolved(here.Path, links[here.Id]) ?? throw new PackRefusedException($"{entry.Path} is a link that leaves the pack");
            here = byPath.GetValueOrDefault(path) ?? throw NoFile(path);
        }

        return here;

        PackRefusedException NoFile(string path)
        {
            var isFolder = byPath.Keys.Any(other => other.StartsWith(path + "/", StringComparison.Ordinal));
            return new PackRefusedException(
                $"{entry.Path} is a link to {(isFolder ? "a folder" : "nothing that is in the pack")}; "
                    + "only links to files of the pack can be part of it"
            );
        }
    }

    private static string? Resolved(string link, string target)
    {
        if (target.StartsWith('/'))
            return null;
        var parts = link.Split('/')[..^1].ToList();
        foreach (var part in target.Split('/'))
        {
            if (part is "" or ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count == 0)
                return null;
            else
                parts.RemoveAt(parts.Count - 1);
        }

        return string.Join('/', parts);
    }

    /// <summary>The bytes of objects, by their ids.</summary>
    private Dictionary<string, byte[]> Contents(IEnumerable<Entry> entries)
    {
        var contents = new Dictionary<string, byte[]>(StringComparer.Ordinal);
        var ids = entries.Select(entry => entry.Id).Distinct().ToList();
        if (ids.Count == 0)
            return contents;
        var result = git.Run(
            Encoding.ASCII.GetBytes(string.Join('\n', ids) + "\n"),
            PackContent.MostBytes + LongestList,
            default,
            "--git-dir",
            repository,
            "cat-file",
            "--batch"
        );
        if (!result.Succeeded)
            throw new GitFailedException(GitProcess.Said(result));
        var bytes = result.Stdout.Head.Span;
        foreach (var id in ids)
        {
            // ID blob SIZE, a line end, the bytes, a line end.
            var end = bytes.IndexOf((byte)'\n');
            var head = end < 0 ? [] : Encoding.ASCII.GetString(bytes[..end]).Split(' ');
            if (
                head is not [var found, "blob", var size]
                || found != id
                || !int.TryParse(size, NumberStyles.None, CultureInfo.InvariantCulture, out var length)
                || bytes.Length < end + 1 + length + 1
            )
                throw new GitFailedException("git did not hand over all of its files");
            contents[id] = bytes.Slice(end + 1, length).ToArray();
            bytes = bytes[(end + 1 + length + 1)..];
        }

        return contents;
    }
}
