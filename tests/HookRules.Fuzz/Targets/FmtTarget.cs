using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;

namespace HookRules.Fuzz;

/// <summary>The formatter, in both forms and between them.</summary>
internal sealed class FmtTarget : TextTarget
{
    // A comment to either form, so that an input is one text.
    private const string AsYaml = "#yaml\n";
    private static readonly string[] Comments = ["# c", "  # c", "#", "# - x: y", "      # c", "# \"", "# 'é"];
    private static readonly string[] Signs =
    [
        " ",
        "  ",
        "\\n",
        "\"",
        "'",
        "#",
        " #",
        ":",
        ": ",
        ",",
        "/",
        "*",
        "!",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "->",
        "|",
        "-",
        "é",
        "\t",
        "\u00A0",
        "\u2028",
        "\r",
        "0",
        "true",
        "not ",
        "\\",
    ];

    public override string Name => "fmt";

    public override string Promise =>
        "formatting and lint never throw, a layout keeps comments and meaning in either form and on the way back, and changes "
        + "nothing the second time";

    // Ten layouts and five compilations.
    public override TimeBound Time => new(TimeSpan.FromMilliseconds(300), 100_000);

    public override string Make(Choices choices)
    {
        var isYaml = choices.OneIn(2);
        var text = choices.Next(6) switch
        {
            0 or 1 => Lines(Corpus.Small(isYaml ? Corpus.WrittenYaml : Corpus.Written, choices), choices),
            2 => Mutation.Of(Corpus.Small(isYaml ? Corpus.WrittenYaml : Corpus.Written, choices), choices, RulesInput.Words),
            3 => Lines(isYaml ? YamlTarget.Sound(choices) : RulesInput.Sound(choices), choices),
            4 => isYaml ? YamlTarget.Sound(choices) : RulesInput.Sound(choices),
            _ => Mutation.Of(isYaml ? YamlTarget.Sound(choices) : RulesInput.Sound(choices), choices, RulesInput.Words),
        };
        return Mutation.Utf8(isYaml ? AsYaml + text : text);
    }

    public override Verdict Check(string text)
    {
        var source = new SourceText(text.StartsWith(AsYaml, StringComparison.Ordinal) ? "hookrules.yaml" : "main.hookrules", text);
        var before = Compilation.Create(source);
        if (before.HasErrors)
        {
            // A file with errors is left alone; to ask for its layout is no mistake all the same.
            Formatter.Format(source, RulesForm.Text);
            Formatter.Format(source, RulesForm.Yaml);
            return Verdict.Rejected;
        }

        Linter.Rules(before);
        foreach (var form in new[] { RulesForm.Text, RulesForm.Yaml })
        {
            if (Formatter.Format(source, form) is not { } laid)
                throw new BrokenException($"{form} has no layout, though the file has one");
            var once = As(form, laid);
            Same(before, once, source, $"{form}");
            if (Formatter.Format(once) is not { } twice)
                throw new BrokenException($"its layout in {form} has syntax errors:\n{laid}");
            BrokenException.Unless(twice == laid, $"{form} is not stable:\n{laid}\n---\n{twice}");
            var other = form == RulesForm.Yaml ? RulesForm.Text : RulesForm.Yaml;
            if (Formatter.Format(once, other) is not { } back)
                throw new BrokenException($"{form} has no way to {other}:\n{laid}");
            Same(before, As(other, back), source, $"by way of {form}");
        }

        return Verdict.Accepted;
    }

    private static SourceText As(RulesForm form, string text) => new(form == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules", text);

    private static void Same(Compilation before, SourceText laid, SourceText source, string how)
    {
        var after = Compilation.Create(laid);
        BrokenException.Unless(!after.HasErrors, $"{how} has errors, {after.Diagnostics.FirstOrDefault()}:\n{laid.Text}");
        BrokenException.Unless(Formatter.SameMeaning(before.Graph, after.Graph), $"{how} means something else:\n{laid.Text}");
        BrokenException.Unless(CommentsOf(laid) == CommentsOf(source), $"{how} loses comments:\n{laid.Text}");
    }

    private static string CommentsOf(SourceText source) =>
        string.Join('\n', Formatter.Comments(source).Select(comment => comment.Text).Order(StringComparer.Ordinal));

    /// <summary>Comments, empty lines and line breaks where a person might put them.</summary>
    private static string Lines(string text, Choices choices)
    {
        var lines = text.Split('\n').ToList();
        for (var edits = choices.Between(1, 5); edits > 0; edits--)
        {
            var at = choices.Next(lines.Count);
            var line = lines[at];
            switch (choices.Next(6))
            {
                case 0:
                    lines.Insert(at, line[..^line.TrimStart().Length] + choices.Pick(Comments));
                    break;
                case 1:
                    lines[at] += $"  {choices.Pick(Comments)}";
                    break;
                case 2:
                    lines.Insert(at, "");
                    break;
                case 3:
                    lines[at] = Broken(line, choices.Pick([", ", " -> ", " with ", " where ", " and "]), choices);
                    break;
                case 4:
                    lines[at] = line.TrimEnd() + choices.Pick(["", " ", "\r", "\t"]);
                    break;
                default:
                    lines[at] = line.Insert(choices.Next(line.Length + 1), choices.Pick(Signs));
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    private static string Broken(string line, string sign, Choices choices)
    {
        var at = line.IndexOf(sign, StringComparison.Ordinal);
        return at < 0 ? line : $"{line[..(at + sign.Length - 1)]}{(choices.OneIn(2) ? " # in" : "")}\n      {line[(at + sign.Length)..]}";
    }
}
