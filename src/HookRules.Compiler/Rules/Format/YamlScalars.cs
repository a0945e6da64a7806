using System.Globalization;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Rules.Format;

/// <summary>Spells texts so that YAML, and the reader of the rules behind it, reads just them.</summary>
internal static class YamlScalars
{
    /// <summary>A line of the text form: bare, unless YAML would read it otherwise than it looks.</summary>
    public static string Line(string text) =>
        ReadsAs(text, text) ? text
        : text.Any(char.IsControl) ? Quote(text)
        : YamlError.Quoted(text);

    /// <summary>A text as a value: a word that is nothing else is bare, anything else in double quotes.</summary>
    public static string Text(string text) => IsWord(text) ? text : Quote(text);

    /// <summary>What stands behind the word of a modifier: never more than one line, and a number may be one.</summary>
    public static string Argument(string text) =>
        text.Length > 0 && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or ' ' or '$') && text[0] != '-'
            ? text
            : Quote(text);

    /// <summary>A script of several lines reads best as a block; null where a block would not keep it.</summary>
    public static YamlOut.Block? Block(string text)
    {
        var body = text.EndsWith('\n') ? text[..^1] : text;
        var lines = body.Split('\n');
        return
            lines.Length < 2
            || lines[0].Length == 0
            || lines[^1].Length == 0
            || char.IsWhiteSpace(lines[0][0])
            || body.Any(c => c != '\n' && (char.IsControl(c) || c is '\u2028' or '\u2029' or '\u0085'))
            || lines.Any(line => line.Length > 0 && char.IsWhiteSpace(line[^1]))
            ? null
            : new YamlOut.Block(text.EndsWith('\n') ? "|" : "|-", [.. lines]);
    }

    private static bool IsWord(string text) =>
        text.Length > 0
        && (char.IsAsciiLetter(text[0]) || text[0] is '_' or '/' or '.')
        && text.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-' or '.' or '/' or '+' or '@')
        && ValueGrammar.Bare(default, text) is null
        && text.ToUpperInvariant() is not ("NULL" or "TRUE" or "FALSE" or "YES" or "NO" or "ON" or "OFF" or "Y" or "N");

    private static bool ReadsAs(string line, string value)
    {
        if (line.Length == 0 || line.Any(char.IsControl))
            return false;
        var problems = new List<Diagnostics.Diagnostic>();
        return new YamlText(new SourceText("line.yaml", $"- {line}\n"), problems).Read()
                is YamlList { Items: [YamlScalar { IsPlain: true } scalar] }
            && problems.Count == 0
            && scalar.Value == value
            && !scalar.IsNothing;
    }

    public static string Quote(string text)
    {
        var quoted = new StringBuilder(text.Length + 2).Append('"');
        foreach (var c in text)
        {
            _ = c switch
            {
                '"' or '\\' => quoted.Append('\\').Append(c),
                '\n' => quoted.Append("\\n"),
                '\t' => quoted.Append("\\t"),
                '\r' => quoted.Append("\\r"),
                _ when char.IsControl(c) || c is '\u2028' or '\u2029' or '\uFEFF' or '\uFFFE' or '\uFFFF' => quoted.Append(
                    CultureInfo.InvariantCulture,
                    $"\\u{(int)c:X4}"
                ),
                _ => quoted.Append(c),
            };
        }

        return quoted.Append('"').ToString();
    }
}
