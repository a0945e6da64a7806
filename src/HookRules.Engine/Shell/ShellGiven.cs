using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a command is given, in whatever way: values of its options, words, and texts that stand in the line for it to
/// read.</summary>
internal static class ShellGiven
{
    /// <summary>An option with a value, in each of its spellings: <c>--name value</c>, <c>--name=value</c>, <c>-n value</c>,
    /// <c>-nvalue</c>, <c>-xn value</c>. Options that stand before a subcommand count.</summary>
    /// <param name="pattern">Of the value.</param>
    /// <param name="exactly">What is not known does not count.</param>
    public static Likelihood HasOption(ShellCommand command, string option, string pattern, bool exactly)
    {
        var words = command.Words;
        var isLetter = option.Length == 2;
        var likelihood = Likelihood.No;
        for (var i = 1; i < words.Length && words[i].Text != "--"; i++)
        {
            var text = words[i].Text.AsSpan();
            ReadOnlySpan<char> value;
            var end =
                isLetter ? LetterEnd(command, text, option[1])
                : text.StartsWith(option) ? option.Length
                // --prun=now is --prune=now.
                : !exactly && text.IndexOf('=') is > 4 and var equals && option.AsSpan().StartsWith(text[..equals]) ? equals
                : -1;
            if (end == text.Length)
            {
                if (i + 1 >= words.Length)
                    break;
                value = words[i + 1].Text;
            }
            else if (end > 0 && (isLetter || text[end] == '='))
            {
                value = text[end] == '=' ? text[(end + 1)..] : text[end..];
            }
            else
            {
                if (!exactly && words[i].MaySplit && words[i].KnownLength == 0)
                    likelihood = Likelihood.Maybe;
                continue;
            }

            if (
                Wildcard.IsMatch(pattern, value)
                || (value.Contains(ShellWord.Home) && Wildcard.IsMatch(pattern, $"{new ShellWord(value.ToString())}"))
            )
                return Likelihood.Yes;
            if (!exactly && value.ContainsAny(ShellWord.Value, ShellWord.Words))
                likelihood = Likelihood.Maybe;
        }

        return likelihood;
    }

    /// <summary>One of the expressions matches a word (the home folder in it is <c>~</c>, the project <c>.</c>) behind the program's name,
    /// the value of an option that is joined to it, the name of a
    /// file that the shell opens for it, or what a here-document, <c>echo</c> or <c>printf</c> of the line gives it to read.</summary>
    public static bool Matches(ShellCommand command, ImmutableArray<RegexPattern> expressions, Budget budget)
    {
        if (expressions.IsEmpty)
            return false;
        foreach (var word in command.Words.AsSpan()[1..])
        {
            var text = word.ToString();
            if (IsMatch(text, expressions, budget))
                return true;
            if (Joined(text) is { Length: > 0 } value && IsMatch(value, expressions, budget))
                return true;
        }

        foreach (var file in command.Inputs)
            if (IsMatch(file.ToString(), expressions, budget))
                return true;
        var input = command.InputText ?? (command.Source is { } source ? ShellParser.PrintedBy(source) : null);
        return input is not null && IsMatch(input, expressions, budget);
    }

    /// <summary>Where a letter ends in a word of joined letters; what follows is its value. Negative where it is not there.</summary>
    private static int LetterEnd(ShellCommand command, ReadOnlySpan<char> text, char letter)
    {
        if (text.Length < 2 || text[0] != '-')
            return -1;
        if (text[1] == letter)
            return 2;
        var at = text.IndexOf(letter);
        return at > 1 && ShellArguments.JoinsLetters(command.Program) && !text[1..at].ContainsAnyExcept(Letters) ? at + 1 : -1;
    }

    private static readonly System.Buffers.SearchValues<char> Letters = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
    );

    private static ReadOnlySpan<char> Joined(string word)
    {
        if (word.Length < 3 || word[0] != '-')
            return [];
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        return word[1] == '-' || equals == 2
            ? equals < 0
                ? []
                : word.AsSpan(equals + 1)
            : word.AsSpan(2);
    }

    private static bool IsMatch(ReadOnlySpan<char> text, ImmutableArray<RegexPattern> expressions, Budget budget)
    {
        foreach (var expression in expressions)
            if (expression.IsMatch(text, budget))
                return true;
        return false;
    }
}
