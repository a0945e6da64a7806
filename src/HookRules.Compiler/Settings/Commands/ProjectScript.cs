using System.Buffers;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>A script that a hook names below the project's folder, or the plugin's, and where it is on this machine.</summary>
internal sealed record ProjectScript(HookHandler Entry, string Path, string FullPath, bool Direct, SourceRef At)
{
    // Characters of a path that is not known yet.
    private static readonly SearchValues<char> Open = SearchValues.Create("$`*?{<");
    private static readonly string[] Roots =
    [
        "${CLAUDE_PROJECT_DIR}/",
        "$CLAUDE_PROJECT_DIR/",
        "${CLAUDE_PLUGIN_ROOT}/",
        "$CLAUDE_PLUGIN_ROOT/",
    ];

    /// <param name="relative">Those too that are looked for in the current folder, which is the project's at first.</param>
    public static IEnumerable<ProjectScript> Of(SettingsDocument document, bool relative = false) =>
        from entry in document.Entries
        where (document.Context.ProjectDir ?? document.Context.ScriptFolder) is not null
        from script in entry.Args is null ? InShell(entry) : InExec(entry)
        let root = Roots.FirstOrDefault(root => script.Word.Text.StartsWith(root, StringComparison.Ordinal))
            ?? (relative && Scripts.IsRelative(script.Word, script.Direct) ? "" : null)
        // The root must be the one that the file's own folder is known to be.
        where root is not null && (root.Length == 0 || root.Contains("PLUGIN", StringComparison.Ordinal) == document.IsPlugin)
        let path = script.Word.Text[root.Length..]
        where path.Length > 0 && !path.AsSpan().ContainsAny(Open)
        select new ProjectScript(
            entry,
            path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path,
            System.IO.Path.GetFullPath(path, (document.Context.ProjectDir ?? document.Context.ScriptFolder)!),
            script.Direct,
            script.At
        );

    private static IEnumerable<(WrittenWord Word, bool Direct, SourceRef At)> InShell(HookHandler entry)
    {
        foreach (var command in entry.Shell?.Commands ?? [])
            if (Scripts.Of(command.Words, out var direct) is { } word)
                yield return (word, direct, entry.Document.Place(entry.CommandNode!, word.Start, word.End - word.Start));
    }

    private static IEnumerable<(WrittenWord Word, bool Direct, SourceRef At)> InExec(HookHandler entry)
    {
        var words = entry.Texts.Select(text => (text.Node, Word: new WrittenWord(text.Text, 0, 0, false, false))).ToArray();
        if (Scripts.Of([.. words.Select(word => word.Word)], out var direct) is { } script)
            yield return (script, direct, entry.Document.Place(words.First(word => ReferenceEquals(word.Word, script)).Node));
    }
}
