using System.Text;

namespace HookRules.Fuzz;

/// <summary>Small random changes of a text.</summary>
internal static class Mutation
{
    private static readonly string[] Odd =
    [
        "\"",
        "\\",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        ",",
        ":",
        "#",
        "/",
        "-",
        "\n",
        " ",
        "\t",
        "\r\n",
        "*",
        "!",
        "$",
        "|",
        "&",
        "<",
        ">",
        "=",
        "'",
        "`",
        "%",
        "~",
        "0",
        "-1",
        "99999999999",
        "1e999",
        "\0",
        "\u007f",
        "é",
        "→",
        "\u2028",
        "\u00a0",
        "\uFEFF",
        "😀",
        "\u202e",
        "\\u{0}",
        "\\ud800",
        "\\u0000",
        "null",
        "true",
        "[]",
        "{}",
        "\"\"",
        "\"\"\"",
        "->",
        "/*",
        "//",
    ];

    /// <param name="parts">Words of the input's language, to be put in.</param>
    public static string Of(string text, Choices choices, IReadOnlyList<string> parts, int most = 4)
    {
        var changed = new StringBuilder(text);
        for (var count = choices.Between(1, most); count > 0; count--)
        {
            var at = choices.Next(changed.Length + 1);
            var length = Math.Min(choices.OneIn(4) ? choices.Next(40) : choices.Between(1, 3), changed.Length - at);
            switch (choices.Next(6))
            {
                case 0:
                    changed.Remove(at, length);
                    break;
                case 1:
                    changed.Insert(at, choices.Pick(Odd));
                    break;
                case 2:
                    changed.Insert(at, choices.Pick(parts));
                    break;
                case 3:
                    changed.Remove(at, length).Insert(at, choices.Pick(parts));
                    break;
                case 4:
                    changed.Insert(choices.Next(changed.Length + 1), changed.ToString(at, length));
                    break;
                default:
                    changed.Remove(at, length).Insert(at, (char)(choices.OneIn(8) ? choices.Next(0xd800) : choices.Next(128)));
                    break;
            }
        }

        return changed.ToString();
    }

    /// <summary>Part of a text so often that whatever is not linear shows.</summary>
    public static string Pumped(string text, Choices choices, int size = 150_000)
    {
        var at = choices.Next(text.Length);
        // Whole lines at times, so that what is repeated is sound.
        if (choices.OneIn(3))
            at = text.LastIndexOf('\n', at) + 1;
        var part = text.Substring(at, Math.Min(choices.OneIn(2) ? text.Length : choices.Between(1, 40), text.Length - at));
        if (choices.OneIn(3) && part.IndexOf('\n') is var line and > 0)
            part = part[..(line + 1)];
        if (part.Length == 0)
            part = "x";
        var pumped = new StringBuilder(text[..at], size + text.Length);
        while (pumped.Length < size)
            pumped.Append(part);
        return pumped.Append(text.AsSpan(Math.Min(text.Length, at + part.Length))).ToString();
    }

    /// <summary>As a file would hold it: no half surrogate pairs.</summary>
    public static string Utf8(string text) => Encoding.UTF8.GetString(Encoding.UTF8.GetBytes(text));
}
