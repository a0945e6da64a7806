using System.Globalization;
using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;

namespace HookRules.Compiler.Import;

/// <summary>What people write into one line of shell, and a rule says better. A command that is anything more than the idiom stays a
/// command.</summary>
internal static class Idioms
{
    private sealed record Idiom(Regex Pattern, Func<FoundHandler, Match, WrittenRule?> Rule);

    // Parts of the lines below. A text without anything that a shell would replace.
    private const string Quoted = "(?:'(?<text>[^'\\\\{}]*)'|\"(?<text>[^\"\\\\$`!{}]*)\")";
    private const string Say = "echo (?:-e |-n )?" + Quoted + " ?1?>&2";
    private const string Leave = "(?:" + Say + " ?(?:;|&&) ?)?exit 2";
    private const string Stop = "(?:\\{ " + Leave + ";? \\}|\\( ?" + Leave + " ?\\)|" + Leave + ")";
    private const string End = "(?: ?(?:;|\\|\\|) ?(?:exit 0|true))?;?";
    private const string Then = " ?; ?then " + Leave + " ?;? fi" + End;
    private const string FromFile =
        "jq -r (?:'\\.tool_input\\.file_path(?: // empty| // \"\")?'|\"\\.tool_input\\.file_path\"|\\.tool_input\\.file_path)";
    private const string FromCommand =
        "jq -r (?:'\\.tool_input\\.command(?: // empty| // \"\")?'|\"\\.tool_input\\.command\"|\\.tool_input\\.command)";
    private const string Grep = "grep (?<flags>-[qEiP]+(?: -[qEiP]+)*) (?:'(?<pattern>[^'\\r\\n]+)'|\"(?<pattern>[^\"\\\\$`\\r\\n]+)\")";
    private const string Program = "(?<program>[A-Za-z0-9_@./-]+(?: [A-Za-z0-9_@./=:,-]+)*?)";

    private const string Echoed = "echo \"?\\$\\{?\\k<name>\\}?\"?";
    private const string Case = "(?<case>\\*\\.[A-Za-z0-9]+(?: ?\\| ?\\*\\.[A-Za-z0-9]+)*)";

    private const string Protects =
        "sys\\.exit\\(2 if any\\((?<item>\\w+) in \\k<name> for \\k<item> in "
        + "\\[(?<parts>'[^'\\\\{}]+'(?:, ?'[^'\\\\{}]+')*)\\]\\) else 0\\)\"";

    private const string FileOfCall = "\\.get\\('tool_input', ?\\{\\}\\)\\.get\\('file_path', ?''\\); ?";

    private const string AnyFile = "\\*(?:\\.[A-Za-z0-9.]+|/[A-Za-z0-9._-]+(?:/\\*)?)";

    private static readonly Regex Extensions = Line("\\\\\\.(?:(?<one>[A-Za-z0-9]+)|\\((?<one>[A-Za-z0-9]+(?:\\|[A-Za-z0-9]+)*)\\))\\$");

