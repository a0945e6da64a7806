namespace HookRules.Compiler.Packs;

/// <summary>Which addresses and tags git is given. Whatever is not plainly one of them is refused: git would take some texts for options,
/// programs or files.</summary>
internal static class GitAddress
{
    public static readonly (string What, string Fix) Helper = (
        "a transport helper of git is a program of its own, which is not started",
        Example
    );
    public static readonly (string What, string Fix) ShortForm = (
        "git's short form of addresses is not read",
        "write git+ssh://USER@HOST/PATH#TAG"
    );

    private const string Example = "write git+https://HOST/PATH#TAG";
    private const int LongestTag = 200,
        LongestUrl = 1000;

    /// <summary>What is wrong with it, and what to do; null if nothing is.</summary>
    public static (string What, string Fix)? Problem(string url, string? tag)
    {
        if (tag is null or "")
            return ("it names no tag", $"write git+{url}#TAG, with a tag of that repository");
        return OfUrl(url)
            ?? (
                OfTag(tag) is { } problem
                    ? ($"\"{tag}\" cannot be the name of a tag: {problem}", "name a tag of that repository, for example #v1.0.0")
                    : null
            );
    }

    public static string SchemeOf(string url) => url[..url.IndexOf(':', StringComparison.Ordinal)];

    private static (string What, string Fix)? OfUrl(string url)
    {
        var end = url.IndexOf("://", StringComparison.Ordinal);
        if (end < 0)
        {
            return url.Contains("::", StringComparison.Ordinal) ? Helper : ShortForm;
        }

        var (scheme, rest) = (url[..end], url[(end + 3)..]);
        if (scheme is "http" or "git" or "ftp")
            return ($"{scheme}:// is not encrypted, so anybody on the way could change the pack", $"write git+https://{rest}#TAG");
        if (scheme is not ("https" or "ssh" or "file"))
            return ($"a pack is fetched by https, ssh or file, not by \"{scheme}\"", Example);
        if (url.Length > LongestUrl)
            return ("the address is too long", Example);
        if (
            rest.Any(c => char.IsControl(c) || c is '\\' or '"' or '\'' or '`' or '<' or '>' or '^' or '{' or '}' or '|' or '#' or '?')
            || (scheme != "file" && rest.Any(c => c == ' ' || c > '~'))
        )
            return ("the address holds a character that an address cannot hold", "write such a character as % and two hexadecimal digits");
        var slash = rest.IndexOf('/', StringComparison.Ordinal);
        var (authority, path) = slash < 0 ? (rest, "") : (rest[..slash], rest[slash..]);
        if (path.Trim('/').Length == 0)
            return ("it names no repository", Example);
        if (path.Split('/').Any(part => part is "." or ".." || part.StartsWith('-')))
            return ("a part of its path is \".\", \"..\" or begins with \"-\"", "write the path as it is");
        return scheme == "file" ? OfFile(authority) : OfHost(scheme, authority);
    }

    private static (string What, string Fix)? OfFile(string authority) =>
        authority.Length == 0
            ? null
            : ($"\"{authority}\" would be another machine's name", "write three slashes before an absolute path: git+file:///PATH#TAG");

    private static (string What, string Fix)? OfHost(string scheme, string authority)
    {
        var at = authority.LastIndexOf('@');
        var (user, host) = at < 0 ? ("", authority) : (authority[..at], authority[(at + 1)..]);
        if (user.Contains(':', StringComparison.Ordinal) || scheme == "https" && at >= 0)
            return ("a user or password in an address would be committed with it", "leave it out: git asks its credential helper");
        if (user.StartsWith('-') || user.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '_' or '.')))
            return ($"\"{user}\" cannot be the name of a user", Example);
        var colon = host.IndexOf(':', StringComparison.Ordinal);
        var (name, port) = colon < 0 ? (host, "1") : (host[..colon], host[(colon + 1)..]);
        if (
            name.Length == 0
            || !char.IsAsciiLetterOrDigit(name[0])
            || name.Any(c => !char.IsAsciiLetterOrDigit(c) && c is not ('-' or '.'))
        )
            return ($"\"{name}\" cannot be the name of a host", Example);
        return port.Length is 0 or > 5 || !port.All(char.IsAsciiDigit) ? ($"\"{port}\" cannot be a port", Example) : null;
    }

    // As git's own check of names, and a little stricter.
    private static string? OfTag(string tag)
    {
        if (tag.Length > LongestTag)
            return "it is too long";
        if (tag[0] == '-')
            return "it begins with \"-\", as an option does";
        if (
            tag.Any(c =>
                char.IsControl(c) || c > '~' || c is ' ' or '~' or '^' or ':' or '?' or '*' or '[' or '\\' or '"' or '\'' or '`' or '$'
            )
        )
            return "it holds a character that a tag cannot hold";
        if (tag.Contains("..", StringComparison.Ordinal) || tag.Contains("@{", StringComparison.Ordinal) || tag == "@")
            return "git reads it as something else";
        return tag.Split('/')
            .Any(part => part.Length == 0 || part[0] == '.' || part[^1] == '.' || part.EndsWith(".lock", StringComparison.Ordinal))
            ? "a part of it is empty, begins or ends with a dot, or ends with .lock"
            : null;
    }
}
