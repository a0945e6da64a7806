using System.Text;
using System.Text.Json;

namespace HookRules.Fuzz;

/// <summary>Random JSON values, as texts.</summary>
internal static class JsonInput
{
    private static readonly string[] Scalars =
    [
        "null",
        "1",
        "true",
        "false",
        "-0",
        "1.5",
        "1e2",
        "1E+400",
        "123456789012345678901234567890",
        "0.1",
        "5",
        "100",
    ];

    public static readonly string[] Texts =
    [
        "a",
        "",
        "git push --force",
        "/home/dev/project/src/a.py",
        "-rf",
        "--",
        "a b",
        "é",
        "😀",
        "line\nbreak",
        "\0",
        "\u2028",
        "$(x) `y` ;z",
        "<!channel>",
        "../../etc/passwd",
        "5",
        "true",
        "x/y.ts",
        "aaa",
        "\t",
        "A",
        "ab",
        "\u001b[2J",
        "--output=x",
        "https://evil.example",
    ];

    public static string Value(Choices choices, IReadOnlyList<string> keys, int depth = 0) =>
        choices.Next(depth > 3 ? 3 : 6) switch
        {
            0 => Quoted(Text(choices)),
            1 => choices.Pick(Scalars),
            2 when choices.OneIn(16) => choices.Pick(["\"\\ud800\"", "\"\\u0041\\/\\b\"", "\"x\\udc00y\"", "\"\\ud83d\\ude00\""]),
            2 => choices.Pick(["\"a\"", "\"5\"", "true"]),
            3 => $"[{string.Join(',', Enumerable.Range(0, choices.Next(4)).Select(_ => Value(choices, keys, depth + 1)))}]",
            _ => Object(choices, keys, depth),
        };

    public static string Object(Choices choices, IReadOnlyList<string> keys, int depth = 0)
    {
        var members = new Dictionary<string, string>(StringComparer.Ordinal);
        for (var count = choices.Next(5); count > 0; count--)
            members[Key(choices, keys)] = Value(choices, keys, depth + 1);
        return $"{{{string.Join(',', members.Select(member => $"{member.Key}:{member.Value}"))}}}";
    }

    public static string Key(Choices choices, IReadOnlyList<string> keys) =>
        choices.OneIn(30)
            ? choices.Pick(["\"\\ud800\"", "\"\\u0061\"", "\"\"", "\"t\\u006fol_input\"", "\"a.b\"", "\"\\udc00command\""])
            : Quoted(choices.Pick(keys));

    public static string Text(Choices choices)
    {
        var text = choices.Pick(Texts);
        return choices.OneIn(6) ? text + choices.Pick(Texts) : text;
    }

    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        quoted.Append(JsonEncodedText.Encode(text, System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping));
        return quoted.Append('"').ToString();
    }
}