    private static readonly Idiom[] All =
    [
        // echo "no" >&2; exit 2
        new(Line(Leave + ";?"), (handler, match) => Refuse(handler, "", "", match)),
        // jq -r .tool_input.file_path | grep -qE '\.env$' && { echo "no" >&2; exit 2; }
        new(
            Line(FromFile + " ?\\| ?" + Grep + " && " + Stop + End),
            (handler, match) => Globs(match) is { } globs ? Refuse(handler, globs, "", match) : null
        ),
        // case "$(jq -r .tool_input.file_path)" in *.env) echo "no" >&2; exit 2;; esac
        new(
            Line(
                "case \"?\\$\\(" + FromFile + "\\)\"? in " + Case + "\\) ?" + Leave + " ?;; ?(?:\\*\\) ?(?:exit 0|true)? ?;; ?)?esac" + End
            ),
            (handler, match) => Refuse(handler, Cases(match), "", match)
        ),
        // jq -r .tool_input.command | grep -qE 'rm -rf' && { echo "no" >&2; exit 2; }
        new(Line(FromCommand + " ?\\| ?" + Grep + " && " + Stop + End), Guard),
        // if jq -r .tool_input.command | grep -qE 'rm -rf'; then echo "no" >&2; exit 2; fi
        new(Line("if " + FromCommand + " ?\\| ?" + Grep + Then), Guard),
        // c=$(jq -r .tool_input.command); if echo "$c" | grep -qE 'rm -rf'; then echo "no" >&2; exit 2; fi
        new(Line(Kept(FromCommand) + "if " + Echoed + " ?\\| ?" + Grep + Then), Guard),
        // c=$(jq -r .tool_input.command); echo "$c" | grep -qE 'rm -rf' && { echo "no" >&2; exit 2; }
        new(Line(Kept(FromCommand) + Echoed + " ?\\| ?" + Grep + " && " + Stop + End), Guard),
        // f=$(jq -r .tool_input.file_path); if echo "$f" | grep -qE '\.env$'; then echo "no" >&2; exit 2; fi
        new(
            Line(Kept(FromFile) + "if " + Echoed + " ?\\| ?" + Grep + Then),
            (handler, match) => Globs(match) is { } globs ? Refuse(handler, globs, "", match) : null
        ),
        // jq -r .tool_input.file_path | xargs prettier --write
        new(Line(FromFile + " ?\\| ?xargs (?:-r )?" + Program), (handler, match) => Run(handler, "", match)),
        // jq -r .tool_input.file_path | { read f; if echo "$f" | grep -q '\.ts$'; then npx prettier --write "$f"; fi; }
        new(
            Line(
                FromFile
                    + " ?\\| ?\\{ read (?:-r )?(?<name>\\w+); if echo \"?\\$\\k<name>\"? ?\\| ?"
                    + Grep
                    + "; then "
                    + Program
                    + " \"?\\$\\k<name>\"?; fi;? \\}"
            ),
            (handler, match) => Globs(match) is { } globs ? Run(handler, globs, match) : null
        ),
        // jq -r .tool_input.file_path | { read f; case "$f" in *.ts|*.tsx) npx prettier --write "$f";; esac; }
        new(
            Line(
                FromFile
                    + " ?\\| ?\\{ read (?:-r )?(?<name>\\w+); case \"?\\$\\k<name>\"? in "
                    + Case
                    + "\\) ?"
                    + Program
                    + " \"?\\$\\k<name>\"? ?;; ?esac;? \\}"
            ),
            (handler, match) => Run(handler, Cases(match), match)
        ),
        // f=$(jq -r .tool_input.file_path); case "$f" in *.py) ruff format "$f";; esac
        new(
            Line(
                "(?<name>\\w+)=\"?\\$\\("
                    + FromFile
                    + "\\)\"?; ?case \"?\\$\\{?\\k<name>\\}?\"? in "
                    + Case
                    + "\\) ?"
                    + Program
                    + " \"?\\$\\{?\\k<name>\\}?\"? ?;; ?esac"
                    + End
            ),
            (handler, match) => Run(handler, Cases(match), match)
        ),
        // f=$(jq -r .tool_input.file_path); [[ "$f" == *.py ]] && ruff format "$f"
        new(
            Line(
                "(?<name>\\w+)=\"?\\$\\("
                    + FromFile
                    + "\\)\"?; ?\\[\\[ \"?\\$\\k<name>\"? ==? (?<case>\\*\\.[A-Za-z0-9]+) \\]\\] && "
                    + Program
                    + " \"?\\$\\k<name>\"?"
                    + End
            ),
            (handler, match) => Run(handler, Cases(match), match)
        ),
        // jq -r .tool_input.file_path | { read -r f; prettier --write "$f"; }
        new(
            Line(FromFile + " ?\\| ?\\{ read (?:-r )?(?<name>\\w+); ?" + Program + " \"?\\$\\k<name>\"?;? \\}" + End),
            (handler, match) => Run(handler, "", match)
        ),
        // prettier --write "$(jq -r .tool_input.file_path)"
        new(Line(Program + " \"\\$\\(" + FromFile + "\\)\"" + End), (handler, match) => Run(handler, "", match)),
        // f=$(jq -r .tool_input.file_path); if echo "$f" | grep -qE '\.(ts|tsx)$'; then npx eslint --fix "$f"; fi
        new(
            Line(Kept(FromFile) + "if " + Echoed + " ?\\| ?" + Grep + " ?; ?then " + Program + " \"\\$\\{?\\k<name>\\}?\" ?;? fi" + End),
            (handler, match) => Globs(match) is { } globs ? Run(handler, globs, match) : null
        ),
        // f=$(jq -r .tool_input.file_path); case "$f" in *.lock|*/dist/*) echo "no" >&2; exit 2;; esac
        new(
            Line(
                Kept(FromFile)
                    + $"case \"\\$\\{{?\\k<name>\\}}?\" in (?<globs>{AnyFile}(?: ?\\| ?{AnyFile})*)\\) ?"
                    + Leave
                    + " ?;; ?(?:\\*\\) ?(?:exit 0|true)? ?;; ?)?esac"
                    + End
            ),
            (handler, match) => Refuse(handler, string.Join(' ', match.Groups["globs"].Value.Split('|').Select(FileGlob)), "", match)
        ),
        // python3 -c "import json,sys; p=…['file_path']…; sys.exit(2 if any(x in p for x in ['.env','.git/']) else 0)"
        new(
            Line(
                "python3 -c \"import json, ?sys; ?(?<data>\\w+)=json\\.load\\(sys\\.stdin\\); ?(?<name>\\w+)=\\k<data>"
                    + FileOfCall
                    + Protects
            ),
            Protect
        ),
        new(Line("python3 -c \"import json, ?sys; ?(?<name>\\w+) ?= ?json\\.load\\(sys\\.stdin\\)" + FileOfCall + Protects), Protect),
        // osascript -e 'display notification "Done" with title "Claude Code"'
        new(
            Line(
                "osascript -e 'display notification \"(?<text>[^\"'\\\\{}]*)\"(?: with title \"[^\"'\\\\]*\")?(?: sound name "
                    + "\"[^\"'\\\\]*\")?'"
                    + End
            ),
            Notify
        ),
        // jq -r .tool_input.command >> commands.log
        new(Line("(?:" + FromCommand + "|" + FromFile + ") ?>> ?\"?(?<log>[A-Za-z0-9_./~$\\{\\}-]+)\"?" + End), Logged),
        // notify-send 'Claude Code' 'Done'
        new(Line("notify-send (?:'[^']*'|\"[^\"\\\\$`]*\") " + Quoted + End), Notify),
        // echo 'Run make dev first.'
        new(
            Line("echo '(?<text>[^'\\\\{}]*[A-Za-z][^'\\\\{}]*)'"),
            (handler, match) =>
                handler.Event.PlainStdout && handler.Event.Name != "PreCompact" ? Rule(handler, "", "", $"context {Text(match)}") : null
        ),
        // echo '{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"…"}}'
        new(
            Line(
                "echo '\\{ ?\"hookSpecificOutput\": ?\\{ ?\"hookEventName\": ?\"(?<event>\\w+)\", ?\"additionalContext\": "
                    + "?\"(?<text>[^\"'\\\\{}]*)\" ?\\} ?\\}'"
            ),
            (handler, match) => match.Groups["event"].Value == handler.Event.Name ? Rule(handler, "", "", $"context {Text(match)}") : null
        ),
    ];

