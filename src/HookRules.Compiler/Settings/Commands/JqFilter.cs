namespace HookRules.Compiler.Settings.Commands;

/// <summary>The filter of a call of jq.</summary>
/// <param name="ReadsInput">It reads its standard input, and no file that it names.</param>
internal sealed record JqFilter(string Text, int Start, int End, bool ReadsInput)
{
    // Options with the number of words that belong to them.
    private static readonly Dictionary<string, int> Taking = new(StringComparer.Ordinal)
    {
        ["--arg"] = 2,
        ["--argjson"] = 2,
        ["--slurpfile"] = 2,
        ["--rawfile"] = 2,
        ["--indent"] = 1,
        ["-L"] = 1,
    };

    /// <summary>Null for another program, and for a filter that stands in a file.</summary>
    public static JqFilter? Of(WrittenCommand command)
    {
        if (Scripts.Program(command.Words[0]) != "jq")
            return null;
        WrittenWord? filter = null;
        var (isNull, files) = (false, false);
        for (var i = 1; i < command.Words.Length; i++)
        {
            var word = command.Words[i];
            if (word.HasQuotes || !word.Text.StartsWith('-'))
            {
                files |= filter is not null;
                filter ??= word;
                continue;
            }

            if (word.Text is "--args" or "--jsonargs")
                break;
            if (word.Text is "-f" or "--from-file" or "--raw-input" or "--slurp" || IsShort(word.Text, 'f'))
                return null;
            isNull |= word.Text == "--null-input" || IsShort(word.Text, 'n');
            i += Taking.GetValueOrDefault(word.Text);
        }

        return filter is null ? null : new JqFilter(filter.Text, filter.Start, filter.End, !isNull && !files);
    }

    private static bool IsShort(string option, char letter) =>
        option.Length > 1 && option[1] != '-' && option.Contains(letter, StringComparison.Ordinal);
}
