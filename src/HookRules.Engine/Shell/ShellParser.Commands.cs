using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a simple command runs besides itself: behind wrappers, in texts given to shells, through find and xargs.</summary>
internal sealed partial class ShellParser
{
    private const int MostWrappers = 12;

    private static readonly string[] Shells =
    [
        "sh",
        "bash",
        "dash",
        "zsh",
        "ksh",
        "ksh93",
        "mksh",
        "ash",
        "fish",
        "rbash",
        "csh",
        "tcsh",
        "yash",
    ];

    public static bool IsShell(string program) => Shells.Contains(program);

    private ShellCommand Emit(ImmutableArray<ShellWord> words, ShellCommandDraft from, int depth, ShellCommand? wrapper = null)
    {
        var command = new ShellCommand(words)
        {
            Outputs = [.. from.Outputs],
            Inputs = [.. from.Inputs],
            Folder = state.Folder,
            Input = from.Input,
            Nested = (from.NestedFrom, wrapper is null ? state.Commands.Count : wrapper.Nested.To),
            Upstream = upstream,
            Source = source,
            Wrapper = wrapper,
        };
        state.Commands.Add(command);
        if (depth > MostWrappers || !state.Spend(words.Length))
            state.Hide("it is nested too deeply");
        else
            LookInto(command, from, depth);
        return command;
    }

    private void LookInto(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var program = command.Program;
        if (program.Length == 0)
        {
            if (!words[0].IsUnknown && !words[0].HasGlob)
                return;
            state.Hide("its command is a variable, a substitution or a pattern");
            // Where the expansion is empty, the next word is the command.
            if (words[0].MaySplit && words[0].Text.Length == 1 && words.Length > 1)
                Emit(words[1..], from, depth + 1, command);
            return;
        }

        if (state.IsAlias(program))
            state.Hide($"{program} is an alias");
        switch (program)
        {
            case var _ when IsShell(program):
                LookIntoShell(command);
                return;
            case "eval":
                command.RunsNested = words.Skip(1).Any(word => word.IsUnknown);
                ReadCode(string.Join(' ', words.Skip(words.Length > 1 && words[1].Text == "--" ? 2 : 1).Select(word => word.Text)));
                return;
            case "source" or ".":
                command.RunsNested = words.Length > 1 && words[1].IsUnknown;
                if (words.Length > 1 && !IsEnvironmentFile(words[1]))
                    state.Hide("it sources a script");
                return;
            case "trap" when words.Length > 2:
                ReadCode(words[1].Text);
                return;
            case "alias":
                foreach (var word in words.Skip(1))
                {
                    if (word.Text.IndexOf('=') is not (> 0 and var equals))
                        continue;
                    state.Alias(word.Text[..equals].ToLowerInvariant());
                    ReadCode(word.Text[(equals + 1)..]);
                }

                return;
            case "cd" or "pushd" or "popd" or "chdir":
                EnterFolder(command);
                return;
            case "export" or "declare" or "local" or "typeset" or "readonly":
                foreach (var word in words.Skip(1))
                    if (NameLength(word.Text) is > 0 and var length && length < word.Text.Length && word.Text[length] == '=')
                        state.Set(word.Text[..length], [word.Text[(length + 1)..]]);
                return;
            case "read" or "mapfile" or "readarray" or "unset" or "getopts" or "printf" or "let":
                foreach (var word in words.Skip(1))
                    if (NameLength(word.Text) == word.Text.Length && word.Text.Length > 0 && state.TryGet(word.Text, out _))
                        state.Set(word.Text, null);
                return;
            case "find" or "gfind" or "fd" or "fdfind":
                LookIntoFind(command, from, depth);
                return;
            case "git":
                LookIntoGit(command, from, depth);
                return;
        }

        if (ShellWrapper.Find(program) is not { } found)
            return;
        if (program == "command" && words.Length > 1 && words[1].Text is "-v" or "-V")
            return;
        var start = found.CommandAt(words.AsSpan(), out var code);
        if (code is { } script)
            ReadCode(script.Text);
        switch (program)
        {
            case "su" or "script":
                // Their options may follow their operands.
                for (var i = start; i < words.Length - 1 && code is null; i++)
                {
                    if (words[i].Text is "-c" or "--command")
                        code = words[i + 1];
                    else if (words[i].Text.StartsWith("--command=", StringComparison.Ordinal))
                        code = new ShellWord(words[i].Text[10..]);
                    if (code is { } late)
                        ReadCode(late.Text);
                }

                if (program == "su" && code is null)
                    state.AwaitingInput.Add(command);
                return;
            case "runuser" when code is not null:
                return;
            case "env" when code is not null:
                return;
            case "sudo" or "doas" when start >= words.Length && words.Skip(1).Any(word => word.Text is "-i" or "-s"):
                state.AwaitingInput.Add(command);
                return;
            case "watch":
                if (start < words.Length)
                    ReadCode(string.Join(' ', words.Skip(start).Select(word => word.Text)));
                return;
            case "xargs" or "gxargs" or "parallel":
                LookIntoXargs(command, words[Math.Min(start, words.Length)..], from, depth);
                return;
        }

        if (start < words.Length)
            Emit(words[start..], from, depth + 1, command);
    }

