using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Which files a command line writes, removes or reads, compared with patterns. Decided by the words alone; no file is looked
/// at.</summary>
internal static class ShellFiles
{
    /// <summary>A file is written, replaced or removed that the patterns name; of those, the last that matches decides.</summary>
    /// <param name="anew">Only where what was in it is lost: not what is added at its end, touched, or copied there from an
    /// example.</param>
    public static bool Writes(ShellLine line, ImmutableArray<Glob> globs, bool anew, Payload payload, RouteContext context)
    {
        foreach (var command in Writers(line))
        {
            foreach (var file in command.Outputs)
                if (!(anew && file.IsAppended) && IsMeant(file, command, globs, payload, context, isWritten: true))
                    return true;
            if (anew && ShellWriters.KeepsContents(command))
                continue;
            foreach (var file in ShellWriters.WrittenBy(command))
                if (IsMeant(file, command, globs, payload, context, isWritten: true))
                    return true;
            var takesFolders = ShellWriters.TakesFolders(command);
            foreach (var file in ShellWriters.WrittenBy(command))
                if (
                    IsBelowUnknown(file)
                        ? IsAround(Known(file), command, globs, payload, context)
                        : takesFolders && IsAround(file, command, globs, payload, context)
                )
                    return true;
        }

        return false;
    }

    /// <summary>The same of a file whose contents are printed, or copied to one that the patterns do not name.</summary>
    public static bool Reads(ShellLine line, ImmutableArray<Glob> globs, Payload payload, RouteContext context)
    {
        foreach (var command in line.Commands)
            if (
                Inputs(command).Any(file => IsMeant(file, command, globs, payload, context, isWritten: false))
                && !(ShellReaders.Destination(command) is { } copy && IsMeant(copy, command, globs, payload, context, isWritten: false))
            )
                return true;
        return false;
    }

    /// <summary>Some file is written, replaced or removed, whichever it is.</summary>
    public static bool WritesAny(ShellLine line) =>
        Writers(line).Any(command => command.Outputs.Any() || ShellWriters.WrittenBy(command).Any());

    /// <summary>Some file is read, whichever it is.</summary>
    public static bool ReadsAny(ShellLine line) => line.Commands.Any(command => Inputs(command).Any());

    // Files of what runs on another machine are that machine's.
    private static IEnumerable<ShellCommand> Writers(ShellLine line) =>
        line.Commands.Where(command => !command.IsPossible && !command.IsElsewhere);

    private static IEnumerable<ShellWord> Inputs(ShellCommand command) => command.Inputs.Concat(ShellReaders.ReadBy(command));

    private static bool IsMeant(
        ShellWord word,
        ShellCommand command,
        ImmutableArray<Glob> globs,
        Payload payload,
        RouteContext context,
        bool isWritten
    )
    {
        // What begins with something unknown may still end with the name of a file that is meant: "$DIR/.env".
        var path = word.KnownLength == 0 ? null : ShellPaths.Resolve(word.Text, command.Folder, payload, context);
        if (path is null && (word.BaseName.Length == 0 || word.BaseName.ContainsAny(ShellWord.Value, ShellWord.Words)))
            return false;
        path ??= "/" + ShellWord.Value + "/" + word.BaseName.ToString();
        var holds = globs[0].Negated;
        foreach (var glob in globs)
            if (glob.Negated == holds && IsMatch(glob))
                holds = !holds;
        return holds;

        bool IsMatch(Glob glob) => Fits(glob, path, payload, context, isWritten) || MayBecome(word, path, glob, payload, context);
    }

    private static bool Fits(Glob glob, string path, Payload payload, RouteContext context, bool isWritten)
    {
        if (FitsAs(path))
            return true;
        return context.IgnoresCase && path.AsSpan().ContainsAnyInRange('A', 'Z') && FitsAs(path.ToLowerInvariant());

        bool FitsAs(string path)
        {
            var body = glob.Text.AsSpan().TrimStart('!');
            // What is written into a folder lies in it.
            var isFolder = isWritten && !glob.Negated && body.EndsWith("/**");
            if (body.StartsWith("~/"))
                return context.BelowHome(path, payload) is { } atHome && glob.IsMatch(atHome);
            if (body.StartsWith('/'))
                return glob.IsMatch(path.AsSpan(1)) || (isFolder && glob.IsMatch((path.TrimEnd('/') + "/-").AsSpan(1)));
            return context.Matches(glob, path, payload) || (isFolder && context.Matches(glob, path + "/-", payload));
        }
    }

