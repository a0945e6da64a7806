using System.Text;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>Both machines that run regular expressions, against a reference over sets of places.</summary>
internal sealed class RegexTarget : Target
{
    private static readonly string[] Atoms =
    [
        "a",
        "b",
        ".",
        "\\w",
        "\\d",
        "\\s",
        "[ab]",
        "[^a]",
        "[a-c0-9_]",
        "\\b",
        "\\B",
        "^",
        "$",
        "\\W",
        "\\S",
        "x",
        "-",
        "\\/",
        "\\n",
        "é",
        "\\u00e9",
        "[\\w-]",
        "K",
        "ſ",
        "ς",
        "[^\\s\"]",
        "git",
        " ",
        "\\x41",
        "[\\b]",
        "[^]",
        "{",
        "(?:)",
        "Å",
        "µ",
        "[\\D]",
        "\\.",
        "}",
    ];
    private static readonly string[] Soup =
    [
        .. Atoms,
        "(",
        ")",
        "|",
        "*",
        "+",
        "?",
        "{2}",
        "{0,3}",
        "{1,}",
        "(?:",
        "(?<n>",
        "(?=",
        "\\1",
        "[",
        "]",
        "\\",
        "*?",
        "[:alpha:]",
        "{,2}",
        "(?i)",
    ];
    private static readonly string[] Texts =
    [
        "a",
        "b",
        "c",
        "git",
        " ",
        "\n",
        "1",
        "_",
        "-",
        "é",
        "É",
        "A",
        "B",
        "x",
        "/",
        "\r",
        "\u2028",
        "\u212a",
        "k",
        "s",
        "ſ",
        "σ",
        "Σ",
        "ς",
        "\u00a0",
        "\ufeff",
        "\"",
        "å",
        "Å",
        "µ",
        "μ",
        "{",
        "}",
        "\0",
        "\ud800",
    ];
    private static readonly string[] Flags = ["", "i", "m", "s", "im", "is"];

    public override string Name => "regex";

    public override string Promise =>
        "both machines, and the literals that are looked for first, agree with the reference; the time is linear in the text for "
        + "every expression";

    public override TimeBound Time => new(TimeSpan.FromMilliseconds(50), 500);

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var source = choices.OneIn(3)
            ? string.Concat(Enumerable.Range(0, choices.Between(1, 8)).Select(_ => choices.Pick(Soup)))
            : Expression(choices, 0);
        var flags = choices.Pick(Flags);
        var text = string.Concat(Enumerable.Range(0, choices.Next(10)).Select(_ => choices.Pick(Texts)));
        var pattern = RegexPattern.TryParse(source, flags, out var problem, out var at);
        attempt.Input = $"/{source}/{flags}\n{text}";
        if (pattern is null)
        {
            BrokenException.Unless(
                !string.IsNullOrEmpty(problem) && at >= 0 && at <= source.Length,
                $"an expression is refused at {at}: {problem}"
            );
            return Verdict.Rejected;
        }

        if (choices.OneIn(1000))
        {
            // Long and repetitive: what would take a backtracking engine for ever.
            var pumped = Mutation.Pumped(text.Length == 0 ? "a" : text, choices, 100_000) + choices.Pick(["", "!", "b"]);
            attempt.Input = $"/{source}/{flags}\n{pumped}";
            pattern.IsMatch(pumped);
            return Verdict.Accepted;
        }

        var reference = new RegexReference(source, flags);
        Compare(text);
        // The automaton takes over at some hundred characters.
        if (choices.OneIn(10))
            Compare(
                choices.OneIn(2)
                    ? text + new string(choices.Pick([' ', 'a', '\n', 'z']), 520)
                    : new string(choices.Pick([' ', 'z', 'b', '\n']), 520) + text
            );
        return Verdict.Accepted;

        void Compare(string one)
        {
            var expected = reference.IsMatch(one);
            BrokenException.Unless(
                !expected || pattern.MayMatch(one),
                $"a required literal is not in a text that matches: {string.Join(' ', pattern.RequiredLiterals)}"
            );
            BrokenException.Unless(
                pattern.IsMatch(one) == expected,
                $"the reference says otherwise: {expected} for /{source}/{flags} and {one}"
            );
        }
    }

    private static string Expression(Choices choices, int depth)
    {
        var text = new StringBuilder();
        for (var options = choices.OneIn(3) ? choices.Between(2, 3) : 1; options > 0; options--)
        {
            for (var items = choices.Between(depth == 0 ? 1 : 0, 3); items > 0; items--)
            {
                var isGroup = depth < 3 && choices.OneIn(4);
                var item = isGroup ? $"({choices.Pick(["", "?:", "?<n>"])}{Expression(choices, depth + 1)})" : choices.Pick(Atoms);
                text.Append(item);
                if (item is not ("^" or "$" or "\\b" or "\\B") && choices.OneIn(3))
                    text.Append(choices.Pick(["*", "+", "?", "{2}", "{0,2}", "{1,}", "*?", "+?", "{3,5}"]));
            }

            if (options > 1)
                text.Append('|');
        }

        return text.ToString();
    }
}
