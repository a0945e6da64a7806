using System.Buffers;
using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a program runs that stands in one of its arguments.</summary>
internal sealed partial class ShellParser
{
    /// <summary>Options whose value is shell text, or a command.</summary>
    private static readonly Dictionary<string, string> CodeOptions = new(StringComparer.Ordinal)
    {
        ["tar"] = "--to-command --use-compress-program -I --info-script --new-volume-script -F --rsh-command",
        ["gtar"] = "--to-command --use-compress-program -I --info-script --new-volume-script -F --rsh-command",
        ["bsdtar"] = "--use-compress-program",
        ["rsync"] = "-e --rsh --rsync-path",
        ["scp"] = "-S",
        ["sftp"] = "-S",
        ["sort"] = "--compress-program",
        ["split"] = "--filter",
        ["zip"] = "-TT --unzip-command",
        ["man"] = "-P --pager",
        ["npm"] = "-c --call",
        ["npx"] = "-c --call",
        ["pnpm"] = "-c",
        ["nix-shell"] = "--run --command",
        ["nix"] = "-c --command",
        ["nodemon"] = "-x --exec",
        ["xterm"] = "-e",
        ["vagrant"] = "-c --command",
        ["sg"] = "-c",
        ["doppler"] = "--command",
        ["nc"] = "-e -c",
        ["ncat"] = "-e -c --exec --sh-exec",
        ["m4"] = "",
    };

    private static readonly SearchValues<char> SedFlags = SearchValues.Create("gpiIMme0123456789");

    /// <summary>Their words are data, whatever they say.</summary>
    private static readonly HashSet<string> Talkers =
    [
        .. "echo printf print grep egrep fgrep zgrep rg ag ack man info tldr apropos help type which whereis where command".Split(' '),
        .. "say alias unalias export test [ expr logger notify-send ls cat head tail less more file stat wc diff cmp sort".Split(' '),
        .. "uniq cut tr jq yq basename dirname realpath readlink touch mkdir cp mv ln rm chmod chown git gh glab curl wget".Split(' '),
        .. "apt apt-get brew dnf yum pacman apk pip pip3 cargo gem go snap winget choco hash set local return read cd seq".Split(' '),
    ];

    /// <summary>Whether its words may hold a command that somebody should look at.</summary>
    public static bool IsTalker(string program) => Talkers.Contains(program);

    private void LookIntoUnknown(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        var first = words[0];
        if (!first.IsUnknown && !first.HasGlob)
            return;
        // One variable is one program, as any other; what its arguments would make of a guarded one is asked with "may run".
        var isOneName = first.BaseName is [ShellWord.Value or ShellWord.Words] && !first.HasGlob && !first.IsOutput;
        var mayBeAll = first.MaySplit && (first.IsQuoted || words.All(word => word.IsUnknown && word.KnownLength == 0));
        if (!isOneName || mayBeAll)
            state.Hide("its command is a variable, a substitution or a pattern");
        for (var i = 1; i < words.Length - 1; i++)
        {
            if (words[i].Text is not ("-c" or "-lc" or "-e" or "-ec"))
                continue;
            // It may be a shell, or an interpreter.
            var reason = state.Opaque;
            ReadCode(words[i + 1].Text);
            state.Restore(reason);
            LookIntoCode(command, "python", words[i + 1].Text, depth);
        }

        // Where the expansion is empty, the next word is the command.
        if (first.MaySplit && first.Text.Length == 1 && words.Length > 1 && words[1].Text.Length > 0 && words[1].Text[0] != '-')
            Emit(words[1..], from, depth + 1, command);
    }

    private void LookIntoScript(ShellCommand command, ScriptSource script, int depth)
    {
        var words = command.Words;
        var isShell = ShellScript.IsShell(command.Program);
        switch (script.From)
        {
            case ScriptFrom.Code:
                var word = words[script.At];
                var code = word.Text[script.Skip..];
                command.RunsNested = word.IsUnknown;
                if (isShell || command.Program is "cmd")
                    ReadWithArguments(code, words.AsSpan()[(script.At + 1)..]);
                else if (ShellScript.IsPowerShell(command.Program))
                    LookIntoPowerShell(command, words[script.At - 1].Text, string.Join(' ', words.Skip(script.At).Select(one => one.Text)));
                else if (code.AsSpan().Trim([ShellWord.Value, ShellWord.Words]).IsEmpty)
                    state.Hide($"what {command.Program} runs is not known");
                else
                    LookIntoInline(command, ShellScript.Find(command.Program)!.Language, code, depth);
                return;
            case ScriptFrom.File:
                // A file that is named when it runs, or none at all: <(…)
                command.RunsNested = words[script.At].BaseName is [ShellWord.Words] or [ShellWord.Value];
                if (command.RunsNested && isShell)
                    state.Hide($"what {command.Program} runs is not known");
                if (WrittenTo(words[script.At].Text) is not { } written)
                    return;
                if (isShell)
                    ReadCode(written);
                else if (ShellScript.Find(command.Program) is { } language)
                    LookIntoInline(command, language.Language, written, depth);

                return;
            // Somebody else types there.
            case ScriptFrom.Input
                when command.IsElsewhere
                    && command.Input is null
                    && command.Inputs.IsEmpty
                    && upstream.To == upstream.From
                    && hereDocuments.Count == 0:
                return;
            case ScriptFrom.Input:
                // A here-document may come further down. An interpreter without anything to read talks with somebody.
                if (isShell || command.Input is not null || upstream.To > upstream.From || hereDocuments.Count > 0)
                    state.AwaitingInput.Add(command);
                return;
        }
    }

