using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Code that a command hook runs: the text in the settings file itself, or a script of the project that it names.</summary>
/// <param name="Place">Where a part of the text stands.</param>
/// <param name="Node">The text in the settings file; null of a script.</param>
internal sealed record HookCode(HookHandler Entry, string Text, Func<int, int, SourceRef> Place, JsonTextNode? Node)
{
    private const int LongestScript = 256 * 1024;
    private static readonly string[] ShellNames = ["sh", "bash", "zsh", "dash", "ksh"];

    private ShellText? shell;

    public bool IsScript => Node is null;

    /// <summary>A POSIX shell reads it.</summary>
    public bool IsShell { get; init; }

    /// <summary>Null where no POSIX shell reads it.</summary>
    public ShellText? Shell =>
        !IsShell ? null
        : IsScript ? shell ??= ShellText.Read(Text)
        : Entry.Shell;

    public static IEnumerable<HookCode> Read(SettingsDocument document)
    {
        foreach (var entry in document.Entries)
        foreach (var (node, text) in entry.Texts)
            yield return new HookCode(entry, text, (start, length) => document.Place(node, start, length), node)
            {
                IsShell = node == entry.CommandNode && entry.Shell is not null,
            };

        // One script may stand behind several events.
        foreach (var script in ProjectScript.Of(document, relative: true))
        {
            if (Load(document, script.FullPath) is not { } text)
                continue;
            var lines = TextPlace.LineStarts(text);
            var path = document.Beside(script.Path);
            yield return new HookCode(script.Entry, text, (start, length) => At(path, lines, start, length), null)
            {
                IsShell = IsShellScript(script.Path, text),
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
            var root = Path.GetFullPath(document.Context.ProjectDir!) + Path.DirectorySeparatorChar;
            if (
                !path.StartsWith(root, StringComparison.Ordinal)
                || new FileInfo(path) is not { Exists: true, LinkTarget: null, Length: <= LongestScript }
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

    private static bool IsShellScript(string path, string text)
    {
        if (Path.GetExtension(path) is ".sh" or ".bash" or ".zsh")
            return true;
        if (Path.GetExtension(path).Length > 0 || !text.StartsWith("#!", StringComparison.Ordinal))
            return false;
        var line = text.AsSpan(0, Math.Max(2, text.IndexOf('\n', StringComparison.Ordinal))).Trim().ToString();
        return ShellNames.Contains(line[(line.LastIndexOfAny(['/', ' ']) + 1)..]);
    }
}