    private void ReadCode(string code)
    {
        if (state.Depth >= ShellState.MaxDepth)
            state.Hide("it is nested too deeply");
        else
            new ShellParser(state, code) { upstream = upstream, source = source }.ReadAll();
    }

    /// <summary>Scripts that set up an environment, as interactive shells load them.</summary>
    private static bool IsEnvironmentFile(ShellWord word) =>
        word.KnownLength > 0
            && !word.HasGlob
            && word.BaseName
                is "activate"
                    or "nvm.sh"
                    or ".bashrc"
                    or ".zshrc"
                    or ".profile"
                    or ".bash_profile"
                    or "sdkman-init.sh"
                    or "conda.sh"
        || word.Text.EndsWith("/.cargo/env", StringComparison.Ordinal);

    private void LookIntoShell(ShellCommand command)
    {
        var words = command.Words;
        var isScript = false;
        var i = 1;
        for (; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "--" or "-")
            {
                i++;
                break;
            }

            if (text is "--version" or "--help")
                return;
            if (text.Length < 2 || text[0] is not ('-' or '+'))
            {
                if (!isScript && words[i].MaySplit && words[i].Text[0] == ShellWord.Words)
                    state.Hide($"what {command.Program} runs is not known");
                break;
            }

            isScript |= text == "--command" || (text[0] == '-' && text[1] != '-' && text.Contains('c'));
            // -euo pipefail
            if (text is "--rcfile" or "--init-file" || (text[1] != '-' && text[^1] is 'o' or 'O'))
                i++;
        }

