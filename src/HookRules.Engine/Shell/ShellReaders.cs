namespace HookRules.Engine;

/// <summary>What is known about programs that print or copy what is in files: which of their words are those files.</summary>
internal static class ShellReaders
{
    /// <summary>All operands are files.</summary>
    private static readonly string[] Plain =
    [
        "cat",
        "tac",
        "nl",
        "head",
        "tail",
        "less",
        "more",
        "most",
        "bat",
        "batcat",
        "view",
        "cut",
        "sort",
        "uniq",
        "paste",
        "column",
        "fold",
        "fmt",
        "pr",
        "rev",
        "comm",
        "join",
        "diff",
        "cmp",
        "strings",
        "xxd",
        "od",
        "hd",
        "hexdump",
        "base64",
        "base32",
        "zcat",
        "gzip",
        "bzip2",
        "xz",
        "zip",
        "tar",
        "shred",
        "gunzip",
        "zstd",
        "7z",
        "batgrep",
        "glow",
        "pygmentize",
        "get-content",
        "gc",
        "type",
        "select-string",
        "emacs",
        "vim",
        "vi",
        "nano",
        "pbcopy",
        "xclip",
        "iconv",
        "dos2unix",
        "split",
        "csplit",
        "wl-copy",
        "expand",
        "unexpand",
        "look",
        "envsubst",
        "shuf",
        "tsort",
        "ul",
        "zless",
        "zmore",
        "bzcat",
        "xzcat",
        "zstdcat",
        "lz4",
        "uuencode",
        "vimdiff",
        "sdiff",
        "colordiff",
        "delta",
        "icdiff",
        "pv",
    ];

    /// <summary>The first operand is a pattern or a script, unless an option brings it along.</summary>
    private static readonly string[] BehindAPattern =
    [
        "grep",
        "egrep",
        "fgrep",
        "zgrep",
        "rg",
        "ag",
        "ack",
        "sed",
        "awk",
        "gawk",
        "mawk",
        "jq",
        "yq",
    ];

    /// <summary>The last operand is where it goes.</summary>
    private static readonly string[] Copying = ["cp", "mv", "ln", "install", "scp", "rsync", "copy-item", "cpi", "copy", "move-item", "mi"];

    /// <summary>Modules of Python that print, as programs, what is in a file.</summary>
    private static readonly string[] PrintingModules = ["json.tool", "base64", "quopri", "uu", "tokenize", "ast", "zipfile", "tarfile"];

    public static IEnumerable<ShellWord> ReadBy(ShellCommand command)
    {
        var program = command.Program;
        if (program == "sort")
            return Operands(command).Except(ShellWriters.ValuesOf(command.Words, "-o", "--output"));
        if (Plain.Contains(program))
            return Operands(command).Concat(Attached(command));
        if (BehindAPattern.Contains(program))
            return BehindPattern(command);
        if (Copying.Contains(program))
            return Operands(command).SkipLast(HasTargetFolder(command) ? 0 : 1);
        return program switch
        {
            "dd" => command
                .Words.Where(word => word.Text.StartsWith("if=", StringComparison.Ordinal))
                .Select(word => word with { Text = word.Text[3..] }),
            "curl" or "wget" or "http" or "https" or "xh" or "iwr" or "irm" or "invoke-webrequest" or "invoke-restmethod" => SentBy(
                command
            ),
            "xargs" or "gxargs" or "parallel" => ShellWriters.ValuesOf(command.Words, "-a", "--arg-file"),
            "git" => ReadByGit(command),
            "openssl" => OpenSsl(command),
            "python"
            or "python3"
                when command.Words is [_, { Text: "-m" }, { Text: var module }, .. var files] && PrintingModules.Contains(module) =>
                files.Where(word => !word.Text.StartsWith('-')),
            "perl" or "ruby" when ShellScript.SourceOf(command) is { From: ScriptFrom.Code } code => command
                .Words.Skip(code.At + 1)
                .Where(word => !word.Text.StartsWith('-')),
            "aws" or "gsutil" or "rclone" or "az" or "gcloud" or "s3cmd" or "mc" or "docker" or "kubectl" => CopiedAway(command),
            _ => [],
        };
    }

    /// <summary>What goes out with a request: -d @FILE, -F name=@FILE, -T FILE, --post-file=FILE, file:///PATH.</summary>
    private static IEnumerable<ShellWord> SentBy(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text.StartsWith("file://", StringComparison.OrdinalIgnoreCase))
            {
                yield return words[i] with
                {
                    Text = text[7..],
                };
                continue;
            }