    private const int LongestIdiom = 1000;

    /// <summary>Null for a handler that is no idiom.</summary>
    public static WrittenRule? Write(FoundHandler handler)
    {
        // Any other field says how it runs, which only a command keeps.
        if (
            handler.Text("type") != "command"
            || handler.Text("command") is not { } command
            || handler.Fields.Any(field => field.Name is not ("type" or "command" or "timeout"))
        )
            return null;
        if (command.Length > LongestIdiom)
            return null;
        var line = Plain(handler, string.Join(' ', command.Split(' ', StringSplitOptions.RemoveEmptyEntries)));
        foreach (var idiom in All)
        {
            if (Match(idiom.Pattern, line) is { } match && idiom.Rule(handler, match) is { } rule)
                return rule with { Said = $"was: {command}" };
        }

        return null;
    }

    /// <summary>Without what changes nothing of what a rule would do: a look whether jq is there, the event kept in a variable first,
    /// errors
    /// that are thrown away.</summary>
    private static string Plain(FoundHandler handler, string line)
    {
        foreach (var (pattern, by) in Aside)
            try
            {
                line = pattern.Replace(line, by);
            }
            catch (RegexMatchTimeoutException)
            {
                return line;
            }

        // The tool's answer names the same file as the call.
        return handler.Event.Name == "PostToolUse"
            ? line.Replace(".tool_response.filePath // .tool_input.file_path", ".tool_input.file_path", StringComparison.Ordinal)
                .Replace(".tool_input.file_path // .tool_response.filePath", ".tool_input.file_path", StringComparison.Ordinal)
            : line;
    }