    /// <summary>What the line itself has put into a file before; null where that is not known.</summary>
    private string? WrittenTo(string file)
    {
        string? text = null;
        var commands = state.Commands;
        for (var i = Math.Max(0, commands.Count - 256); i < commands.Count; i++)
            foreach (var output in commands[i].Outputs)
                if (output.Text == file && PrintedBy(commands[i]) is { } printed)
                    text = output.IsAppended ? $"{text}\n{printed}" : printed;
        return text;
    }

    /// <summary>sh -c TEXT NAME ARGUMENTS: the text knows them as <c>$0</c>, <c>$1</c>, <c>$@</c>.</summary>
    private void ReadWithArguments(string code, ReadOnlySpan<ShellWord> arguments)
    {
        var mark = state.Mark();
        List<string> all = [];
        for (var i = 0; i < arguments.Length && i < 10; i++)
        {
            state.Set(i.ToString(System.Globalization.CultureInfo.InvariantCulture), [arguments[i].Text], isCertain: true);
            if (i > 0)
                all.Add(arguments[i].Text);
        }

        if (all.Count > 0)
        {
            state.Set("@", all, isCertain: true);
            state.Set("*", all, isCertain: true);
        }

        ReadCode(code);
        state.RollBack(mark);
    }

    private void LookIntoInline(ShellCommand command, string language, string code, int depth)
    {
        if (language == "shell")
            ReadCode(code);
        else if (language == "tcl")
            foreach (var line in code.Split((char[])['\n', ';'], StringSplitOptions.TrimEntries))
                ReadCode(
                    line.StartsWith("exec ", StringComparison.Ordinal) || line.StartsWith("spawn ", StringComparison.Ordinal)
                        ? line[(line.IndexOf(' ') + 1)..]
                        : ""
                );
        else
            LookIntoCode(command, language, code, depth);
    }

    private void LookIntoPowerShell(ShellCommand command, string option, string code)
    {
        if (option.AsSpan().TrimStart("-/") is ['e' or 'E', 'n' or 'N' or 'c' or 'C', ..])
        {
            state.Hide($"what {command.Program} runs is encoded");
            return;
        }

        var reason = state.Opaque;
        ReadCode(PowerShellText.AsShell(code));
        state.Restore(reason);
    }

