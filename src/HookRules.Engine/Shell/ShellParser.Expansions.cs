using System.Text;

namespace HookRules.Engine;

/// <summary>What stands behind a dollar sign or between backquotes.</summary>
internal sealed partial class ShellParser
{
    /// <summary>Commands whose output is some value and certainly no option.</summary>
    private static readonly string[] ValuePrinters =
    [
        "basename",
        "cat",
        "cut",
        "date",
        "dirname",
        "hostname",
        "id",
        "mktemp",
        "nproc",
        "pwd",
        "readlink",
        "realpath",
        "tty",
        "uname",
        "wc",
        "which",
        "whoami",
        "docker",
        "gh",
        "jq",
        "head",
        "tail",
        "sed",
        "tr",
        "awk",
        "grep",
        "ls",
        "find",
    ];

    private static readonly string[] GitValuePrinters =
    [
        "branch",
        "config",
        "describe",
        "diff",
        "hash-object",
        "log",
        "ls-files",
        "merge-base",
        "remote",
        "rev-list",
        "rev-parse",
        "show",
        "symbolic-ref",
        "tag",
        "write-tree",
    ];

    private void ReadDollar(bool quoted)
    {
        var next = Next;
        switch (next)
        {
            case '(' when at + 2 < text.Length && text[at + 2] == '(' && ArithmeticEnd(at + 3) is { } end:
                ReadExpansionsIn(at + 3, end - 2);
                at = end;
                Append(ShellWord.Value);
                return;
            case '(':
                at += 2;
                AppendOutput(ReadSubstitution(), quoted);
                return;
            case '{':
                at += 2;
                ReadParameter(quoted);
                return;
            case '[':
                var close = text.AsSpan(at, Math.Min(text.Length - at, 1024)).IndexOf(']');
                if (close < 0)
                    break;
                ReadExpansionsIn(at + 2, at + close);
                at += close + 1;
                Append(ShellWord.Value);
                return;
            case '\'' when !quoted:
                ReadEscapedQuoted();
                return;
            case '"' when !quoted:
                at += 2;
                ReadDoubleQuoted();
                return;
            case '@' or '*':
                at += 2;
                if (KnowsArgument(next))
                    AppendVariable(next.ToString(), quoted: false);
                else
                    Append(ShellWord.Words);
                return;
            case '#' or '?' or '$' or '!' or '-':
                at += 2;
                Append(ShellWord.Value);
                return;
            case >= '0' and <= '9':
                at += 2;
                if (KnowsArgument(next))
                    AppendVariable(next.ToString(), quoted);
                else
                    AppendUnknown(quoted);
                return;
        }

        var length = NameLength(text.AsSpan(at + 1));
        if (length == 0)
        {
            Append('$');
            at++;
            return;
        }

        var name = text.AsSpan(at + 1, length);
        at += 1 + length;
        AppendVariable(name.ToString(), quoted);
    }

    /// <summary>An argument that <c>sh -c</c> is given; a function has its own.</summary>
    private bool KnowsArgument(char name) => state.TryGet(name.ToString(), out _) && !frames.Exists(frame => frame.Function is not null);