    private static readonly (Regex Pattern, string By)[] Aside =
    [
        (Any("^command -v jq ?(?:&>|>) ?/dev/null(?: 2>&1)? && "), ""),
        (
            Any(
                "^(?<kept>\\w+)=\"?\\$\\(cat\\)\"?; ?(?<name>\\w+)=\"?\\$\\((?:echo|printf '%s') \"?\\$\\k<kept>\"? ?"
                    + "\\| ?(?<jq>jq [^|)]*)\\)\"?; ?"
            ),
            "${name}=$(${jq}); "
        ),
        (Any("( xargs [^|;&>]*?| \"\\$\\w+\"| \"\\$\\(jq [^)]*\\)\") 2> ?/dev/null"), "$1"),
        (Any("( xargs [^|;&>]*?| \"\\$\\w+\"| \"\\$\\(jq [^)]*\\)\") ?\\|\\| ?true$"), "$1"),
        // Before a program that takes the file; a guard would refuse files that are yet to come.
        (Any(" && \\[ -f \"\\$(?<file>\\w+)\" \\](?= ?; ?then [^;>]*\"\\$\\k<file>\" ?;? fi)"), ""),
    ];

    private static Regex Any(string pattern) => new(pattern, RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    private static Match? Match(Regex pattern, string line)
    {
        try
        {
            return pattern.Match(line) is { Success: true } match ? match : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    private static Regex Line(string pattern) => new($"^(?:{pattern})$", RegexOptions.CultureInvariant, TimeSpan.FromSeconds(1));

    /// <summary>A field kept in a variable.</summary>
    private static string Kept(string from) => "(?<name>\\w+)=\"?\\$\\(" + from + "\\)\"?; ?";

    private static WrittenRule? Guard(FoundHandler handler, Match match) =>
        Expression(match) is { } expression ? Refuse(handler, "", $" where command matches {expression}", match) : null;

    /// <summary>Exit 2, in the word of the event.</summary>
    private static WrittenRule? Refuse(FoundHandler handler, string globs, string where, Match match)
    {
        if (!handler.Event.ExitTwoBlocks)
            return null;
        var text = match.Groups["text"] is { Success: true, Length: > 0 } said ? TextLayout.Quote(said.Value) : "\"Not allowed here.\"";
        return Rule(handler, globs, where, $"deny {text}") ?? Rule(handler, globs, where, $"block {text}");
    }

    private static WrittenRule? Protect(FoundHandler handler, Match match) =>
        Refuse(
            handler,
            "",
            " where "
                + string.Join(
                    " or ",
                    match
                        .Groups["parts"]
                        .Value.Split(',')
                        .Select(part => $"tool_input.file_path contains {TextLayout.Quote(part.Trim().Trim('\''))}")
                ),
            match
        );

    /// <summary>A pattern of <c>case</c>, whose star takes slashes too: <c>*.lock</c>, <c>*/dist/*</c>.</summary>
    private static string FileGlob(string pattern) =>
        pattern.Trim() is ['*', '/', ..] inside ? $"**{inside[1..].Replace("/*", "/**", StringComparison.Ordinal)}" : pattern.Trim();

    /// <summary>A program for the file that was written; what it prints is not read, so it can run behind.</summary>
    private static WrittenRule? Run(FoundHandler handler, string globs, Match match) =>
        handler.Event.Name == "PostToolUse"
            ? Rule(handler, globs, "", $"run {TextLayout.Quote($"{match.Groups["program"].Value} {{file}}")}{Timeout(handler)}")
            : null;

    /// <summary>One field, a line for each event.</summary>
    private static WrittenRule? Logged(FoundHandler handler, Match match)
    {
        var file = match
            .Groups["log"]
            .Value.Replace("${CLAUDE_PROJECT_DIR}/", "", StringComparison.Ordinal)
            .Replace("$CLAUDE_PROJECT_DIR/", "", StringComparison.Ordinal);
        var field = match.Value.Contains("tool_input.command", StringComparison.Ordinal) ? "tool_input.command" : "tool_input.file_path";
        return file.AsSpan().ContainsAny("~${}") || handler.Event.Name is not ("PreToolUse" or "PostToolUse" or "PostToolUseFailure")
            ? null
            : Rule(handler, "", "", $"log {TextLayout.Quote(file)} \"{{{field}}}\"");
    }

    private static WrittenRule? Notify(FoundHandler handler, Match match) =>
        match.Groups["text"].Length > 0 && handler.Event.Name is "Notification" or "Stop" or "SubagentStop" or "SessionEnd"
            ? Rule(handler, "", "", $"notify {Text(match)}")
            : null;

    private static WrittenRule? Rule(FoundHandler handler, string globs, string where, string step)
    {
        var rest = $"{(globs.Length > 0 ? $" {globs}" : "")}{where}";
        if (handler.Spoken is { Rest.Length: > 0 } spoken)
        {
            // Two conditions would have to be joined, which the command itself does.
            if (rest.Length > 0)
                return null;
            rest = spoken.Rest;
        }

        return NativeRule
            .Triggers(handler.Event, handler.Matcher)
            .Select(trigger => new WrittenRule(trigger, rest, step))
            .FirstOrDefault(rule => !Compilation.Create(new SourceText("main.hookrules", rule.Text)).HasErrors);
    }

    private static string Text(Match match) => TextLayout.Quote(match.Groups["text"].Value);

    public static string Timeout(FoundHandler handler) =>
        handler.Fields.FirstOrDefault(field => field.Name == "timeout").Json is { } json
        && int.TryParse(json, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? $" timeout {seconds}s"
            : "";

    private static string Cases(Match match) => Braces(match.Groups["case"].Value.Split('|').Select(one => one.Trim()[2..]));

    /// <summary>The globs of an expression that is nothing but extensions: <c>\.py$</c>, <c>\.(ts|tsx)$</c>.</summary>
    private static string? Globs(Match match)
    {
        if (match.Groups["flags"].Value.Contains('i', StringComparison.Ordinal))
            return null;
        var extensions = Extensions.Match(match.Groups["pattern"].Value);
        if (!extensions.Success)
            return null;
        var names = extensions.Groups["one"].Value.Split('|');
        // Without -E brackets and bars are letters.
        return names.Length > 1 && !match.Groups["flags"].Value.AsSpan().ContainsAny('E', 'P') ? null : Braces(names);
    }

    private static string Braces(IEnumerable<string> extensions) =>
        extensions.ToArray() is [var only] ? $"*.{only}" : $"*.{{{string.Join(',', extensions)}}}";

    /// <summary>An expression that grep reads as we do: extended, and without what counts lines.</summary>
    private static string? Expression(Match match)
    {
        var pattern = match.Groups["pattern"].Value;
        var flags = match.Groups["flags"].Value;
        pattern = pattern
            .Replace("[[:space:]]", "\\s", StringComparison.Ordinal)
            .Replace("[[:digit:]]", "\\d", StringComparison.Ordinal)
            .Replace("[[:blank:]]", "[ \\t]", StringComparison.Ordinal);
        var isPlain = pattern.All(c => char.IsAsciiLetterOrDigit(c) || c is ' ' or '-' or '_' or ':' or '=' or '~' or ',');
        if (!isPlain && !flags.AsSpan().ContainsAny('E', 'P'))
            return null;
        if (
            pattern.AsSpan().ContainsAny("^$")
            || pattern.Contains("[[", StringComparison.Ordinal)
            || pattern.Contains("\\<", StringComparison.Ordinal)
            || pattern.Contains("\\>", StringComparison.Ordinal)
        )
            return null;
        var escaped = pattern.Replace("\\/", "/", StringComparison.Ordinal).Replace("/", "\\/", StringComparison.Ordinal);
        return $"/{escaped}/{(flags.Contains('i', StringComparison.Ordinal) ? "i" : "")}";
    }
}