    /// <summary>Shell text in options and in scripts of other programs. True where nothing else of it needs a look.</summary>
    private bool LookIntoOptions(ShellCommand command, int depth)
    {
        var program = command.Program;
        var words = command.Words;
        if (CodeOptions.TryGetValue(program, out var options))
            ReadCodeOptions(words, options);
        switch (program)
        {
            case "tar" or "gtar":
                foreach (var word in words)
                    if (word.Text.StartsWith("--checkpoint-action=exec=", StringComparison.Ordinal))
                        ReadCode(word.Text[25..]);
                return true;
            case "awk" or "gawk" or "mawk" or "nawk" or "original-awk":
                if (Script(words, "Fvf") is { } awk)
                    LookIntoCode(command, "awk", awk.Text, depth);
                return true;
            case "sed" or "gsed":
                foreach (var script in SedScripts(words))
                    ReadSed(command, script, depth);
                return true;
            case "vi" or "vim" or "nvim" or "view" or "ex" or "gvim" or "vimdiff":
                foreach (var script in VimCommands(words))
                    if (script.IndexOf('!') is >= 0 and var mark && script.AsSpan(0, mark).Trim(": r%silentwexecute'\"") is "")
                        ReadCode(script[(mark + 1)..].TrimEnd('\'', '"'));
                    else
                        LookIntoCode(command, "vim", script, depth);
                return true;
            case "emacs" or "emacsclient":
                for (var i = 1; i < words.Length; i++)
                    if (words[i].Text is "--eval" or "-e" or "--execute" or "-eval" && i + 1 < words.Length)
                        LookIntoCode(command, "lisp", words[i + 1].Text, depth);
                    else if (words[i].Text.StartsWith("--eval=", StringComparison.Ordinal))
                        LookIntoCode(command, "lisp", words[i].Text[7..], depth);
                return true;
            case "make" or "gmake":
                ReadMake(command);
                return true;
            case "ssh" or "autossh" or "mosh":
                ReadSsh(words);
                return true;
            case "pssh" or "parallel-ssh" or "pdsh" or "clush" or "dsh" or "mussh" or "ansible" or "salt" or "salt-ssh":
                ReadElsewhere(words.Skip(1).Where(word => word.Text.Contains(' ')).Select(word => word.Text));
                return false;
            case "tmux":
                foreach (var word in words.Skip(2))
                    if (word.Text.Contains(' '))
                        ReadCode(word.Text);
                return false;
            case "concurrently" or "npm-run-all" or "wsl":
                foreach (var word in words.Skip(1))
                    if (word.Text.Contains(' '))
                        ReadCode(word.Text);
                return false;
            case "psql" or "mysql" or "mariadb" or "sqlite3" or "gdb" or "lldb" or "ftp" or "sftp":
                foreach (var word in words.Skip(1))
                foreach (var mark in (string[])["\\! ", ".shell ", ".system ", "shell ", "system ", "!"])
                    if (word.Text.AsSpan().TrimStart().StartsWith(mark))
                        ReadCode(word.Text.TrimStart()[mark.Length..]);
                return true;
            case "sops" when words.Length > 3 && words[1].Text == "exec-env":
                ReadCode(words[^1].Text);
                return true;
            case "compgen" or "complete":
                for (var i = 1; i < words.Length - 1; i++)
                    if (words[i].Text == "-C")
                        ReadCode(words[i + 1].Text);
                return true;
            default:
                return false;
        }
    }