    /// <summary>${…}: a name alone is looked up; whatever else stands in it is read for the commands in it.</summary>
    private void ReadParameter(bool quoted)
    {
        var length = NameLength(text.AsSpan(at));
        var end = at + length;
        if (length > 0 && end < text.Length)
        {
            var name = text.Substring(at, length);
            if (text[end] == '}')
            {
                at = end + 1;
                AppendVariable(name, quoted);
                return;
            }

            if (name is "TMPDIR" or "TMP" or "TEMP" && text.AsSpan(end) is [':', '-', ..] && text.IndexOf('}', end) is > 0 and var close)
            {
                var instead = text.AsSpan(end + 2, close - end - 2);
                if (instead is "/tmp" or "/tmp/" or "/var/tmp" && !state.TryGet(name, out _))
                {
                    at = close + 1;
                    Append("/tmp");
                    return;
                }
            }

            // ${x@P} runs what stands in it, as a prompt does.
            if (text.AsSpan(end) is ['@', 'P', '}', ..])
            {
                if (state.TryGet(name, out var prompt) && prompt is not null)
                    Expanded(string.Join(' ', prompt));
                else
                    state.Hide("a variable is run as a prompt");
            }

            if (text.AsSpan(end) is ['[', '@' or '*', ']', '}', ..])
            {
                at = end + 4;
                if (state.TryGet(name, out var words) && words is not null)
                    AppendVariable(name, quoted: false);
                else
                    Append(ShellWord.Words);
                return;
            }
        }

        if (state.Depth >= ShellState.MaxDepth)
        {
            state.Hide("it is nested too deeply");
            at = text.Length;
            return;
        }

        state.Depth++;
        List<ShellWord> ignored = [];
        var isLength = at < text.Length && text[at] == '#';
        var outer = (word, target, isQuoted, hasWord, inAssignment);
        (target, inAssignment) = (ignored, true);
        word = new StringBuilder();
        var isClosed = false;
        while (at < text.Length && !isClosed)
        {
            var c = text[at];
            switch (c)
            {
                case '}':
                    isClosed = true;
                    at++;
                    break;
                case '\'' when !quoted:
                    ReadSingleQuoted();
                    break;
                case '"':
                    at++;
                    ReadDoubleQuoted();
                    break;
                case '\\':
                    at += 2;
                    break;
                case '$':
                    ReadDollar(quoted);
                    break;
                case '`':
                    ReadBackquoted(quoted);
                    break;
                default:
                    at++;
                    break;
            }
        }

        at = Math.Min(at, text.Length);
        if (!isClosed)
            state.Hide("a brace is never closed");
        (word, target, isQuoted, hasWord, inAssignment) = outer;
        state.Depth--;
        if (isLength)
            Append(ShellWord.Value);
        else
            AppendUnknown(quoted);
    }

    // What an assignment stores may be split where it is used, quoted or not.
    private void AppendUnknown(bool quoted) => Append(quoted && !inAssignment ? ShellWord.Value : ShellWord.Words);

    private void AppendVariable(string name, bool quoted)
    {
        switch (name)
        {
            case "HOME":
                Append(ShellWord.Home);
                return;
            case "CLAUDE_PROJECT_DIR":
                Append(ShellWord.Project);
                return;
            case "PWD":
                Append(word.Length == 0 ? ShellWord.Here : ShellWord.Value);
                return;
            case "TMPDIR" or "TMP" or "TEMP" when !state.TryGet(name, out _):
                Append("/tmp");
                return;
            case "SHELL" or "BASH" when !state.TryGet(name, out _):
                Append("/bin/sh");
                return;
            case "IFS" when !quoted && !inAssignment:
                FinishWord();
                return;
            case "IFS":
                Append(' ');
                return;
        }

        if (!state.TryGet(name, out var words) || words is null || !state.Spend(words.Sum(word => word.Length)))
        {
            AppendUnknown(quoted);
            return;
        }

        AppendKnown(string.Join(' ', words), quoted);
    }

    /// <summary>A known value; unquoted, it falls apart at white space.</summary>
    private void AppendKnown(string value, bool quoted)
    {
        if (quoted || inAssignment)
        {
            foreach (var c in value)
                Append(c == ShellWord.Words && !inAssignment ? ShellWord.Value : c);
            if (quoted)
                isQuoted = true;
            return;
        }

        if (state.TryGet("IFS", out _))
        {
            Append(ShellWord.Words); // Who knows where it falls apart.
            return;
        }

        foreach (var c in value)
        {
            if (c is ' ' or '\t' or '\n')
                FinishWord();
            else
                Append(c is '*' ? Star : c);
        }
    }

