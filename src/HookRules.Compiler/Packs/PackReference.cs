using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>What stands behind <c>use</c>: which pack is meant, not yet where it is.</summary>
/// <param name="Text">As it is written.</param>
public abstract record PackReference(string Text)
{
    private const string BundledPrefix = "std/";
    private const string GitPrefix = "git+";
    private const string PathExample = "write a path relative to this file, for example \"./packs/python.hookrules\"";

    /// <summary>One that comes with HookRules: <c>std/NAME</c>.</summary>
    public sealed record Bundled(string Text, string Name) : PackReference(Text);

    /// <summary>A file or folder of the repository, relative to the file that says it.</summary>
    public sealed record Local(string Text) : PackReference(Text);

    /// <summary>A tag of a git repository: <c>git+URL#TAG</c>.</summary>
    /// <param name="Url">Without <c>git+</c> and tag.</param>
    /// <param name="Tag">Null where none is written.</param>
    public sealed record Git(string Text, string Url, string? Tag) : PackReference(Text);

    /// <summary>Null where it is no reference, which is reported.</summary>
    public static PackReference? Parse(string text, SourceRef at, ICollection<Diagnostic> problems)
    {
        if (text.StartsWith(GitPrefix, StringComparison.Ordinal))
            return ParseGit(text, at, problems);
        if (Problem(text) is var (problem, fix))
        {
            problems.Add(DiagnosticCatalog.BadPackReference(at, text, problem, fix));
            return null;
        }

        return text.StartsWith(BundledPrefix, StringComparison.Ordinal) ? new Bundled(text, text[BundledPrefix.Length..]) : new Local(text);
    }

    private static Git? ParseGit(string text, SourceRef at, ICollection<Diagnostic> problems)
    {
        var url = text[GitPrefix.Length..];
        var hash = url.LastIndexOf('#');
        var git = new Git(text, hash < 0 ? url : url[..hash], hash < 0 ? null : url[(hash + 1)..]);
        if (GitAddress.Problem(git.Url, git.Tag) is not var (problem, fix))
            return git;
        problems.Add(DiagnosticCatalog.BadPackReference(at, text, problem, fix));
        return null;
    }

    private static (string What, string Fix)? Problem(string text)
    {
        if (text.Length == 0)
            return ("it is empty", $"name a bundled pack such as std/git-guard, or {PathExample}");
        if (text.Any(char.IsControl))
            return ("it holds a control character", PathExample);
        if (text.Contains("::", StringComparison.Ordinal))
            return GitAddress.Helper;
        if (text.Contains("://", StringComparison.Ordinal))
            return (
                "an address begins with git+",
                $"write git+{text}{(text.Contains('#', StringComparison.Ordinal) ? "" : "#TAG, with a tag of that repository")}"
            );
        if (text.Contains('@', StringComparison.Ordinal) && text.Contains(':', StringComparison.Ordinal))
            return GitAddress.ShortForm;
        if (text[0] == '-')
            return ("it begins with -, as an option does", PathExample);
        if (text[0] is '/' or '~' || text.Length > 1 && text[1] == ':')
            return ("the path is absolute, so it would not be there on another machine", PathExample);
        if (text.Contains('\\', StringComparison.Ordinal))
            return ("\\ separates folders on Windows alone", $"write {text.Replace('\\', '/')}");
        return null;
    }
}