            var equals = text.IndexOf('=');
            var option =
                equals > 0 && text[0] == '-' ? text[..equals]
                : text.StartsWith("--", StringComparison.Ordinal) || text.Length < 3 || text[1] is 'I' or 'i' ? text
                : text[..2];
            var value =
                option.Length < text.Length && text[0] == '-'
                    ? words[i] with
                    {
                        Text = text[(option.Length + (option == text[..2] && equals != 2 ? 0 : 1))..],
                    }
                : i + 1 < words.Length ? words[i + 1]
                : default;
            switch (option)
            {
                case "-T" or "-InFile" or "-infile" or "--upload-file" or "--post-file" or "--body-file":
                    if (value.Text is not null)
                        yield return value;
                    i += option == text ? 1 : 0;
                    break;
                case "-d" or "-F" or "--data" or "--data-binary" or "--data-ascii" or "--data-urlencode" or "--form" or "--json":
                    if (value.Text is not null && value.Text.AsSpan().IndexOfAny('@', '<') is >= 0 and var at)
                        yield return value with
                        {
                            Text = value.Text[(at + 1)..].Split(';')[0],
                        };
                    i += option == text ? 1 : 0;
                    break;
                default:
                    if (
                        text.Length > 1
                        && text[0] != '-'
                        && command.Program is "http" or "https" or "xh"
                        && text.IndexOf('@') is >= 0 and var part
                    )
                        yield return words[i] with
                        {
                            Text = text[(part + 1)..],
                        };
                    break;
            }
        }
    }

    /// <summary>git show REV:PATH prints an old version of a file; diff, blame and grep print what is in it.</summary>
    private static IEnumerable<ShellWord> ReadByGit(ShellCommand command)
    {
        var words = command.Words;
        var at = 1;
        while (at < words.Length && words[at].Text.StartsWith('-'))
            at += ShellArguments.TakesValue("git", words[at].Text) ? 2 : 1;
        if (at >= words.Length)
            yield break;
        var subcommand = words[at].Text;
        if (
            subcommand
            is not ("show" or "cat-file" or "diff" or "blame" or "annotate" or "grep" or "log" or "archive" or "hash-object" or "stash")
        )
            yield break;
        if (
            subcommand == "log"
            && !words.Any(word => word.Text is "-p" or "--patch" or "-u" || word.Text.StartsWith("-L", StringComparison.Ordinal))
        )
            yield break;
        var isPath = false;
        foreach (var word in words.Skip(at + 1))
        {
            var text = word.Text;
            isPath |= text == "--";
            if (text.StartsWith('-'))
                continue;
            if (text.IndexOf(':') is >= 0 and var colon && colon + 1 < text.Length)
                yield return word with
                {
                    Text = text[(colon + 1)..],
                };
            else if (
                isPath
                || subcommand is "diff" or "blame" or "annotate" or "log" or "hash-object"
                || (subcommand is "grep" or "archive" && text.Contains('.') && word != words[at + 1])
            )
                yield return word;
        }
    }

    private static IEnumerable<ShellWord> OpenSsl(ShellCommand command)
    {
        // A key that is only checked, or whose public half is printed, stays secret.
        if (command.Words.Length < 3 || command.Words[1].Text is "x509" or "req" or "verify" or "s_client" or "crl")
            return [];
        return command.Words.Any(word => word.Text is "-noout" or "-pubout" or "-check")
            ? []
            : ShellWriters.ValuesOf(command.Words, "-in", "-in");
    }

    /// <summary>Sources of a copy to a store in the cloud, into a container or out of one.</summary>
    private static IEnumerable<ShellWord> CopiedAway(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
            if (words[i].Text is "cp" or "mv" or "sync" or "copy" or "copyto" or "put" or "upload" or "rsync")
                return words.Skip(i + 1).Where(word => !word.Text.StartsWith('-')).Take(1);
        return [];
    }

    /// <summary>Where a program that copies puts it; null for others, and where that is a folder for certain.</summary>
    public static ShellWord? Destination(ShellCommand command) =>
        Copying.Contains(command.Program) && !HasTargetFolder(command) && Operands(command).ToArray() is [.., _, var last] ? last : null;

    private static bool HasTargetFolder(ShellCommand command) =>
        command.Words.Any(word => word.Text is "-t" || word.Text.StartsWith("--target-directory", StringComparison.Ordinal));

    /// <summary>Files in long options: --files0-from=x</summary>
    private static IEnumerable<ShellWord> Attached(ShellCommand command) =>
        command
            .Words.Where(word =>
                word.Text.StartsWith("--", StringComparison.Ordinal)
                && word.Text.Contains('=')
                && !word.Text.StartsWith("--exclude", StringComparison.Ordinal)
            )
            .Select(word => word with { Text = word.Text[(word.Text.IndexOf('=') + 1)..] });

    private static IEnumerable<ShellWord> Operands(ShellCommand command)
    {
        var words = command.Words;
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].Text.Length == 0 || words[i].Text[0] == '-')
                // A key that scp is given to log in with is not what it copies.
                i += command.Program == "scp" && words[i].Text is "-i" or "-F" or "-P" or "-o" or "-J" or "-S" or "-l" or "-c" ? 1 : 0;
            else
                yield return words[i];
        }
    }

    private static IEnumerable<ShellWord> BehindPattern(ShellCommand command)
    {
        var isScripted = command.Program is "grep" or "egrep" or "fgrep" or "zgrep" or "rg" or "sed";
        var hasPattern = false;
        for (var i = 1; i < command.Words.Length; i++)
        {
            var text = command.Words[i].Text;
            if (i == 1 && command.Program == "yq" && text is "e" or "eval" or "ea" or "eval-all")
                continue;
            // An option with its value, and the operands of -f and --file that are read too.
            if (text.StartsWith("--file=", StringComparison.Ordinal))
                yield return command.Words[i] with
                {
                    Text = text[7..],
                };
            if (text is "-f" or "--file" && i + 1 < command.Words.Length && isScripted && command.Program != "sed")
                yield return command.Words[i + 1];
            if (text is "--regexp" or "--expression" or "--file" or "--from-file" or "-f" || (isScripted && text is "-e"))
            {
                hasPattern = true;
                i++;
            }
            else if (text.StartsWith('-'))
            {
                hasPattern |=
                    text.StartsWith("--regexp=", StringComparison.Ordinal)
                    || text.StartsWith("--expression=", StringComparison.Ordinal)
                    || text.StartsWith("--file=", StringComparison.Ordinal)
                    || text == "--files";
            }
            else if (hasPattern)
            {
                yield return command.Words[i];
            }
            else
            {
                hasPattern = true;
            }
        }
    }
}
