using System.Buffers;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>A script that a hook names below the project's folder, or the plugin's, and where it is on this machine.</summary>
internal sealed record ProjectScript(string Path, string FullPath, bool Direct, SourceRef At)
{
    // Characters of a path that is not known yet.
    private static readonly SearchValues<char> Open = SearchValues.Create("$`*?{<");
    private static readonly string[] Roots = ["${CLAUDE_PROJECT_DIR}/", "$CLAUDE_PROJECT_DIR/", "${CLAUDE_PLUGIN_ROOT}/", "$CLAUDE_PLUGIN_ROOT/"];

    public static IEnumerable<ProjectScript> Of(SettingsDocument document) =>
        from entry in document.Entries
        where document.Context.ProjectDir is not null
        from script in entry.Args is null ? InShell(entry) : InExec(entry)
        let root = Roots.FirstOrDefault(root => script.Text.StartsWith(root, StringComparison.Ordinal))
        // The root must be the one that the file's own folder is known to be.
        where root is not null && root.Contains("PLUGIN", StringComparison.Ordinal) == document.IsPlugin
        let path = script.Text[root.Length..]
        where path.Length > 0 && !path.AsSpan().ContainsAny(Open)
        select new ProjectScript(path, System.IO.Path.GetFullPath(path, document.Context.ProjectDir!), script.Direct, script.At);

    private static IEnumerable<(string Text, bool Direct, SourceRef At)> InShell(HookEntry entry)
    {
        foreach (var command in entry.Shell?.Commands ?? [])
            if (Scripts.Of(command.Words, out var direct) is { } word) yield return (word.Text, direct, entry.Document.Place(entry.CommandNode!, word.Start, word.End - word.Start));
    }

    private static IEnumerable<(string Text, bool Direct, SourceRef At)> InExec(HookEntry entry)
    {
        var words = entry.Texts.Select(text => (text.Node, Word: new ShellWord(text.Text, 0, 0, false, false))).ToArray();
        if (Scripts.Of([.. words.Select(word => word.Word)], out var direct) is { } script) yield return (script.Text, direct, entry.Document.Place(words.First(word => ReferenceEquals(word.Word, script)).Node));
    }
}
