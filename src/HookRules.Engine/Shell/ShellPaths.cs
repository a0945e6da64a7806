using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Paths in a command line: which of them lie outside a set of folders, and which are written to. Decided by the words alone; no
/// file is looked at.</summary>
internal static class ShellPaths
{
    public const string ProjectFolder = "project";

    /// <summary>An argument is a path that is not below one of the folders.</summary>
    public static Likelihood Outside(
        ShellCommand command,
        ShellOptions options,
        ImmutableArray<string> folders,
        Payload payload,
        RouteContext context
    )
    {
        var isFind = command.Program is "find" or "gfind";
        IEnumerable<ShellWord> paths = isFind
            ? ShellArguments.StartsOfFind(command).Select(start => new ShellWord(start))
            : options.Arguments();
        var inside = Folders(folders, payload, context);
        // find leaves the folder where it starts, rm does not; but without a test find empties it.
        var mayBeSame = isFind && ShellArguments.HasTest(command);
        var likelihood = Likelihood.No;
        foreach (var word in paths)
        {
            if (word.Text.Length == 0)
                continue;
            if (Resolve(word.Text, command.Folder, payload, context) is not { } path)
                likelihood = Likelihood.Maybe;
            else if (!inside.Any(folder => IsBelow(path, folder, orSame: mayBeSame)))
                return Likelihood.Yes;
        }

        return likelihood;
    }

    private static List<string> Folders(ImmutableArray<string> folders, Payload payload, RouteContext context)
    {
        List<string> resolved = [];
        foreach (var folder in folders)
        {
            if (folder == ProjectFolder)
                resolved.AddRange(context.ProjectFolders(payload));
            else if (folder is "~" or ['~', '/', ..] && context.Home is { } home)
                resolved.Add(RouteContext.Collapse(home + folder[1..]));
            else if (folder.StartsWith('/'))
                resolved.Add(RouteContext.Collapse(folder));
            else
                resolved.Add(RouteContext.Collapse(context.ProjectDir + "/" + folder));
        }

        return resolved;
    }

    /// <summary>The absolute path that a word means; null where its beginning is not known.</summary>
    internal static string? Resolve(string text, ShellFolder folder, Payload payload, RouteContext context)
    {
        if (text.Length > 0 && text[0] is ShellWord.Value or ShellWord.Words)
            return null;
        if (text.Length > 0 && text[0] == ShellWord.Here)
            text = ShellFolder.Named(text);
        if (!ShellFolder.IsRooted(text))
        {
            if (folder.Path is not { } base_)
                return null;
            if (IsDrive(text, payload))
                return text;
            text = base_.Length == 0 ? text : base_ + "/" + text;
        }

        if (!ShellFolder.IsRooted(text))
            text = (payload.Cwd ?? context.ProjectDir) + "/" + text;
        else if (text[0] == ShellWord.Home)
            text = (context.Home is { } home && (text.Length == 1 || text[1] == '/') ? home : "/~") + text[1..];
        else if (text[0] == ShellWord.Project)
            text = context.ProjectFolders(payload).First() + text[1..];
        return RouteContext.Collapse(text);
    }

    private static bool IsDrive(string path, Payload payload) =>
        path.Length > 1
        && path[1] == ':'
        && char.IsAsciiLetter(path[0])
        && (OperatingSystem.IsWindows() || payload.Tool == "PowerShell" || (path.Length > 2 && path[2] is '/' or '\\'));

    private static bool IsBelow(string path, string folder, bool orSame)
    {
        path = path.TrimEnd('/');
        folder = folder.TrimEnd('/');
        if (!path.StartsWith(folder, StringComparison.Ordinal))
            return false;
        return path.Length == folder.Length ? orSame : path[folder.Length] == '/';
    }
}