    private void ReadCodeOptions(ImmutableArray<ShellWord> words, string options)
    {
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text.Length < 2 || text[0] != '-')
                continue;
            foreach (var range in options.AsSpan().Split(' '))
            {
                var option = options.AsSpan(range);
                if (option.Length == 0 || !text.AsSpan().StartsWith(option))
                    continue;
                if (text.Length == option.Length && i + 1 < words.Length)
                    ReadCode(words[++i].Text);
                else if (text.Length > option.Length && text[option.Length] == '=')
                    ReadCode(text[(option.Length + 1)..]);
                break;
            }
        }
    }

    /// <summary>A word of a program that we do not know is itself a shell, a wrapper or the like: it may be run.</summary>
    private void LookAmongWords(ShellCommand command, ShellCommandDraft from, int depth)
    {
        var words = command.Words;
        if (words.Length < 3 || depth > 3 || IsTalker(command.Program))
            return;
        for (var i = 1; i < words.Length - 1; i++)
        {
            var name = words[i].BaseName;
            if (words[i].IsUnknown || name.Length is 0 or > 16 || words[i].Text.Contains(' '))
                continue;
            var program = name.ToString();
            if (
                (ShellScript.IsShell(program) || ShellScript.Find(program) is not null)
                    && words[i + 1].Text is ['-', not '-', ..] option
                    && option.AsSpan().ContainsAny("ce")
                || program is "xargs" or "sudo" or "find" or "env" or "nohup"
            )
            {
                Emit(words[i..], from, depth + 1, command, isPossible: true);
                return;
            }
        }
    }

    private static ShellWord? Script(ImmutableArray<ShellWord> words, string values)
    {
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text.StartsWith("-f", StringComparison.Ordinal) || text.StartsWith("--file", StringComparison.Ordinal))
                return null;
            if (text == "--" || text.Length < 2 || text[0] != '-')
                return text != "--" ? words[i]
                    : i + 1 < words.Length ? words[i + 1]
                    : null;
            if (text.Length == 2 && values.Contains(text[1]))
                i++;
        }

        return null;
    }

    private static IEnumerable<string> SedScripts(ImmutableArray<ShellWord> words)
    {
        var hasOption = false;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-e" or "--expression" && i + 1 < words.Length)
            {
                hasOption = true;
                yield return words[++i].Text;
            }
            else if (text.StartsWith("--expression=", StringComparison.Ordinal))
            {
                hasOption = true;
                yield return text[13..];
            }
            else if (text.StartsWith("-f", StringComparison.Ordinal) || text.StartsWith("--file", StringComparison.Ordinal))
            {
                yield break;
            }
            else if (text is ['-', not '-', .., 'e'] && i + 1 < words.Length)
            {
                hasOption = true;
                yield return words[++i].Text;
            }
            else if (!text.StartsWith('-') && !hasOption)
            {
                yield return text;
                yield break;
            }
        }
    }

    /// <summary>GNU sed runs what stands behind the command e, and what s///e has made.</summary>
    private void ReadSed(ShellCommand command, string script, int depth)
    {
        foreach (
            var part in script.Split((char[])[';', '\n', '{', '}'], StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries)
        )
        {
            var text = part.AsSpan().TrimStart("0123456789$,~+! ");
            if (text.Length > 1 && text[0] == '/' && text[1..].IndexOf('/') is >= 0 and var end)
                text = text[(end + 2)..].TrimStart("! ");
            if (text is "e")
                state.Hide("sed runs what it reads");
            else if (text is ['e', ' ' or '\t', ..])
                ReadCode(text[2..].ToString());
            else if (text is ['w', ' ', ..])
                Perform(command, depth, [":"], writes: text[2..].Trim().ToString());
            else if (text.Length > 3 && text[0] == 's' && !char.IsAsciiLetterOrDigit(text[1]) && text[1] != ' ')
                ReadSubstitute(command, text[2..], text[1], depth);
        }
    }

    private void ReadSubstitute(ShellCommand command, ReadOnlySpan<char> text, char delimiter, int depth)
    {
        if (text.IndexOf(delimiter) is not (>= 0 and var middle) || text[(middle + 1)..].LastIndexOf(delimiter) is not (>= 0 and var end))
            return;
        var flags = text[(middle + end + 2)..];
        if (flags.IndexOf('w') is >= 0 and var file && flags[..file].IndexOfAnyExcept(SedFlags) < 0)
        {
            Perform(command, depth, [":"], writes: flags[(file + 1)..].Trim().ToString());
            flags = flags[..file];
        }

        if (!flags.Contains('e') || flags.IndexOfAnyExcept(SedFlags) >= 0)
            return;
        ReadCode(text.Slice(middle + 1, end).ToString());
        state.Hide("sed runs what it makes");
    }

    private static IEnumerable<string> VimCommands(ImmutableArray<ShellWord> words)
    {
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-c" or "--cmd" or ['-', not '-', .., 'c'] && i + 1 < words.Length)
                yield return words[++i].Text;
            else if (text.StartsWith('+'))
                yield return text[1..];
        }
    }

    private void ReadMake(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text.StartsWith("--eval=", StringComparison.Ordinal))
                ReadRecipes(text[7..]);
            else if (text is "--eval" or "-E" && i + 1 < words.Length)
                ReadRecipes(words[++i].Text);
            else if (text.StartsWith("SHELL=", StringComparison.Ordinal) && text.Contains(' '))
                ReadCode(text[6..]);
            else if (
                text is "-f-" or "-f/dev/stdin" or "--file=-"
                || (text is "-f" or "--file" && i + 1 < words.Length && words[i + 1].Text is "-" or "/dev/stdin")
            )
                state.AwaitingInput.Add(command);
        }
    }

    private void ReadRecipes(string makefile)
    {
        foreach (var line in makefile.Split('\n'))
        {
            var recipe =
                line.StartsWith('\t') ? line
                : line.IndexOf(';') is >= 0 and var at ? line[(at + 1)..]
                : "";
            if (recipe.Length > 0)
                ReadCode(recipe.TrimStart('\t', ' ', '@', '-').Replace("$$", "$", StringComparison.Ordinal));
            if (line.IndexOf("$(shell ", StringComparison.Ordinal) is >= 0 and var call)
                ReadCode(line[(call + 8)..].TrimEnd(')'));
        }
    }

    /// <summary>What another machine runs, and what ssh starts here to reach it.</summary>
    private void ReadSsh(ImmutableArray<ShellWord> words)
    {
        var i = 1;
        for (; i < words.Length && words[i].Text.StartsWith('-'); i++)
        {
            var text = words[i].Text;
            var setting =
                text == "-o" && i + 1 < words.Length ? words[i + 1].Text
                : text.StartsWith("-o", StringComparison.Ordinal) ? text[2..]
                : "";
            if (
                setting.IndexOfAny(['=', ' ']) is > 0 and var equals
                && setting[..equals].ToLowerInvariant() is "proxycommand" or "localcommand" or "knownhostscommand"
            )
                ReadCode(setting[(equals + 1)..]);
            if (text.Length == 2 && "BbcDEeFIiJLlmOopQRSWw".Contains(text[1]))
                i++;
        }

        if (i + 1 >= words.Length)
            return;
        ReadElsewhere([string.Join(' ', words.Skip(i + 1).Select(word => word.Text))]);
    }

    /// <summary>Lines that a shell of another machine runs.</summary>
    private void ReadElsewhere(IEnumerable<string> lines)
    {
        var (folder, wasElsewhere) = (state.Folder, isElsewhere);
        (state.Folder, isElsewhere) = (ShellFolder.Unknown, true);
        foreach (var line in lines)
            ReadCode(line);
        (state.Folder, isElsewhere) = (folder, wasElsewhere);
    }
}
