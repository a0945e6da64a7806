using System.Buffers;
using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Paths in a command line: which of them lie outside a set of folders, and which are written to. Decided by the words alone; no
/// file is looked at.</summary>
internal static class ShellPaths
{
    public const string ProjectFolder = "project";

    private static readonly SearchValues<char> PatternSigns = SearchValues.Create("*?[{!\\");

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
        var likelihood = Likelihood.No;
        foreach (var word in paths)
        {
            if (word.Text.Length == 0)
                continue;
            if (Resolve(word.Text, command.Folder, payload, context) is not { } path)
                likelihood = Likelihood.Maybe;
            // find leaves the folder itself, rm does not.
            else if (!inside.Any(folder => IsBelow(path, folder, orSame: isFind)))
                return Likelihood.Yes;
        }

        return likelihood;
    }

    /// <summary>A file is written, replaced or removed that the patterns name; of those, the last that matches decides.</summary>
    public static bool Writes(ShellLine line, ImmutableArray<Glob> globs, Payload payload, RouteContext context) =>
        line.Commands.Any(command =>
            command.Outputs.Concat(WrittenBy(command)).Any(file => IsMeant(file, command, globs, payload, context))
        );

    /// <summary>The same of a file whose contents are printed, or copied to one that the patterns do not name.</summary>
    public static bool Reads(ShellLine line, ImmutableArray<Glob> globs, Payload payload, RouteContext context) =>
        line.Commands.Any(command =>
            command.Inputs.Concat(ShellReaders.ReadBy(command)).Any(file => IsMeant(file, command, globs, payload, context))
            && !(ShellReaders.Destination(command) is { } copy && IsMeant(copy, command, globs, payload, context))
        );

    private static bool IsMeant(ShellWord word, ShellCommand command, ImmutableArray<Glob> globs, Payload payload, RouteContext context)
    {
        if (word.KnownLength == 0 || Resolve(word.Text, command.Folder, payload, context) is not { } path)
            return false;
        var holds = globs[0].Negated;
        foreach (var glob in globs)
            if (glob.Negated == holds && IsMatch(glob))
                holds = !holds;
        return holds;

        bool IsMatch(Glob glob) =>
            MayBecome(word, glob)
            || (glob.Text.TrimStart('!').StartsWith('/') ? glob.IsMatch(path.AsSpan(1)) : context.Matches(glob, path, payload));
    }

    /// <summary>The shell would put a file that is named in full in the place of this pattern, if it is there.</summary>
    private static bool MayBecome(ShellWord word, Glob glob) =>
        word.HasGlob
        && !glob.Anchored
        && !glob.Text.AsSpan().ContainsAny(PatternSigns)
        && Wildcard.IsMatch(word.BaseName, glob.Text)
        && (glob.Text[0] != '.' || word.BaseName.StartsWith('.'));

    private static IEnumerable<ShellWord> WrittenBy(ShellCommand command)
    {
        var words = command.Words;
        switch (command.Program)
        {
            case "dd":
                return words
                    .Where(word => word.Text.StartsWith("of=", StringComparison.Ordinal))
                    .Select(word => new ShellWord(word.Text[3..]));
            case "tee"
            or "rm"
            or "unlink"
            or "shred"
            or "truncate"
            or "touch"
            or "wipefs"
            or "mv"
            or "blkdiscard"
            or "sponge"
            or "mkswap"
            or "parted"
            or "fdisk"
            or "sfdisk"
            or "sgdisk"
            or "mke2fs":
                return Operands(words);
            case var program when program.StartsWith("mkfs", StringComparison.Ordinal):
                return Operands(words);
            case "cp" or "install" or "ln" or "rsync" or "scp":
                var into = words.SkipWhile(word => word.Text is not ("-t" or "--target-directory")).Skip(1).Take(1);
                return Operands(words)
                    .TakeLast(1)
                    .Concat(into)
                    .Concat(
                        words
                            .Where(word => word.Text.StartsWith("--target-directory=", StringComparison.Ordinal))
                            .Select(word => new ShellWord(word.Text[19..]))
                    );
            case "sed" or "perl" when words.Any(word => IsInPlace(word.Text)):
                return Operands(words);
            default:
                return [];
        }

        bool IsInPlace(string word) =>
            word.StartsWith("--in-place", StringComparison.Ordinal)
            || (word is ['-', not '-', ..] && word.AsSpan(1, ShellArguments.LettersEnd(command.Program, word) - 1).Contains('i'));

        static IEnumerable<ShellWord> Operands(ImmutableArray<ShellWord> words) => words.Skip(1).Where(word => !word.Text.StartsWith('-'));
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
    private static string? Resolve(string text, ShellFolder folder, Payload payload, RouteContext context)
    {
        if (text.Length > 0 && text[0] is ShellWord.Value or ShellWord.Words)
            return null;
        if (!ShellFolder.IsRooted(text))
        {
            if (folder.Path is not { } base_)
                return null;
            if (IsDrive(text))
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

    private static bool IsDrive(string path) => OperatingSystem.IsWindows() && path.Length > 1 && path[1] == ':';

    private static bool IsBelow(string path, string folder, bool orSame)
    {
        path = path.TrimEnd('/');
        folder = folder.TrimEnd('/');
        if (!path.StartsWith(folder, StringComparison.Ordinal))
            return false;
        return path.Length == folder.Length ? orSame : path[folder.Length] == '/';
    }
}
