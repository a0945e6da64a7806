namespace HookRules.Fuzz;

/// <summary>Globs as language.md and .gitignore describe them, by recursion over pattern and path.</summary>
internal static class GlobReference
{
    /// <param name="glob">A pattern that is right; a leading <c>!</c> says nothing about what it matches.</param>
    public static bool IsMatch(string glob, string path)
    {
        if (glob.StartsWith('!'))
            glob = glob[1..];
        if (!glob.Contains('/'))
            return Any(glob, path[(path.LastIndexOf('/') + 1)..]);

        var isFolder = glob.EndsWith('/');
        if (isFolder)
            glob = glob[..^1];
        // A slash only at the end does not tie the pattern to the project folder.
        var floats = isFolder && !glob.Contains('/');
        if (glob.StartsWith("./", StringComparison.Ordinal))
            glob = glob[1..];
        glob = glob.TrimStart('/');
        if (!isFolder)
            return Any(glob, path);

        for (var slash = path.IndexOf('/'); slash >= 0; slash = path.IndexOf('/', slash + 1))
        {
            var folder = path[..slash];
            if (Any(glob, folder))
                return true;
            for (var inner = folder.IndexOf('/'); floats && inner >= 0; inner = folder.IndexOf('/', inner + 1))
                if (Any(glob, folder[(inner + 1)..]))
                    return true;
        }

        return false;
    }

    private static bool Any(string glob, string path) => Braces(glob).Any(plain => Matches(plain, 0, path, 0));

    /// <summary>The patterns without braces that a pattern stands for.</summary>
    private static IEnumerable<string> Braces(string glob)
    {
        for (var i = 0; i < glob.Length; i++)
        {
            if (glob[i] == '\\')
                i++;
            else if (glob[i] == '[')
                i = CloseOfClass(glob, i);
            else if (glob[i] == '{')
            {
                var depth = 1;
                var options = new List<string>();
                var from = i + 1;
                for (var j = i + 1; ; j++)
                {
                    if (glob[j] == '\\')
                        j++;
                    else if (glob[j] == '[')
                        j = CloseOfClass(glob, j);
                    else if (glob[j] == '{')
                        depth++;
                    else if (glob[j] == ',' && depth == 1)
                    {
                        options.Add(glob[from..j]);
                        from = j + 1;
                    }
                    else if (glob[j] == '}' && --depth == 0)
                    {
                        options.Add(glob[from..j]);
                        var (head, tail) = (glob[..i], glob[(j + 1)..]);
                        return options.SelectMany(option => Braces(OptionStart + option + OptionEnd + tail).Select(rest => head + rest));
                    }
                }
            }
        }

        return [glob];
    }

    private static int CloseOfClass(string glob, int open)
    {
        var i = open + 1;
        if (i < glob.Length && glob[i] is '!' or '^')
            i++;
        if (i < glob.Length && glob[i] == ']')
            i++;
        while (glob[i] != ']')
            i += glob[i] == '\\' ? 2 : 1;
        return i;
    }

    // Where braces were: these match nothing, and keep two stars apart that stood apart.
    private const char OptionStart = '\0';
    private const char OptionEnd = '\u0001';

    private static bool Matches(string glob, int g, string path, int p)
    {
        if (g == glob.Length)
            return p == path.Length;
        switch (glob[g])
        {
            case OptionStart or OptionEnd:
                return Matches(glob, g + 1, path, p);
            case '*':
                var run = g;
                while (run < glob.Length && glob[run] == '*')
                    run++;
                var crosses = run - g > 1;
                if (crosses && IsAtStart(glob, g) && run < glob.Length && glob[run] == '/')
                {
                    // "**/" is any number of whole folders.
                    if (Matches(glob, run + 1, path, p))
                        return true;
                    for (var slash = path.IndexOf('/', p); slash >= 0; slash = path.IndexOf('/', slash + 1))
                        if (Matches(glob, run + 1, path, slash + 1))
                            return true;
                    return false;
                }

                for (var end = p; ; end++)
                {
                    if (Matches(glob, run, path, end))
                        return true;
                    if (end == path.Length || (!crosses && path[end] == '/'))
                        return false;
                }

            case '?':
                return p < path.Length
                    && path[p] != '/'
                    && (Matches(glob, g + 1, path, p + 1) || (IsPair(path, p) && Matches(glob, g + 1, path, p + 2)));
            case '[':
                var close = CloseOfClass(glob, g);
                return p < path.Length && path[p] != '/' && InClass(glob[(g + 1)..close], path[p]) && Matches(glob, close + 1, path, p + 1);
            case '\\' when g + 1 < glob.Length:
                return p < path.Length && path[p] == glob[g + 1] && Matches(glob, g + 2, path, p + 1);
            default:
                return p < path.Length && path[p] == glob[g] && Matches(glob, g + 1, path, p + 1);
        }
    }

    private static bool IsAtStart(string glob, int g)
    {
        while (g > 0 && glob[g - 1] == OptionStart)
            g--;
        return g == 0 || glob[g - 1] == '/';
    }

    private static bool IsPair(string text, int at) => at + 1 < text.Length && char.IsSurrogatePair(text[at], text[at + 1]);

    private static bool InClass(string body, char c)
    {
        var negated = body[0] is '!' or '^';
        var found = false;
        for (var i = negated ? 1 : 0; i < body.Length; i++)
        {
            if (body[i] == '\\')
                i++;
            var from = body[i];
            var to = from;
            if (i + 2 < body.Length && body[i + 1] == '-')
            {
                i += body[i + 2] == '\\' ? 3 : 2;
                to = body[i];
            }

            found |= c >= from && c <= to;
        }

        return found != negated;
    }
}
