using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class RelativeTest()
    : SettingsRule("HR3093", "relative-test", Severity.Warning, "A file's path is absolute, so a test for src/… never holds.")
{
    public override string Why =>
        "tool_input.file_path is an absolute path. [[ \"$FILE\" == src/* ]] and case \"$FILE\" in src/*) never match it, and the "
        + "hook does nothing. Take the project's folder off first, or begin the pattern with */.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "command", "command": "FILE=$(jq -r .tool_input.file_path); [[ \"$FILE\" == src/* ]] && npm run format" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "command", "command": "FILE=$(jq -r .tool_input.file_path); [[ \"$FILE\" == */src/* ]] && npm run format" }] }]
              }
            }
            """;

    private static readonly Regex Assigned = Of(
        "(?:^|[\\s;&(])(?<name>[A-Za-z_]\\w*)=(?<value>\"?\\$\\([^\\n]*?\\.(?:file_path|notebook_path)\\b)?"
    );

    // The word or the expression that the variable is compared with begins with a folder's name.
    private static readonly Regex Compared = Of(
        "\\[\\[? +\"?\\$\\{?(?<name>[A-Za-z_]\\w*)\\}?\"? +(?:==?|=~) +[\"'^]*(?<path>\\.?[A-Za-z0-9_][A-Za-z0-9_.-]*/)"
    );
    private static readonly Regex Case = Of(
        "\\bcase +\"?\\$\\{?(?<name>[A-Za-z_]\\w*)\\}?\"? +in\\s+[\"']?(?<path>\\.?[A-Za-z0-9_][A-Za-z0-9_.-]*/)[^)\\n|]*\\)"
    );
    private static readonly Regex Searched = Of(
        "(?:echo|printf '%s') +\"\\$\\{?(?<name>[A-Za-z_]\\w*)\\}?\" *\\| *grep +-[qE]+ +[\"'](?<path>\\^\\.?[A-Za-z0-9_][A-Za-z0-9_.-]*/)"
    );

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from code in document.Code
        where code.IsShell && code.Entry.Event.IsToolEvent
        from found in Of(code)
        select found;

    private IEnumerable<Finding> Of(HookCode code)
    {
        // A variable with one value, and that is the file.
        var files = All(Assigned, code.Text)
            .GroupBy(match => match.Groups["name"].Value)
            .Where(group => group.All(match => match.Groups["value"].Success))
            .Select(group => group.Key)
            .ToHashSet(StringComparer.Ordinal);
        if (files.Count == 0)
            return [];
        return from pattern in new[] { Compared, Case, Searched }
            from match in All(pattern, code.Text)
            where files.Contains(match.Groups["name"].Value)
            let path = match.Groups["path"]
            select Found(
                code.Place(path.Index, path.Length),
                $"{match.Groups["name"].Value} holds an absolute path, which never begins with \"{path.Value.TrimStart('^')}\"",
                "write */ before it, or take \"$CLAUDE_PROJECT_DIR/\" off the path first"
            );
    }

    private static IEnumerable<Match> All(Regex pattern, string text)
    {
        try
        {
            return pattern.Matches(text).ToArray();
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }
    }

    private static Regex Of(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));
}