    /// <summary>The shell would put a file that is named in full in the place of this pattern, if it is there. A pattern of which little is
    /// known, such as a star alone, names no file in particular.</summary>
    private static bool MayBecome(ShellWord word, string path, Glob glob, Payload payload, RouteContext context)
    {
        if (!word.HasGlob || glob.Negated)
            return false;
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        if (!name.ContainsAny('*', '?', '['))
        {
            // The pattern stands in a folder's name: /e*/shadow
            var whole = glob.Text.AsSpan();
            return whole[0] == '/' && !whole.ContainsAny('*', '{', '[') && Wildcard.IsMatch(path, glob.Text);
        }

        foreach (var full in glob.Names)
        {
            if (full.Length == 0 || (full[0] == '.' && name[0] != '.'))
                continue;
            // Of a pattern that names the folder too, any glob in that folder may become one of its files.
            var namesFolder = !Fits(glob, $"/{ShellWord.Value}/{full}", payload, context, false);
            if (
                IsPinned(name, full, namesFolder)
                && Fits(glob, string.Concat(path.AsSpan(0, path.Length - name.Length), full), payload, context, false)
            )
                return true;
        }

        return false;
    }

    /// <summary>At least half of the name stands in the pattern, or three characters of a hidden one.</summary>
    private static bool IsPinned(ReadOnlySpan<char> pattern, string name, bool namesFolder)
    {
        var known = 0;
        var isClass = false;
        Span<char> simple = stackalloc char[Math.Min(pattern.Length, 128)];
        var length = 0;
        foreach (var c in pattern)
        {
            if (length == simple.Length)
                return false;
            if (isClass)
            {
                isClass = c != ']';
                continue;
            }

            isClass = c == '[';
            simple[length++] = isClass ? '?' : c;
            if (c is not ('*' or '?' or '['))
                known++;
        }

        // .* and .??* are all that is hidden.
        var isEnough =
            namesFolder || known * 2 >= name.Length || (pattern[0] == '.' && (known >= 3 || (known == 1 && pattern.Contains('*'))));
        return isEnough && Wildcard.IsMatch(simple[..length], name);
    }

    /// <summary>Some file below a folder that is known: what find finds in it, a name in a variable.</summary>
    private static bool IsBelowUnknown(ShellWord word) =>
        word.Text.AsSpan().IndexOfAny(ShellWord.Value, ShellWord.Words) is > 1 and var at && word.Text[at - 1] == '/';

    private static ShellWord Known(ShellWord word) =>
        word with
        {
            Text = word.Text[..(word.Text.AsSpan().IndexOfAny(ShellWord.Value, ShellWord.Words) - 1)],
        };

    /// <summary>A whole folder is removed or moved in which the patterns' files are: <c>.github</c> of
    /// <c>.github/workflows/**</c>.</summary>
    private static bool IsAround(ShellWord word, ShellCommand command, ImmutableArray<Glob> globs, Payload payload, RouteContext context)
    {
        if (word.KnownLength == 0 || ShellPaths.Resolve(word.Text, command.Folder, payload, context) is not { } path)
            return false;
        var name = path.AsSpan(path.LastIndexOf('/') + 1);
        foreach (var glob in globs)
        {
            if (glob.Negated)
                continue;
            foreach (var folder in glob.Folders)
            {
                // Whatever the path ends with, the pattern's folder may begin with: .github, and .github/workflows.
                if (
                    !folder.StartsWith(name, StringComparison.Ordinal)
                    && !folder.AsSpan().Contains(string.Concat("/", name), StringComparison.Ordinal)
                )
                    continue;
                for (var at = 0; at <= folder.Length; at++)
                {
                    if (at < folder.Length && folder[at] != '/')
                        continue;
                    if (
                        path.EndsWith("/" + folder[..at], StringComparison.Ordinal)
                        && context.Matches(glob, path + folder[at..] + "/-", payload)
                    )
                        return true;
                }
            }
        }

        return false;
    }
}