        if (isScript && i < words.Length)
        {
            command.RunsNested = words[i].IsUnknown;
            ReadCode(words[i].Text);
        }
        else if (i < words.Length && words[i].Text is not ("/dev/stdin" or "-") && !words.Skip(1).Any(word => word.Text is "-s"))
        {
            if (!words[i].BaseName.ContainsAny(ShellWord.Value, ShellWord.Words))
                return; // A script of its own, as any program.
            command.RunsNested = true;
            state.Hide($"what {command.Program} runs is not known");
        }
        else
        {
            // It reads its commands from standard input. A here-document may come further down.
            state.AwaitingInput.Add(command);
        }
    }

    private void ReadInputOf(ShellCommand command)
    {
        var input =
            command.InputText ?? (command.Source is { } before && command.Upstream.To > command.Upstream.From ? PrintedBy(before) : null);
        if (input is null)
        {
            state.Hide($"{command.Program} reads its commands from somewhere else");
            return;
        }

        command.RunsNested = command.InputText is not null && input.Contains(ShellWord.Value);
        var folder = state.Folder;
        state.Folder = command.Folder;
        new ShellParser(state, input).ReadAll();
        state.Folder = folder;
    }

    /// <summary>What a command certainly prints; null where that is not known.</summary>
    private static string? PrintedBy(ShellCommand command)
    {
        var words = command.Words;
        switch (command.Program)
        {
            case "cat" when words.Length == 1 || (words.Length == 2 && words[1].Text == "-"):
                return command.InputText;
            case "echo":
                var first = 1;
                var escapes = false;
                while (
                    first < words.Length
                    && words[first].Text is ['-', .. var letters]
                    && letters.Length > 0
                    && letters.AsSpan().IndexOfAnyExcept("neE") < 0
                )
                {
                    escapes |= letters.Contains('e');
                    first++;
                }

                var line = string.Join(' ', words.Skip(first).Select(word => word.Text));
                return escapes || line.Contains('\\') ? Unescaped(line, asEcho: true) : line;
            case "printf":
                var format = 1;
                if (words.Length > 1 && words[1].Text == "--")
                    format++;
                if (format >= words.Length)
                    return "";
                var rest = words.Skip(format + 1).Select(word => word.Text);
                return words[format].Text switch
                {
                    "%s" => string.Concat(rest),
                    "%b" => Unescaped(string.Concat(rest), asEcho: true),
                    "%s\\n" or "%s\n" => string.Join('\n', rest),
                    "%b\\n" => Unescaped(string.Join('\n', rest), asEcho: true),
                    "%s " => string.Join(' ', rest),
                    var plain when !plain.Contains('%') => Unescaped(plain),
                    _ => null,
                };
            default:
                return null;
        }
    }

    private void EnterFolder(ShellCommand command)
    {
        var words = command.Words;
        var i = 1;
        while (i < words.Length && words[i].Text is "-P" or "-L" or "-e" or "-@" or "--")
            i++;
        var entered =
            command.Program == "popd" || words.Length > i + 1 ? ShellFolder.Unknown
            : i < words.Length ? state.Folder.Enter(words[i])
            : command.Program == "pushd" ? ShellFolder.Unknown
            : new ShellFolder(ShellWord.Home.ToString());
        state.Folder = isAfterOr ? ShellFolder.Unknown : entered;
    }

    private void LookIntoFind(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var roots = ShellArguments.StartsOfFind(command);
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].Text is not ("-exec" or "-execdir" or "-ok" or "-okdir" or "-x" or "-X" or "--exec" or "--exec-batch"))
                continue;
            var end = i + 1;
            while (end < words.Length && words[end].Text != ";" && !(words[end].Text == "+" && words[end - 1].Text == "{}"))
                end++;
            List<ShellWord> inner = [];
            for (var j = i + 1; j < end; j++)
            {
                if (!words[j].Text.Contains("{}"))
                    inner.Add(words[j]);
                else if (roots.Length > 8 || words[j].Text.Length > 512)
                    inner.Add(new ShellWord(ShellWord.Value.ToString()));
                else
                    foreach (var root in roots)
                        inner.Add(new ShellWord(words[j].Text.Replace("{}", Below(root), StringComparison.Ordinal)));
            }

            if (inner.Count > 0)
                Emit([.. inner], from, depth + 1, command);
            i = end;
        }
    }

    private static string Below(string root) => root.EndsWith('/') ? root + ShellWord.Value : root + "/" + ShellWord.Value;

    private void LookIntoXargs(ShellCommand command, ImmutableArray<ShellWord> inner, ShellCommandDraft from, int depth)
    {
        if (inner.IsEmpty)
            return;
        var items = ItemsOf(command);
        var placeholder = Placeholder(command);
        List<ShellWord> words = [];
        foreach (var word in inner)
        {
            if (placeholder is null || !word.Text.Contains(placeholder, StringComparison.Ordinal))
                words.Add(word);
            else
                foreach (var item in items)
                    words.Add(
                        new ShellWord(word.Text.Length > 512 ? item : word.Text.Replace(placeholder, item, StringComparison.Ordinal))
                    );
        }

        if (placeholder is null)
            words.AddRange(items.Select(item => new ShellWord(item)));
        Emit([.. words], from, depth + 1, command);
    }

    private static string? Placeholder(ShellCommand command)
    {
        var words = command.Words;
        if (command.Program == "parallel")
            return "{}";
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-I" or "-J")
                return i + 1 < words.Length && words[i + 1].Text.Length > 0 ? words[i + 1].Text : null;
            if (text.StartsWith("-I", StringComparison.Ordinal))
                return text[2..];
            if (text is "-i" or "--replace")
                return "{}";
            if (text.StartsWith("--replace=", StringComparison.Ordinal) && text.Length > 10)
                return text[10..];
            if (!text.StartsWith('-'))
                break;
        }

        return null;
    }

    /// <summary>The words that xargs gets on its standard input.</summary>
    private string[] ItemsOf(ShellCommand command)
    {
        if (command.Source is { } before && command.Upstream.To > command.Upstream.From)
        {
            if (PrintedBy(before) is { Length: < 4096 } printed)
                return printed.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries);
            if (before.Program is "find" && ShellArguments.StartsOfFind(before) is { Length: <= 8 } roots)
                return [.. roots.Select(Below)];
            if (before.Program is "git" && before.Words.Any(word => word.Text == "ls-files"))
                return ["./" + ShellWord.Value];
            if (before.Program is "find" or "ls" or "git" or "grep" or "rg" or "fd" or "cat" or "sort" or "awk" or "sed")
                return [ShellWord.Value.ToString()];
        }

        return command.InputText is { Length: < 4096 } text
            ? text.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries)
            : [ShellWord.Words.ToString()];
    }

    private void LookIntoGit(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var i = 1;
        for (; i < words.Length && words[i].Text.StartsWith('-'); i++)
        {
            var text = words[i].Text;
            if (
                text is "-c" or "--config-env"
                && i + 1 < words.Length
                && words[i + 1].Text.StartsWith("alias.", StringComparison.OrdinalIgnoreCase)
            )
                state.Hide("it defines a git alias");
            if (
                text.StartsWith("-calias.", StringComparison.OrdinalIgnoreCase)
                || text.StartsWith("--config-env=alias.", StringComparison.OrdinalIgnoreCase)
            )
                state.Hide("it defines a git alias");
            if (ShellArguments.TakesValue("git", text))
                i++;
        }

        if (i >= words.Length)
            return;
        switch (words[i].Text)
        {
            case "submodule":
                var each = words.IndexOf(new ShellWord("foreach"));
                if (each < 0)
                    return;
                each++;
                while (each < words.Length && words[each].Text.StartsWith('-'))
                    each++;
                ReadCode(string.Join(' ', words.Skip(each).Select(word => word.Text)));
                return;
            case "rebase":
                for (var j = i + 1; j < words.Length; j++)
                {
                    var text = words[j].Text;
                    if (text is "-x" or "--exec" && j + 1 < words.Length)
                        ReadCode(words[j + 1].Text);
                    else if (text.StartsWith("--exec=", StringComparison.Ordinal))
                        ReadCode(text[7..]);
                    else if (text.StartsWith("-x", StringComparison.Ordinal) && text.Length > 2)
                        ReadCode(text[2..]);
                }

                return;
            case "bisect" when i + 2 < words.Length && words[i + 1].Text == "run":
                Emit(words[(i + 2)..], from, depth + 1, command);
                return;
            case "config" when words.Skip(i).SkipLast(1).Any(word => word.Text.StartsWith("alias.", StringComparison.OrdinalIgnoreCase)):
                state.Hide("it defines a git alias");
                return;
        }
    }
}
