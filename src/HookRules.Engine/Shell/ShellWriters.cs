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

    /// <summary>What was in the files stays: it adds at their end, or it gives a file that is set up from an example what stands
    /// there.</summary>
    public static bool KeepsContents(ShellCommand command) =>
        command.Program switch
        {
            "touch" or "chmod" or "chown" or "chgrp" or "add-content" or "ac" => true,
            "tee" => command.Words.Any(word => word.Text is "--append" or ['-', not '-', ..] && word.Text.Contains('a')),
            "cp" or "copy-item" => Operands(command).ToArray() is [var from, _] && IsExample(from.Text),
            _ => false,
        };

    private static bool IsExample(string file) =>
        file.AsSpan(file.LastIndexOf('/') + 1) is var name
        && (
            name.Contains("example", StringComparison.OrdinalIgnoreCase)
            || name.Contains("sample", StringComparison.OrdinalIgnoreCase)
            || name.Contains("template", StringComparison.OrdinalIgnoreCase)
            || name.EndsWith("dist", StringComparison.OrdinalIgnoreCase)
        );

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
            case "chmod" when words.Skip(1).FirstOrDefault(word => IsMode(word.Text)) is { Text: not null } mode:
                // To keep others out of a key changes nothing in it.
                return words.Skip(1).Where(word => word != mode && !IsOption(word.Text) && !(IsPrivate(mode.Text) && IsKey(word.Text)));
            case "chmod" or "chown" or "chgrp":
                return Operands(command).Skip(1);
            case "ed" or "ex":
                return Operands(command);
            case "find" or "gfind" when words.Any(word => word.Text == "-delete"):
                return ShellArguments
                    .StartsOfFind(command)
                    .Select(start => new ShellWord(start))
                    .Concat(ShellArguments.SoughtByFind(command));
            case "tar"
            or "gtar"
            or "bsdtar" when words.Length > 1 && words.Any(word => word.Text is "--extract" or "-C" || IsExtract(word, words)):
                // What is unpacked into the root may lie in any folder of the system.
                return ValuesOf(words, "-C", "--directory").Select(folder => folder.Text == "/" ? folder with { Text = "/etc/-" } : folder);
            case "unzip" or "7z":
                return ValuesOf(words, "-d", "-o");
            case "patch":
                return ValuesOf(words, "-d", "--directory").Concat(Operands(command).Take(1));
            case "curl":
                return ValuesOf(words, "-o", "--output").Concat(BehindLetters(words, 'o', "AbcCdDeEFhHKmMPQrtTuUwxXyYz"));
            case "wget":
                return ValuesOf(words, "-O", "--output-document").Concat(BehindLetters(words, 'O', "aABDeGiIloPQRtTUwX"));
            case "sort":
                return ValuesOf(words, "-o", "--output");
            case "git" when words.Any(word => word.Text is "apply" or "am"):
                return ValuesOf(words, "--directory", "--directory")
                    .Concat(ValuesOf(words, "-C", "-C"))
                    .SelectMany(folder => (ShellWord[])[folder, folder with { Text = folder.Text + "/-" }]);
            case "git" when words.Length > 3 && words[1].Text == "stash" && words[2].Text is "push" or "--" or "save":
                return words.SkipWhile(word => word.Text != "--").Skip(1);
            case "git"
                when words.Length > 2
                    && words[1].Text is "rm" or "mv"
                    && !words.Any(word => word.Text is "-n" or "--dry-run")
                    && !(
                        words.Any(word => word.Text == "--cached")
                        && !words.Any(word => word.Text is ['-', not '-', ..] && word.Text.Contains('r'))
                    ):
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

    /// <summary>The value behind joined letters of which the last takes it: <c>-sSLo x</c>.</summary>
    /// <param name="takers">Letters that would take the rest of the word.</param>
    private static IEnumerable<ShellWord> BehindLetters(ImmutableArray<ShellWord> words, char letter, string takers)
    {
        for (var i = 1; i < words.Length; i++)
        {
            if (words[i].Text is not ['-', not '-', _, ..] text || text.IndexOf(letter) is not (> 1 and var at))
                continue;
            if (text.AsSpan(1, at - 1).ContainsAny(takers))
                continue;
            if (at + 1 < text.Length)
                yield return words[i] with
                {
                    Text = text[(at + 1)..],
                };
            else if (i + 1 < words.Length)
                yield return words[i + 1];
        }
    }

    private static bool IsOption(string word) => word.StartsWith("--", StringComparison.Ordinal) || word is "-R" or "-v" or "-f" or "-c";

    /// <summary>644, u+x, -x</summary>
    private static bool IsMode(string word) =>
        word.Length > 0
        && !IsOption(word)
        && (!word.AsSpan().ContainsAnyExceptInRange('0', '7') || !word.AsSpan().ContainsAnyExcept(ModeSigns));

    private static bool IsKey(string file) =>
        file.Contains(".ssh", StringComparison.Ordinal)
        || file.EndsWith(".pem", StringComparison.Ordinal)
        || file.EndsWith(".key", StringComparison.Ordinal);

    private static bool IsPrivate(string mode) =>
        mode.TrimStart('0') is "400" or "600" or "700"
        || mode is "go-rwx" or "og-rwx" or "go=" or "og=" or "go-rw" or "u=rw,go=" or "u=rwx,go=";

    private static readonly System.Buffers.SearchValues<char> ModeSigns = System.Buffers.SearchValues.Create("ugoarwxXst+-=,");

    private static IEnumerable<ShellWord> Operands(ShellCommand command) => command.Words.Skip(1).Where(word => !word.Text.StartsWith('-'));
}
