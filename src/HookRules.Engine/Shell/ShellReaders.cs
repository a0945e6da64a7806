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
    private static readonly string[] Copying = ["cp", "mv", "ln", "install", "scp", "rsync"];

    public static IEnumerable<ShellWord> ReadBy(ShellCommand command)
    {
        var program = command.Program;
        if (Plain.Contains(program))
            return Operands(command);
        if (BehindAPattern.Contains(program))
            return BehindPattern(command);
        if (Copying.Contains(program))
            return Operands(command).SkipLast(HasTargetFolder(command) ? 0 : 1);
        return program switch
        {
            "dd" => command
                .Words.Where(word => word.Text.StartsWith("if=", StringComparison.Ordinal))
                .Select(word => word with { Text = word.Text[3..] }),
            // -d @FILE, -F name=@FILE, -T FILE
            "curl" or "wget" or "http" or "https" => command
                .Words.Skip(1)
                .Where(word => !word.Text.Contains("://", StringComparison.Ordinal))
                .Select(word => word with { Text = word.Text[(word.Text.IndexOf('@', StringComparison.Ordinal) + 1)..] }),
            _ => [],
        };
    }

    /// <summary>Where a program that copies puts it; null for others, and where that is a folder for certain.</summary>
    public static ShellWord? Destination(ShellCommand command) =>
        Copying.Contains(command.Program) && !HasTargetFolder(command) && Operands(command).ToArray() is [.., _, var last] ? last : null;

    private static bool HasTargetFolder(ShellCommand command) =>
        command.Words.Any(word => word.Text is "-t" || word.Text.StartsWith("--target-directory", StringComparison.Ordinal));

    private static IEnumerable<ShellWord> Operands(ShellCommand command) =>
        command.Words.Skip(1).Where(word => word.Text.Length > 0 && word.Text[0] != '-');

    private static IEnumerable<ShellWord> BehindPattern(ShellCommand command)
    {
        var isScripted = command.Program is "grep" or "egrep" or "fgrep" or "zgrep" or "rg" or "sed";
        var hasPattern = false;
        for (var i = 1; i < command.Words.Length; i++)
        {
            var text = command.Words[i].Text;
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
