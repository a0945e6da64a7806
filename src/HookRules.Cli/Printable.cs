using System.Globalization;
using System.Text;

namespace HookRules.Cli;

/// <summary>Text from a payload as it may be shown on a terminal: control and formatting characters are escaped.</summary>
internal static class Printable
{
    public static string Line(string text)
    {
        StringBuilder? shown = null;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (!IsUnsafe(c))
            {
                shown?.Append(c);
                continue;
            }

            shown ??= new StringBuilder(text, 0, i, text.Length + 16);
            shown.Append(c switch
            {
                '\n' => "\\n",
                '\r' => "\\r",
                '\t' => "\\t",
                _ => string.Create(CultureInfo.InvariantCulture, $"\\u{{{(int)c:x}}}"),
            });
        }

        return shown?.ToString() ?? text;
    }

    // Direction marks can make a line read differently from what it is.
    private static bool IsUnsafe(char c) => char.IsControl(c) || c is '\u2028' or '\u2029' or (>= '\u202a' and <= '\u202e') or (>= '\u2066' and <= '\u2069');
}
