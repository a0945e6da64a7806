namespace HookRules.Engine;

/// <summary>Which files code goes through by a pattern or a folder that stands in it: what it removes without naming it is one of
/// these.</summary>
internal static class CodeListing
{
    private const int Most = 8;

    private static readonly HashSet<string> Patterns = ["glob", "iglob", "globSync", "rglob", "expandGlob", "expandGlobSync"];

    private static readonly HashSet<string> Folders =
    [
        .. "listdir scandir walk fwalk readdir readdirSync opendir opendirSync iterdir children each_child entries foreach".Split(' '),
        .. "readDir readDirSync read_dir ReadDir WalkDir find".Split(' '),
    ];

    /// <summary>Patterns, such as <c>/etc/*</c> for a folder.</summary>
    public static IReadOnlyList<string> Of(List<CodeToken> tokens)
    {
        List<string> found = [];
        var path = "";
        for (var i = 0; i + 1 < tokens.Count && found.Count < Most; i++)
        {
            if (tokens[i] is { Kind: CodeTokenKind.Text, Quote: '<' })
                found.Add(tokens[i].Text);
            if (tokens[i].Kind != CodeTokenKind.Name)
                continue;
            var name = tokens[i].Text;
            // Ruby: Dir["/etc/*"]
            var isPattern = Patterns.Contains(name) || (name == "Dir" && tokens[i + 1].Quote == '[');
            if (!isPattern && !Folders.Contains(name) && name != "Path")
                continue;
            var given = ShellCode.Arguments(tokens, i + 1) is [var first, ..] && !first.IsUnknown ? first.Text : "";
            if (name == "Path")
                path = given;
            else if (isPattern && given.Length > 0)
                found.Add(path.Length > 0 && given[0] != '/' ? $"{path.TrimEnd('/')}/{given}" : given);
            else if ((given.Length > 0 ? given : path) is { Length: > 0 } folder)
                found.Add(folder.TrimEnd('/') + "/*");
        }

        return found;
    }
}
