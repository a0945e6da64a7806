using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnknownVariable()
    : SettingsRule("HR3052", "unknown-variable", Severity.Error, "A variable that Claude Code never sets.")
{
    public override string Why =>
        "Hooks get their event as JSON on standard input and nowhere else. $CLAUDE_TOOL_INPUT, $CLAUDE_FILE_PATHS, $TOOL_INPUT and "
        + "their like are set by nobody: they are empty, the script does nothing, and it ends well.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "ruff check \"$CLAUDE_FILE_PATHS\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.file_path)\"" }] }]
              }
            }
            """;

    private static readonly string[] Never =
    [
        "CLAUDE_TOOL_INPUT",
        "CLAUDE_TOOL_NAME",
        "CLAUDE_TOOL_OUTPUT",
        "CLAUDE_TOOL_RESULT",
        "CLAUDE_TOOL_RESPONSE",
        "CLAUDE_TOOL_ARGS",
        "CLAUDE_FILE_PATHS",
        "CLAUDE_FILE_PATH",
        "CLAUDE_EVENT_TYPE",
        "CLAUDE_MODEL",
        "CLAUDE_HOOK_EVENT",
        "CLAUDE_HOOK_INPUT",
        "CLAUDE_USER_PROMPT",
        "CLAUDE_PROMPT",
        "CLAUDE_NOTIFICATION",
        "CLAUDE_COMMAND",
        "TOOL_INPUT",
        "TOOL_NAME",
        "TOOL_OUTPUT",
        "TOOL_RESULT",
        "TOOL_ARGS",
        "FILE_PATH",
        "FILE_PATHS",
        "HOOK_INPUT",
    ];

    // What is set in small letters for every program.
    private static readonly string[] Everywhere = ["http_proxy", "https_proxy", "ftp_proxy", "no_proxy", "all_proxy"];

    // Names that people give the file or the command of the event.
    private static readonly string[] Meant =
    [
        "FILE",
        "FILES",
        "FILENAME",
        "FILE_NAME",
        "FILEPATH",
        "EDITED_FILE",
        "CHANGED_FILE",
        "MODIFIED_FILE",
        "COMMAND",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) => Known(document).Concat(Ghosts(document));

    /// <summary>A variable that nothing sets: the command does not, and Claude Code sets none in small letters and passes no
    /// arguments.</summary>
    private IEnumerable<Finding> Ghosts(SettingsDocument document)
    {
        var set = (document.Root?["env"]?.Children ?? []).Select(child => child.Name!).ToHashSet();
        return from entry in document.Entries
            let shell = entry.Shell
            where shell is not null && !SetsInOtherWays(entry.Command, shell)
            from variable in shell.Variables
            let isArgument = variable.Name.All(char.IsAsciiDigit)
            where
                isArgument
                    ? variable.Name != "0" && !entry.Command.Contains("()", StringComparison.Ordinal)
                    : (variable.Name.Any(char.IsAsciiLetterLower) || Meant.Contains(variable.Name))
                        && !variable.Name.StartsWith("npm_", StringComparison.Ordinal)
                        && !Everywhere.Contains(variable.Name)
                        && !IsForeign(variable.Name)
                        && !shell.Assigned.Contains(variable.Name)
                        && !set.Contains(variable.Name)
            where !HasDefault(entry.Command, variable)
            group variable by (entry, variable.Name) into found
            let first = found.First()
            select Found(
                document.Place(found.Key.entry.CommandNode!, first.Start, first.End - first.Start),
                char.IsAsciiDigit(found.Key.Name[0])
                    ? $"Claude Code passes a hook no arguments: ${found.Key.Name} is empty here"
                    : $"nothing sets ${found.Key.Name}: it is empty here",
                "read the event from standard input, for example with jq -r " + Field(found.Key.Name.ToUpperInvariant()),
                Severity.Warning
            );
    }

    private static bool SetsInOtherWays(string command, ShellText shell) =>
        shell.Commands.Any(one =>
            one.Words[0].Text
                is "source"
                    or "."
                    or "eval"
                    or "set"
                    or "getopts"
                    or "mapfile"
                    or "readarray"
                    or "select"
                    or "let"
                    or "typeset"
                    or "envsubst"
                    or "function"
            || one.Words is [{ Text: "printf" }, { Text: "-v" }, ..]
        ) || command.Contains("((", StringComparison.Ordinal);

    // ${NAME:-…}, ${NAME=…} and their like say what holds where it is not set; with a dot it is no variable.
    private static bool HasDefault(string command, ShellVariable variable)
    {
        var after = command.IndexOf(variable.Name, variable.Start, StringComparison.Ordinal) + variable.Name.Length;
        return command[variable.Start..].StartsWith("${", StringComparison.Ordinal)
            && after < command.Length
            && command[after] is ':' or '-' or '=' or '+' or '?' or '.';
    }

    private IEnumerable<Finding> Known(SettingsDocument document)
    {
        var set = (document.Root?["env"]?.Children ?? []).Select(child => child.Name).ToHashSet();
        return from code in document.Code
            where !code.IsScript || code.IsShell
            let text = code.Text
            // Whatever a script asks for beside them it may take from there.
            let found = code.IsScript && ReadsInput(text) ? null : Find(text, name => !set.Contains(name) && !Sets(text, name))
            where found is not null
            let foreign = IsForeign(found.Value.Name)
            // Beside our own it is there for the other tool: "${extensionPath}${CLAUDE_PLUGIN_ROOT}/x".
            where
                !foreign
                || !text.Contains("CLAUDE_PLUGIN_ROOT", StringComparison.Ordinal)
                    && !text.Contains("CLAUDE_PROJECT_DIR", StringComparison.Ordinal)
            let sure = !foreign
                && found.Value.Name != "HOOK_INPUT"
                && !found.Value.Name.StartsWith("FILE", StringComparison.Ordinal)
                && !code.IsScript
            select Found(
                code.Place(found.Value.Start, found.Value.Length),
                foreign
                    ? $"{found.Value.Name} is a variable of another tool, and Claude Code does not set it"
                    : $"Claude Code sets no variable {found.Value.Name}: it is empty here",
                foreign
                    ? $"write ${{{(document.IsPlugin ? "CLAUDE_PLUGIN_ROOT" : "CLAUDE_PROJECT_DIR")}}}"
                    : "read the event from standard input, for example with jq -r " + Field(found.Value.Name),
                sure ? null : Severity.Warning
            );
    }

    private static (string Name, int Start, int Length)? Find(string text, Func<string, bool> isUnset)
    {
        for (var at = text.IndexOf('$', StringComparison.Ordinal); at >= 0; at = text.IndexOf('$', at + 1))
        {
            if (at > 0 && text[at - 1] == '\\' && (at < 2 || text[at - 2] != '\\'))
                continue;
            var start = at + 1;
            if (start < text.Length && text[start] == '{')
                start++;
            if (text.AsSpan(start).StartsWith("env:", StringComparison.OrdinalIgnoreCase))
                start += 4;
            var end = start;
            while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
                end++;
            var name = text[start..end];
            // ${NAME:-…} has a value where the variable has none.
            var hasDefault = end + 1 < text.Length && text[end] == ':' && text[end + 1] is '-' or '=';
            if (
                !hasDefault
                && (
                    Never.Contains(name)
                    || name.StartsWith("TOOL_INPUT_", StringComparison.Ordinal)
                    || name.StartsWith("CLAUDE_TOOL_INPUT_", StringComparison.Ordinal)
                    || IsForeign(name)
                )
                && isUnset(name)
            )
                return (name, at, end - at);
        }

        return null;
    }

    /// <summary>What other tools call the folder of a plugin or project.</summary>
    private static bool IsForeign(string name) =>
        name == "extensionPath"
        || !name.StartsWith("CLAUDE_", StringComparison.Ordinal)
            && (
                name.EndsWith("_PLUGIN_ROOT", StringComparison.Ordinal)
                || name is "GEMINI_PROJECT_DIR" or "CURSOR_PROJECT_DIR" or "CODEX_PROJECT_DIR"
            );

    private static bool ReadsInput(string text) =>
        text.Contains("jq", StringComparison.Ordinal)
        || text.Contains("cat", StringComparison.Ordinal)
        || text.Contains("stdin", StringComparison.Ordinal);

    private static bool Sets(string text, string name)
    {
        for (var at = text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            var isWord =
                (at == 0 || text[at - 1] is ' ' or ';' or '(' or '\t' or '\n' or '\'' or '"' or ':')
                && (end == text.Length || text[end] is '=' or ' ' or ';' or '\n' or ')');
            if (
                isWord
                && (
                    end < text.Length && text[end] == '='
                    || text[..at].TrimEnd().EndsWith("read", StringComparison.Ordinal)
                    || text[..at].TrimEnd().EndsWith("read -r", StringComparison.Ordinal)
                    || text[..at].TrimEnd().EndsWith("for", StringComparison.Ordinal)
                )
            )
                return true;
        }

        return false;
    }

    private static string Field(string name) =>
        name.Contains("FILE", StringComparison.Ordinal) ? ".tool_input.file_path"
        : name.Contains("NAME", StringComparison.Ordinal) ? ".tool_name"
        : name.Contains("PROMPT", StringComparison.Ordinal) ? ".prompt"
        : name.Contains("OUTPUT", StringComparison.Ordinal) || name.Contains("RES", StringComparison.Ordinal) ? ".tool_response"
        : name.Contains("COMMAND", StringComparison.Ordinal) ? ".tool_input.command"
        : ".tool_input";
}
