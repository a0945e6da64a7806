using System.Text;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Texts in which <c>{name}</c> stands for a constant. What it stands for is put in once and not looked through again.</summary>
internal static class ConstantText
{
    /// <summary>How much constants may add to one text: a few lines that name each other could otherwise mean gigabytes.</summary>
    public const int MostInserted = 16_384;

    /// <param name="valueOf">What a name between two offsets stands for; null where the braces are none of ours.</param>
    /// <returns>The text; for each of its characters where what it comes from begins and ends; and false where it would have become too
    /// long and was cut.</returns>
    public static (string Text, List<(int Start, int End)> From, bool IsWhole) Expand(string text, Func<string, int, int, string?> valueOf)
    {
        var expanded = new StringBuilder(text.Length);
        var from = new List<(int Start, int End)>(text.Length);
        var left = MostInserted;
        for (var i = 0; i < text.Length; )
        {
            var end = i + 1;
            string? value = null;
            if (text[i] is '{' or '}' && end < text.Length && text[end] == text[i])
            {
                end++;
            }
            else if (NameAt(text, i) is { } name && (value = valueOf(name, i, i + name.Length + 2)) is not null)
            {
                end = i + name.Length + 2;
                left -= value.Length;
                if (left < 0)
                    return (expanded.ToString(), from, false);
            }

            value ??= text[i..end];
            expanded.Append(value);
            for (var k = 0; k < value.Length; k++)
                from.Add((i, end));
            i = end;
        }

        return (expanded.ToString(), from, true);
    }

    private static string? NameAt(string text, int open)
    {
        if (text[open] != '{')
            return null;
        var end = Words.NameEnd(text, open + 1, text.Length);
        return end > open + 1 && end < text.Length && text[end] == '}' ? text[(open + 1)..end] : null;
    }
}
