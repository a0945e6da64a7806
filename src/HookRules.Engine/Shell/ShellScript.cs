namespace HookRules.Engine;

/// <summary>Where a shell or an interpreter takes its program from.</summary>
internal enum ScriptFrom
{
    /// <summary>It runs none: it tells its version, or only checks.</summary>
    Nowhere,

    /// <summary>It stands in a word of the command line.</summary>
    Code,

    File,

    /// <summary>Standard input.</summary>
    Input,
}

/// <param name="At">The word that holds the code or names the file.</param>
/// <param name="Skip">Where in that word it begins.</param>
internal readonly record struct ScriptSource(ScriptFrom From, int At = 0, int Skip = 0);

/// <summary>Programs that run a script in a language of their own, and how they are told which.</summary>
/// <param name="Code">Letters of the options that bring code; the rest of their word is it, or else the next one.</param>
/// <param name="Values">Letters that take the rest of their word or the next one.</param>
/// <param name="Attached">Letters that take the rest of their word only.</param>
/// <param name="LongCode">Long options that bring code.</param>
/// <param name="LongValues">Long options that take the next word.</param>
/// <param name="Language">As <see cref="ShellCode"/> tells them apart.</param>
internal sealed record ShellScript(
    string Language,
    string Code,
    string Values = "",
    string Attached = "",
    string LongCode = "",
    string LongValues = ""
)
{
    private static readonly Dictionary<string, ShellScript> All = new(StringComparer.Ordinal)
    {
        ["python"] = new("python", "c", Values: "WX"),
        ["pypy"] = new("python", "c", Values: "WX"),
        ["ipython"] = new("python", "c"),
        ["xonsh"] = new("python", "c"),
        ["perl"] = new("perl", "eE", Values: "I", Attached: "MmxiFCDd"),
        ["raku"] = new("perl", "e", Values: "I", Attached: "M"),
        ["ruby"] = new("ruby", "e", Values: "rICE", Attached: "iFxK"),
        ["node"] = new("js", "ep", Values: "rC", LongCode: "--eval --print", LongValues: "--require --import --loader --conditions"),
        ["nodejs"] = new("js", "ep", Values: "rC", LongCode: "--eval --print", LongValues: "--require --import --loader --conditions"),
        ["bun"] = new("js", "ep", LongCode: "--eval --print", LongValues: "--cwd --preload"),
        ["deno"] = new("js", ""),
        ["php"] = new("php", "rBRE", Values: "dcz"),
        ["lua"] = new("lua", "e", Values: "l"),
        ["luajit"] = new("lua", "e", Values: "l"),
        ["rscript"] = new("r", "e"),
        ["julia"] = new("julia", "eE", LongCode: "--eval --print", Values: "LJ"),
        ["elixir"] = new("ruby", "e", LongCode: "--eval"),
        ["groovy"] = new("java", "e"),
        ["scala"] = new("java", "e"),
        ["osascript"] = new("osascript", "e", Values: "l"),
        ["nu"] = new("shell", "c", LongCode: "--commands"),
        ["tclsh"] = new("tcl", ""),
        ["expect"] = new("tcl", "c"),
    };

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

    public static bool IsPowerShell(string program) => program is "pwsh" or "powershell";

    /// <summary>By its name, with or without its version: <c>python3.12</c>.</summary>
    public static ShellScript? Find(string program) =>
        All.GetValueOrDefault(program)
        ?? (
            program.AsSpan().TrimEnd("0123456789.-") is { Length: > 1 } name && name.Length < program.Length
                ? All.GetValueOrDefault(name.ToString())
                : null
        );

    /// <summary>Null where the program is no shell and no interpreter that is known.</summary>
    public static ScriptSource? SourceOf(ShellCommand command)
    {
        var program = command.Program;
        if (IsShell(program))
            return OfShell(command);
        if (IsPowerShell(program))
            return OfPowerShell(command);
        if (program == "cmd")
            return OfCmd(command);
        return Find(program) is { } script ? script.Source(command) : null;
    }

    private ScriptSource Source(ShellCommand command)
    {
        var words = command.Words;
        var first = 1;
        if (command.Program is "deno" or "bun" && words.Length > 1)
        {
            if (command.Program == "deno" && words[1].Text == "eval")
                return Operand(command, 2, ScriptFrom.Code);
            if (words[1].Text == "run")
                first = 2;
            else if (words[1].Text == "-")
                return new ScriptSource(ScriptFrom.Input);
            else if (command.Program == "deno")
                return new ScriptSource(ScriptFrom.Nowhere);
        }

        for (var i = first; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text is "-" or "/dev/stdin")
                return new ScriptSource(ScriptFrom.Input);
            if (text == "--")
                return i + 1 < words.Length ? new ScriptSource(ScriptFrom.File, i + 1) : new ScriptSource(ScriptFrom.Input);
            if (text.Length < 2 || text[0] != '-')
                return new ScriptSource(ScriptFrom.File, i);
            if (text[1] == '-')
            {
                if (text is "--version" or "--help")
                    return new ScriptSource(ScriptFrom.Nowhere);
                var equals = text.IndexOf('=');
                var name = equals < 0 ? text : text[..equals];
                if (IsOneOf(LongCode, name))
                    return equals < 0
                        ? new ScriptSource(ScriptFrom.Code, Math.Min(i + 1, words.Length - 1))
                        : new ScriptSource(ScriptFrom.Code, i, equals + 1);
                if (equals < 0 && IsOneOf(LongValues, name))
                    i++;
                continue;
            }

            if (text is "-V" or "-h" || (text == "-v" && Language != "python"))
                return new ScriptSource(ScriptFrom.Nowhere);
            for (var k = 1; k < text.Length; k++)
            {
                if (Language == "python" && text[k] == 'm')
                    return new ScriptSource(ScriptFrom.File, Math.Min(i + 1, words.Length - 1));
                if (Code.Contains(text[k]))
                    return text.AsSpan(k + 1).ContainsAnyExcept(Code) ? new ScriptSource(ScriptFrom.Code, i, k + 1)
                        : i + 1 < words.Length ? new ScriptSource(ScriptFrom.Code, i + 1)
                        : new ScriptSource(ScriptFrom.Nowhere);
                if (Attached.Contains(text[k]))
                    break;
                if (!Values.Contains(text[k]))
                    continue;
                if (k + 1 == text.Length)
                    i++;
                break;
            }
        }

        return new ScriptSource(command.Program is "bun" ? ScriptFrom.Nowhere : ScriptFrom.Input);
    }

    private static ScriptSource Operand(ShellCommand command, int from, ScriptFrom kind)
    {
        for (var i = from; i < command.Words.Length; i++)
            if (!command.Words[i].Text.StartsWith('-'))
                return new ScriptSource(kind, i);
        return new ScriptSource(ScriptFrom.Nowhere);
    }

    private static bool IsOneOf(string options, ReadOnlySpan<char> option)
    {
        foreach (var range in options.AsSpan().Split(' '))
            if (options.AsSpan(range).SequenceEqual(option))
                return true;
        return false;
    }

    private static ScriptSource OfShell(ShellCommand command)
    {
        var words = command.Words;
        var (isCode, isInput, onlyChecks) = (false, false, false);
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
                return new ScriptSource(ScriptFrom.Nowhere);
            if (text.Length < 2 || text[0] is not ('-' or '+'))
                break;
            var isShort = text[0] == '-' && text[1] != '-';
            isCode |= text == "--command" || (isShort && text.Contains('c'));
            isInput |= isShort && text.Contains('s');
            onlyChecks |= isShort && text.Contains('n');
            // -euo pipefail
            if (text is "--rcfile" or "--init-file" || (text[1] != '-' && text[^1] is 'o' or 'O'))
                i++;
        }

        if (onlyChecks)
            return new ScriptSource(ScriptFrom.Nowhere);
        if (isCode && i < words.Length)
            return new ScriptSource(ScriptFrom.Code, i);
        return i < words.Length && !isInput && words[i].Text is not ("/dev/stdin" or "-" or "/dev/fd/0" or "/proc/self/fd/0")
            ? new ScriptSource(ScriptFrom.File, i)
            : new ScriptSource(ScriptFrom.Input);
    }

    private static ScriptSource OfPowerShell(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text.ToLowerInvariant();
            if (text.Length == 0 || text[0] is not ('-' or '/'))
                return new ScriptSource(command.Program == "powershell" ? ScriptFrom.Code : ScriptFrom.File, i);
            var option = text.AsSpan(1);
            if (option is "version" or "help" or "v" or "h" or "?")
                return new ScriptSource(ScriptFrom.Nowhere);
            if (option.Length == 0 || ("command".AsSpan().StartsWith(option) && i + 1 < words.Length && words[i + 1].Text == "-"))
                return new ScriptSource(ScriptFrom.Input);
            if (
                i + 1 < words.Length
                && ("command".AsSpan().StartsWith(option) || option is "ec" || "encodedcommand".AsSpan().StartsWith(option))
            )
                return new ScriptSource(ScriptFrom.Code, i + 1);
            if (i + 1 < words.Length && "file".AsSpan().StartsWith(option))
                return words[i + 1].Text == "-" ? new ScriptSource(ScriptFrom.Input) : new ScriptSource(ScriptFrom.File, i + 1);
            if (
                option is "ep" or "ex" or "w" or "wd" or "o" or "i"
                || "executionpolicy".AsSpan().StartsWith(option)
                || "windowstyle".AsSpan().StartsWith(option)
                || "workingdirectory".AsSpan().StartsWith(option)
                || "outputformat".AsSpan().StartsWith(option)
                || "inputformat".AsSpan().StartsWith(option)
            )
                i++;
        }

        return new ScriptSource(ScriptFrom.Input);
    }

    private static ScriptSource OfCmd(ShellCommand command)
    {
        for (var i = 1; i < command.Words.Length; i++)
            if (command.Words[i].Text.AsSpan().TrimStart('/') is "c" or "C" or "k" or "K")
                return i + 1 < command.Words.Length ? new ScriptSource(ScriptFrom.Code, i + 1) : new ScriptSource(ScriptFrom.Nowhere);
        return new ScriptSource(ScriptFrom.Input);
    }
}
