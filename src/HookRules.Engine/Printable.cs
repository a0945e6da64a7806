using System.Globalization;

namespace HookRules.Engine;

/// <summary>Text from outside as it may be shown on a terminal: control characters, and marks that change the direction of text, are
/// escaped.</summary>
public static class Printable
{
    public static string Line(string text) => text.All(c => !IsUnsafe(c)) ? text : string.Concat(text.Select(Character));

    /// <summary>The same for text of several lines: line ends and tabs stay.</summary>
    public static string Text(string text) =>
        text.All(c => c is '\n' or '\t' || !IsUnsafe(c))
            ? text
            : string.Concat(text.Select(c => c is '\n' or '\t' ? c.ToString() : Character(c)));

    public static string Character(char c) =>
        c switch
        {
            '\n' => "\\n",
            '\r' => "\\r",
            '\t' => "\\t",
            _ when IsUnsafe(c) => string.Create(CultureInfo.InvariantCulture, $"\\u{(int)c:x4}"),
            _ => c.ToString(),
        };

    /// <summary>It turns the direction of what follows, so that a reader sees another text than the one that counts.</summary>
    public static bool TurnsDirection(char c) => c is (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private static bool IsUnsafe(char c) =>
        char.IsControl(c) || TurnsDirection(c) || c is '\u2028' or '\u2029' or '\u061C' or '\u200E' or '\u200F';
}
