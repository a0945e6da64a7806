namespace HookRules.Tests;

/// <summary>Where the checkout is, so that tests can read what stands in it and beside it.</summary>
internal static class Repository
{
    public static string Root { get; } =
        Above("HookRules.sln") ?? throw new InvalidOperationException($"no HookRules.sln above {AppContext.BaseDirectory}");

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    /// <summary>The folders of <c>examples/</c> that hold rules in both forms.</summary>
    public static IEnumerable<string> Examples =>
        Directory.GetDirectories(PathOf("examples")).Where(folder => File.Exists(Path.Combine(folder, "main.hookrules")));

    /// <summary>Lines of a table beside the tests, without comments and empty ones, split at <c>|</c>.</summary>
    public static IEnumerable<string[]> Table(string path) =>
        from line in File.ReadLines(PathOf("tests", "HookRules.Tests", path))
        where line.Length > 0 && line[0] != '#'
        select line.TrimEnd().TrimEnd('|').Split(" | ").Select(cell => cell.Trim()).ToArray();

    /// <summary>The nearest folder at or above the tests that holds a file or folder; null if none does.</summary>
    public static string? Above(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
        {
            if (Path.Exists(Path.Combine(folder.FullName, name)))
                return folder.FullName;
        }

        return null;
    }
}
