using System.Globalization;

namespace HookRules.Compiler.Packs;

/// <summary>Which names files of a pack may have: those that mean the same file, and nothing else, on every machine that a pack is carried
/// to.</summary>
internal sealed class PackPaths
{
    private const int LongestPath = 200,
        DeepestPath = 12;
    private static readonly string[] Devices =
    [
        "con",
        "prn",
        "aux",
        "nul",
        "com1",
        "com2",
        "com3",
        "com4",
        "com5",
        "com6",
        "com7",
        "com8",
        "com9",
        "lpt1",
        "lpt2",
        "lpt3",
        "lpt4",
        "lpt5",
        "lpt6",
        "lpt7",
        "lpt8",
        "lpt9",
    ];

    // What a path is called where upper and lower case are one, and how it was spelt the first time.
    private readonly Dictionary<string, string> spellings = new(StringComparer.Ordinal);

    /// <summary>Why a file may not be called so, or not beside those that were added before; null if it may.</summary>
    /// <param name="path">Relative to the pack's folder, with forward slashes.</param>
    public string? Add(string path)
    {
        if (path.Length > LongestPath)
            return $"the path {path} is longer than {LongestPath} characters";
        var parts = path.Split('/');
        if (parts.Length > DeepestPath)
            return $"the path {path} is deeper than {DeepestPath} folders";
        if (parts.Select(Problem).FirstOrDefault(problem => problem is not null) is { } found)
            return $"the name {path} {found}";
        for (var i = 1; i <= parts.Length; i++)
        {
            var here = string.Join('/', parts[..i]);
            if (spellings.TryAdd(here.ToUpperInvariant().ToLowerInvariant(), here))
                continue;
            var first = spellings[here.ToUpperInvariant().ToLowerInvariant()];
            if (first != here)
                return $"{first} and {here} are one file where upper and lower case do not differ";
        }

        return null;
    }

    private static string? Problem(string part)
    {
        if (part is "" or "." or "..")
            return "leaves the pack's folder, or would not be a file in it";
        if (IsGit(part))
            return "is one of git's own";
        if (part.Any(c => char.IsControl(c) || c is '\\' or ':' or '*' or '?' or '"' or '<' or '>' or '|'))
            return "holds a character that not every system allows in a name";
        if (part.Any(IsInvisible))
            return "holds a character that cannot be seen, or a letter and its accent as two characters";
        if (part[^1] is '.' or ' ')
            return "ends with a dot or a space, which not every system keeps";
        return Devices.Contains(part.Split('.')[0].ToLowerInvariant()) ? "is a device on Windows" : null;
    }

    // Also in the spellings that Windows and macOS take for it.
    private static bool IsGit(string part)
    {
        var plain = string.Concat(part.Where(c => !IsInvisible(c))).TrimEnd('.', ' ').ToLowerInvariant();
        return plain.Split(':')[0] is ".git" or "git~1";
    }

    // A letter written as two characters is another name here, and the same one on macOS.
    private static bool IsInvisible(char c) =>
        char.GetUnicodeCategory(c)
            is UnicodeCategory.Format
                or UnicodeCategory.NonSpacingMark
                or UnicodeCategory.EnclosingMark
                or UnicodeCategory.SpacingCombiningMark
                or UnicodeCategory.LineSeparator
                or UnicodeCategory.ParagraphSeparator
                or UnicodeCategory.PrivateUse
                or UnicodeCategory.OtherNotAssigned
        || c == '\uFFFD';
}
