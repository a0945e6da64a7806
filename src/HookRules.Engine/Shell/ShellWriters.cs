using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What is known about programs that write, replace or remove files: which of their words are those files.</summary>
internal static class ShellWriters
{
    /// <summary>Programs all of whose operands are changed or gone.</summary>
    private static readonly HashSet<string> Plain =
    [
        .. "tee rm unlink shred truncate touch wipefs mv blkdiscard sponge mkswap parted fdisk sfdisk sgdisk mke2fs rmdir trash".Split(' '),
        .. "chattr set-content add-content out-file remove-item del erase ri clear-content sc ac".Split(' '),
    ];

    /// <summary>It takes a folder together with what is in it.</summary>
    public static bool TakesFolders(ShellCommand command) =>
        command.Program switch
        {
            "rm" or "mv" or "rmdir" or "trash" or "remove-item" or "ri" or "chmod" or "chown" or "chgrp" or "find" => true,
            "git" => command.Words.Length > 1,
            _ => false,
        };

    public static IEnumerable<ShellWord> WrittenBy(ShellCommand command)
    {
        var words = command.Words;
        if (
            command.Program is "wipefs" or "sfdisk" or "mke2fs" or ['m', 'k', 'f', 's', ..]
            && words.Any(word => word.Text is "-n" or "--no-act" or "--help")
        )
            return [];
        if (Plain.Contains(command.Program) || command.Program.StartsWith("mkfs", StringComparison.Ordinal))
            return Operands(command);
        switch (command.Program)
        {
            case "dd":
                return words
                    .Where(word => word.Text.StartsWith("of=", StringComparison.Ordinal))
                    .Select(word => new ShellWord(word.Text[3..]));
            case "cp" or "install" or "ln" or "rsync" or "scp" or "copy-item" or "move-item":
                return Operands(command).TakeLast(1).Concat(ValuesOf(words, "-t", "--target-directory"));
            case "sed" or "gsed" or "perl" or "ruby" when words.Any(word => IsInPlace(word.Text)):
                return Operands(command);
            case "chmod" or "chown" or "chgrp":
                return Operands(command).Skip(1);
            case "find" or "gfind" when words.Any(word => word.Text == "-delete"):
                return ShellArguments.StartsOfFind(command).Select(start => new ShellWord(start));
            case "tar"
            or "gtar"
            or "bsdtar" when words.Length > 1 && words.Any(word => word.Text is "--extract" or "-C" || IsExtract(word, words)):
                return ValuesOf(words, "-C", "--directory");
            case "unzip" or "7z":
                return ValuesOf(words, "-d", "-o");
            case "patch":
                return ValuesOf(words, "-d", "--directory").Concat(Operands(command).Take(1));
            case "curl":
                return ValuesOf(words, "-o", "--output");
            case "wget":
                return ValuesOf(words, "-O", "--output-document");
            case "sort":
                return ValuesOf(words, "-o", "--output");
            case "git"
                when words.Length > 2
                    && words[1].Text is "rm" or "mv"
                    && !words.Any(word => word.Text is "--cached" or "-n" or "--dry-run"):
                return Operands(command).Skip(1);
            default:
                return [];
        }

        bool IsInPlace(string word) =>
            word.StartsWith("--in-place", StringComparison.Ordinal)
            || (word is ['-', not '-', ..] && word.AsSpan(1, ShellArguments.LettersEnd(command.Program, word) - 1).Contains('i'));
    }

    private static bool IsExtract(ShellWord word, ImmutableArray<ShellWord> words) =>
        word == words[1] && word.Text.Contains('x') && !word.Text.StartsWith("--", StringComparison.Ordinal);

    /// <summary>The values of an option, written as <c>-o x</c>, <c>-ox</c>, <c>--long x</c> or <c>--long=x</c>.</summary>
    public static IEnumerable<ShellWord> ValuesOf(ImmutableArray<ShellWord> words, string letter, string option)
    {
        for (var i = 1; i < words.Length; i++)
        {
            var text = words[i].Text;
            if (text == letter || text == option)
            {
                if (i + 1 < words.Length)
                    yield return words[++i];
            }
            else if (text.StartsWith(option, StringComparison.Ordinal) && text.Length > option.Length && text[option.Length] == '=')
                yield return words[i] with
                {
                    Text = text[(option.Length + 1)..],
                };
            else if (text.StartsWith(letter, StringComparison.Ordinal) && text.Length > letter.Length && text[0] == '-' && text[1] != '-')
                yield return words[i] with
                {
                    Text = text[letter.Length..],
                };
        }
    }

    private static IEnumerable<ShellWord> Operands(ShellCommand command) => command.Words.Skip(1).Where(word => !word.Text.StartsWith('-'));
}