    private void ReadBackquoted(bool quoted)
    {
        at++;
        var inner = new StringBuilder();
        while (at < text.Length && text[at] != '`')
        {
            if (text[at] == '\\' && at + 1 < text.Length && (text[at + 1] is '`' or '\\' or '$' || (quoted && text[at + 1] == '"')))
                at++;
            inner.Append(text[at++]);
        }

        if (at >= text.Length)
            state.Hide("a backquote is never closed");
        else
            at++;
        var from = state.Commands.Count;
        var mark = state.Mark();
        var folder = state.Folder;
        new ShellParser(state, inner.ToString()).ReadAll();
        state.RollBack(mark);
        state.Folder = folder;
        AppendOutput((from, state.Commands.Count), quoted);
    }

    /// <summary>From behind the opening parenthesis; gives the numbers of the commands inside.</summary>
    private (int From, int To) ReadSubstitution()
    {
        var from = state.Commands.Count;
        if (state.Depth >= ShellState.MaxDepth)
        {
            state.Hide("it is nested too deeply");
            at = text.Length;
            return (from, from);
        }

        state.Depth++;
        var mark = state.Mark();
        var folder = state.Folder;
        var outer = (word, target, isQuoted, hasWord, inAssignment);
        word = new StringBuilder();
        (hasWord, isQuoted, inAssignment) = (false, false, false);
        if (!ReadList(inSubstitution: true))
            state.Hide("a parenthesis is never closed");
        (word, target, isQuoted, hasWord, inAssignment) = outer;
        state.RollBack(mark);
        state.Folder = folder;
        state.Depth--;
        return (from, state.Commands.Count);
    }

    /// <summary>Where mktemp makes what it prints: in the folder for temporary files, unless it is told another.</summary>
    private static string Temporary(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-p" && i + 1 < words.Length)
                return words[i + 1].Text + "/";
            if (text.StartsWith("--tmpdir=", StringComparison.Ordinal))
                return text[9..] + "/";
            if (text.StartsWith("-p", StringComparison.Ordinal) && text.Length > 2)
                return text[2..] + "/";
            if (!text.StartsWith('-') && !words.Any(word => word.Text is "-t" or "--tmpdir"))
                return text.AsSpan().IndexOfAny(ShellWord.Value, ShellWord.Words) is var at and >= 0 ? text[..at] : text.TrimEnd('X');
        }

        return "/tmp/";
    }

    private void AppendOutput((int From, int To) commands, bool quoted)
    {
        if (commands.To == commands.From + 1 && state.Commands[commands.From] is { } only)
        {
            if (only is { Program: "pwd", Words.Length: 1 } && word.Length == 0)
            {
                Append(ShellWord.Here);
                return;
            }

            if (
                only.Program == "git"
                && only.Words.Length == 3
                && only.Words[1].Text == "rev-parse"
                && only.Words[2].Text == "--show-toplevel"
                && word.Length == 0
            )
            {
                Append(ShellWord.Project);
                return;
            }

            if (only.Program == "mktemp")
            {
                Append(Temporary(only));
                Append(ShellWord.Value);
                return;
            }

            if (PrintedBy(only) is { } printed && state.Spend(printed.Length))
            {
                AppendKnown(printed.TrimEnd('\n'), quoted);
                return;
            }
        }

        var isValue = commands.To > commands.From;
        for (var i = commands.From; i < commands.To && isValue; i++)
        {
            var command = state.Commands[i];
            isValue =
                ValuePrinters.Contains(command.Program)
                || (command.Program == "git" && command.Words.Length > 1 && GitValuePrinters.Contains(command.Words[1].Text));
        }

        if (isValue)
        {
            Append(ShellWord.Value);
            return;
        }

        AppendUnknown(quoted);
        isOutput = true;
    }

    /// <summary>Behind the two parentheses that close an arithmetic expression; null where it is a subshell in a subshell.</summary>
    private int? ArithmeticEnd(int from)
    {
        if (!state.Spend(0))
            return null;
        var depth = 2;
        for (var i = from; i < text.Length; i++)
        {
            if (text[i] == '(')
                depth++;
            if (text[i] != ')' || --depth > 0)
                continue;
            if (!state.Spend(i - from))
                return null;
            return text[i - 1] == ')' && i - 1 >= from ? i + 1 : null;
        }

        state.Spend(text.Length - from);
        return null;
    }
}
