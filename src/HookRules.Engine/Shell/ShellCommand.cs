using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>One simple command of a command line: program, arguments, and what it reads and writes.</summary>
public sealed class ShellCommand
{
    private string? program;

    internal ShellCommand(ImmutableArray<ShellWord> words) => Words = words;

    /// <summary>The program first. Never empty.</summary>
    public ImmutableArray<ShellWord> Words { get; }

    /// <summary>The program's name without folder, in lower case as far as ASCII goes; empty where it is not known.</summary>
    public string Program => program ??= NameOf(Words[0]);

    /// <summary>Files that the shell opens for writing on its behalf.</summary>
    public ImmutableArray<ShellWord> Outputs { get; internal set; } = [];

    /// <summary>Files that the shell opens for reading on its behalf.</summary>
    public ImmutableArray<ShellWord> Inputs { get; internal set; } = [];

    /// <summary>Variables that the line sets for it: before the command, behind <c>env</c>, or earlier in the line.</summary>
    public ImmutableArray<string> Variables { get; internal init; } = [];

    /// <summary>Where it runs.</summary>
    internal ShellFolder Folder { get; set; }

    /// <summary>The text of its here-document or here-string.</summary>
    internal string? Input { get; set; }

    /// <summary>Numbers of the commands whose output reaches its standard input, and of those inside its own words: the end is
    /// exclusive.</summary>
    internal (int From, int To) Upstream { get; set; }

    internal (int From, int To) Nested { get; set; }

    /// <summary>The command right before its pipe, if that is a simple one.</summary>
    internal ShellCommand? Source { get; set; }

    /// <summary>The command that runs this one and hands its standard input on, such as <c>sudo</c>.</summary>
    internal ShellCommand? Wrapper { get; set; }

    /// <summary>What it reads, where that stands in the line.</summary>
    internal string? InputText => Input ?? Wrapper?.InputText;

    /// <summary>Nobody knows whether it runs: a program that we do not know has it among its words.</summary>
    internal bool IsPossible { get; set; }

    /// <summary>Another machine or a container runs it: its files are not those of this one.</summary>
    internal bool IsElsewhere { get; set; }

    /// <summary>It runs a text that comes out of its own words: <c>eval "$(…)"</c>, <c>sh &lt;(…)</c>.</summary>
    internal bool RunsNested { get; set; }

    private static string NameOf(ShellWord word)
    {
        var name = word.BaseName;
        // zsh: =git is the path of git.
        if (name.Length > 1 && name[0] == '=' && !word.IsQuoted)
            name = name[1..];
        if (name.EndsWith(".exe", StringComparison.OrdinalIgnoreCase))
            name = name[..^4];
        if (name.ContainsAny(ShellWord.Value, ShellWord.Words) || name.ContainsAny(ShellWord.Home, ShellWord.Project, ShellWord.Here))
            return "";
        if (word.HasGlob && name.ContainsAny('*', '?', '[') && word.Text != "[")
            return "";
        return name.ToString().ToLowerInvariant(); // File systems that ignore case run GIT as git.
    }
}

/// <summary>The folder that a command runs in, as far as the line tells: where the line starts, or below home, project or root, or not
/// known.</summary>
/// <param name="Path">As a word would say it: relative to where the line starts, absolute, or with a leading mark; null where not
/// known.</param>
internal readonly record struct ShellFolder(string? Path)
{
    public static readonly ShellFolder Start = new("");
    public static readonly ShellFolder Unknown = new((string?)null);

    private const int Longest = 1024;

    public ShellFolder Enter(ShellWord word)
    {
        if (word.KnownLength == 0 || word.HasGlob || word.Text == "-")
            return word.Text.Length == 0 ? this : Unknown;
        if (word.IsUnknown && !IsRooted(word.Text))
            return Unknown;
        var text = word.Text[0] == ShellWord.Here ? Named(word.Text) : word.Text;
        var path = Path is "" or null || IsRooted(text) ? text : Path + "/" + text;
        return (Path is null && !IsRooted(word.Text)) || path.Length > Longest ? Unknown : new ShellFolder(path);
    }

    /// <summary>The folder where a command runs, with what is glued to it: then it is one beside it, of a name that nobody knows.</summary>
    public static string Named(string text) =>
        text.Length == 1 ? "."
        : text[1] == '/' ? "." + text[1..]
        : "../" + ShellWord.Value + text[1..];

    public static bool IsRooted(string path) => path.Length > 0 && path[0] is '/' or ShellWord.Home or ShellWord.Project;
}
