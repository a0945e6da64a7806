using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Code that a command hook runs: the text in the settings file itself, or a script of the project that it names.</summary>
/// <param name="Place">Where a part of the text stands.</param>
/// <param name="Node">The text in the settings file; null of a script.</param>
internal sealed record HookCode(HookHandler Entry, string Text, Func<int, int, SourceRef> Place, JsonTextNode? Node)
{
    private const int LongestScript = 256 * 1024;

    private ShellText? shell;

    public bool IsScript => Node is null;

    /// <summary>What it is written in; null where that is not known.</summary>
    public CodeLanguage? Language { get; init; }

    /// <summary>A POSIX shell reads it.</summary>
    public bool IsShell => Language == CodeLanguage.Shell;

    /// <summary>Null where no POSIX shell reads it.</summary>
    public ShellText? Shell =>
        !IsShell ? null
        : Node == Entry.CommandNode && Node is not null ? Entry.Shell
        : shell ??= ShellText.Read(Text);

    public static IEnumerable<HookCode> Read(SettingsDocument document)
    {
        foreach (var entry in document.Entries)
        {
            CodeLanguage? program = null;
            string? before = null;
            foreach (var (node, text) in entry.Texts)
            {
                var isFirst = node == entry.CommandNode;
                yield return new HookCode(entry, text, (start, length) => document.Place(node, start, length), node)
                {
                    Language =
                        isFirst && entry.Shell is not null ? CodeLanguage.Shell
                        : isFirst && entry.IsPowerShell && entry.Args is null ? CodeLanguage.PowerShell
                        : before is "-c" or "-e" or "--eval" or "-Command" ? program
                        : null,
                };
                if (isFirst)
                    program = Scripts.LanguageOf(Scripts.Program(new WrittenWord(text, 0, 0, false, false)));
                before = text;
            }
        }

        // One script may stand behind several events.
        foreach (var script in ProjectScript.Of(document, relative: true))
        {
            if (Load(document, script.FullPath) is not { } text)
                continue;
            var lines = TextPlace.LineStarts(text);
            var path = document.Beside(script.Path);
            yield return new HookCode(script.Entry, text, (start, length) => At(path, lines, start, length), null)
            {
                Language = Scripts.LanguageOf(script.Path, text),
            };
        }
    }

    private static SourceRef At(string path, System.Collections.Immutable.ImmutableArray<int> lines, int start, int length)
    {
        var (line, column) = TextPlace.Of(lines, start);
        var (endLine, endColumn) = TextPlace.Of(lines, start + length);
        return new SourceRef(path, line, column, endLine, endColumn);
    }

    /// <summary>Null for what is not there, is no text, is too large or lies outside of the project.</summary>
    private static string? Load(SettingsDocument document, string path)
    {
        try
        {
            var root = Path.GetFullPath((document.Context.ProjectDir ?? document.Context.ScriptFolder)!) + Path.DirectorySeparatorChar;
            if (
                !path.StartsWith(root, StringComparison.Ordinal)
                || new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: <= LongestScript }
                || !RegularFile.Is(path)
            )
                return null;
            var text = File.ReadAllText(path);
            return text.Contains('\0', StringComparison.Ordinal) ? null : text;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
