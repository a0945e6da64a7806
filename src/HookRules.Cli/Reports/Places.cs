using HookRules.Engine;

namespace HookRules.Cli.Reports;

/// <summary>How a rule is shown: by its name, else by its place and text. Its id is a hash, which tells nobody anything.</summary>
internal static class Places
{
    private const int LongestText = 80;

    /// <summary><c>main.hookrules:12</c> of a place with its column.</summary>
    public static string Short(string place) =>
        place.LastIndexOf(':') is var column and > 0 && place.IndexOf(':', StringComparison.Ordinal) < column ? place[..column] : place;

    /// <summary>A file as editors and annotations want it: relative where it lies below the working folder.</summary>
    public static string FromHere(Cli cli, string path)
    {
        var relative = Path.GetRelativePath(cli.WorkingDirectory, path);
        return (relative.StartsWith("..", StringComparison.Ordinal) ? path : relative).Replace('\\', '/');
    }

    /// <summary>The line of a rule in its file; empty where it is there no more.</summary>
    public static string TextOf(string projectDir, string? place)
    {
        if (place is null || Short(place).Split(':') is not [var file, var number] || !int.TryParse(number, out var line) || line < 1)
            return "";
        try
        {
            var path = Path.GetFullPath(file, projectDir);
            // A place comes from a file of the state folder: what is not a rules file of the project is not shown.
            if (!path.StartsWith(projectDir + Path.DirectorySeparatorChar, StringComparison.Ordinal) || !File.Exists(path))
                return "";
            var text = System.Text.Encoding.UTF8.GetString(RegularFile.ReadAllBytes(path)).Split('\n');
            return line <= text.Length ? Human.Short(text[line - 1].Trim(), LongestText) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return "";
        }
    }

    /// <summary>A rule of a journal line or of a dead letter.</summary>
    public static string Of(string rule, string? place) =>
        place is null ? rule
        : rule.StartsWith("r-", StringComparison.Ordinal) ? Short(place)
        : $"{rule} ({Short(place)})";
}
