using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class FileChangedLoop()
    : SettingsRule("HR3088", "file-changed-loop", Severity.Warning, "A hook that writes the file whose changes start it.")
{
    public override string Why =>
        "FileChanged fires for every change, whoever makes it. A hook that writes the watched file itself starts itself again, and "
        + "again. Let it leave the file alone, or write only what differs.";

    public override string Bad =>
        """
            {
              "hooks": {
                "FileChanged": [{ "matcher": "package.json", "hooks": [{ "type": "command", "command": "npx prettier --write package.json" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "FileChanged": [{ "matcher": "package.json", "hooks": [{ "type": "command", "command": "npx prettier --check package.json" }] }]
              }
            }
            """;

    private static readonly string[] InPlace = ["--write", "--fix", "-w", "-i", "--in-place"];
    private static readonly string[] Writers = ["tee", "touch", "cp", "mv", "install"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Matching == MatcherKind.FileName && entry.Shell is { Branches: false }
        let names = entry.Matcher.Split('|', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        let written = entry
            .Shell!.Commands.SelectMany(Written)
            .Select(path => path[(path.LastIndexOfAny(['/', '\\']) + 1)..])
            .FirstOrDefault(names.Contains)
        where written is not null
        select Found(
            entry.At,
            $"this writes {written}, whose changes start it: it starts itself again",
            "write another file, or only what differs"
        );

    /// <summary>The files that a command surely writes.</summary>
    private static IEnumerable<string> Written(WrittenCommand command)
    {
        var words = command.Words.SkipWhile(word => word.Text is "npx" or "bunx" or "exec" or "env").ToArray();
        if (words.Length == 0)
            return command.Targets;
        var program = Scripts.Program(words[0]);
        var files = words.Skip(1).Where(word => !word.Text.StartsWith('-')).Select(word => word.Text);
        if (program is "cp" or "mv" or "install")
            return command.Targets.Concat(files.Skip(1).TakeLast(1));
        var writes =
            Writers.Contains(program)
            || program is "sed" or "perl" or "prettier" or "eslint" or "gofmt" or "ruff" or "biome"
                && words.Any(word =>
                    InPlace.Contains(word.Text) || program is "sed" && word.Text.StartsWith("-i", StringComparison.Ordinal)
                )
            || program is "black" or "isort";
        return writes ? command.Targets.Concat(files) : command.Targets;
    }
}
