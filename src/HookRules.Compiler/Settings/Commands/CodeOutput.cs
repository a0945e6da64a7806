using System.Text.RegularExpressions;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>One text that code writes to its standard output.</summary>
/// <param name="Start">Where in the code it is written.</param>
/// <param name="IsOpen">Something in it is known to the running code alone.</param>
internal readonly record struct WrittenText(string Text, int Start, int Length, bool IsOpen);

/// <summary>What a program in Python, JavaScript or PowerShell prints, as far as its text says so: an object that is turned into JSON and
/// printed, or JSON in a text.</summary>
internal sealed class CodeOutput
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(1);
    private static readonly Regex PythonPrint = Pattern(@"(?<![\w.])(?:print|sys\.stdout\.write)\s*\(");
    private static readonly Regex PythonDump = Pattern(@"(?<![\w.])json\.dump\s*\(");
    private static readonly Regex PythonDumps = Pattern(@"\G(?:json\.)?dumps\s*\(");
    private static readonly Regex JsPrint = Pattern(
        @"(?<![\w.])(?:console\.(?:log|info)\s*\(|process\.stdout\.(?:write|end)\s*\(|(?:fs\.)?write(?:File)?Sync\s*\(\s*1\s*,)"
    );
    private static readonly Regex LineEnd = Pattern(@"^\s*\+\s*(?:[""'`](?:\\[nr])*[""'`]|(?:os\.)?EOL)\s*$");
    private static readonly Regex JsStringify = Pattern(@"\GJSON\.stringify\s*\(");
    private static readonly Regex PowerShellJson = Pattern(
        @"\G\s*\)?\s*\|\s*ConvertTo-Json\b(?![^\n|]*\|(?!\s*(?:Write-Output|Write-Host|Out-Host)))",
        RegexOptions.IgnoreCase
    );
    private static readonly Regex PowerShellObject = Pattern(@"(?:\[ordered\]|\[pscustomobject\])?@\{", RegexOptions.IgnoreCase);
    private static readonly Regex PowerShellSays = Pattern(
        @"(?:^|[;{])\s*(?:Write-Output|Write-Host|echo|\[Console\]::(?:Out\.)?Write(?:Line)?\()\s*\(?\s*$",
        RegexOptions.IgnoreCase
    );
    private static readonly Regex Assignment = Pattern(
        @"(?:^|[;{])\s*(?:\[\w+\]\s*)?(?<name>\$\w+)\s*=\s*\(?\s*$",
        RegexOptions.IgnoreCase
    );
    private static readonly Regex Variable = Pattern(@"\G[A-Za-z_]\w*");

    private readonly string text;
    private readonly string code;
    private readonly CodeLanguage language;
    private readonly List<WrittenText> found = [];

    private CodeOutput(string text, CodeLanguage language) =>
        (this.text, this.language, code) = (text, language, CodeStrings.Blank(text, language));

    public static IReadOnlyList<WrittenText> Of(string text, CodeLanguage language)
    {
        var output = new CodeOutput(text, language);
        try
        {
            if (language == CodeLanguage.PowerShell)
                output.PowerShell();
            else
                output.Calls();
        }
        catch (RegexMatchTimeoutException)
        {
            return [];
        }

        return output.found;
    }

    private void Calls()
    {
        var isPython = language == CodeLanguage.Python;
        foreach (Match call in (isPython ? PythonPrint : JsPrint).Matches(code))
        {
            var start = Skip(call.Index + call.Length);
            if (Argument(start) is not { } argument || Close(argument.End) is not { } close)
                continue;
            // Of several arguments the rest says where it goes, or more text.
            var rest = text[argument.End..close];
            if (Continues(rest) || isPython && rest.Contains("file", StringComparison.Ordinal))
                continue;
            found.Add(new WrittenText(argument.Text, start, Math.Max(1, argument.End - start), argument.IsOpen));
        }

        foreach (Match call in isPython ? PythonDump.Matches(code) : Enumerable.Empty<Match>())
        {
            var start = Skip(call.Index + call.Length);
            if (
                Value(start) is { } value
                && code[value.End..].TrimStart().TrimStart(',').TrimStart().StartsWith("sys.stdout", StringComparison.Ordinal)
            )
                found.Add(new WrittenText(value.Text, start, value.End - start, false));
        }
    }

    // More is joined to the text, or something is done with it first.
    private static bool Continues(string rest) => rest.TrimStart() is [not ',', ..] && !LineEnd.IsMatch(rest);

    /// <summary>What a call prints: <c>json.dumps(…)</c>, a text, or a variable that holds either.</summary>
    private (string Text, int End, bool IsOpen)? Argument(int at, bool isNamed = false)
    {
        var call = (language == CodeLanguage.Python ? PythonDumps : JsStringify).Match(code, at);
        if (call.Success)
            return Value(Skip(at + call.Length)) is { } value && Close(value.End) is { } close ? (value.Text, close + 1, false) : null;
        if (CodeStrings.Read(text, at, language) is { } written)
            return (written.Value.Trim(), written.End, written.IsOpen);
        return
            !isNamed
            && Variable.Match(code, at) is { Success: true } name
            && ValueOf(name.Value) is { } from
            && Argument(from, isNamed: true) is { } named
            ? (named.Text, at + name.Length, named.IsOpen)
            : null;
    }

    /// <summary>An object, or a variable that holds one.</summary>
    private (string Text, int End)? Value(int at)
    {
        if (ObjectLiteral.Read(text, at, language) is { } literal)
            return (literal.Json, literal.End);
        return
            Variable.Match(code, at) is { Success: true } name
            && ValueOf(name.Value) is { } from
            && ObjectLiteral.Read(text, from, language) is { } named
            ? (named.Json, at + name.Length)
            : null;
    }

    /// <summary>Where the value of a variable begins that is set once and changed nowhere.</summary>
    private int? ValueOf(string name)
    {
        var word = Regex.Escape(name);
        var sets = Regex.Matches(code, $@"(?<![\w.$]){word}(?:\s*:\s*[\w.<>, \[\]]+?)?\s*=(?![=>])\s*", RegexOptions.None, Longest);
        if (sets.Count != 1)
            return null;
        var isOther = Regex.IsMatch(
            code,
            $@"(?<![\w.$]){word}\s*(?:\.|\[|[+|]=)|(?:def\s+\w+|function\s*\w*)\s*\([^)]*\b{word}\b|\bfor\s+{word}\b"
                + $@"|\b{word}\b\s*(?:\)|,[^;\n]*\))\s*=>|\b{word}\s*=>|Object\.assign\s*\(\s*{word}\b",
            RegexOptions.None,
            Longest
        );
        return isOther ? null : sets[0].Index + sets[0].Length;
    }

    /// <summary>The bracket that closes what was opened before.</summary>
    private int? Close(int at)
    {
        for (var depth = 0; at < code.Length; at++)
        {
            if (code[at] is '(' or '[' or '{')
                depth++;
            else if (code[at] is ')' or ']' or '}' && --depth < 0)
                return at;
        }

        return null;
    }

    private int Skip(int at)
    {
        // The blanked text of a quote is no white space of the code.
        while (at < text.Length && char.IsWhiteSpace(text[at]))
            at++;
        return at;
    }

    private void PowerShell()
    {
        foreach (Match open in PowerShellObject.Matches(code))
        {
            if (ObjectLiteral.Read(text, open.Index, language) is not { } literal)
                continue;
            var before = code[(code.LastIndexOf('\n', Math.Max(0, open.Index - 1)) + 1)..open.Index];
            if (PowerShellJson.IsMatch(code, literal.End) && (IsStatement(before) || PowerShellSays.IsMatch(before)))
                found.Add(new WrittenText(literal.Json, open.Index, literal.End - open.Index, false));
            else if (
                Assignment.Match(before) is { Success: true } set
                && IsPrinted(set.Groups["name"].Value, PowerShellJson.IsMatch(code, literal.End))
            )
                found.Add(new WrittenText(literal.Json, open.Index, literal.End - open.Index, false));
        }

        for (var at = 0; at < text.Length; at++)
        {
            if (CodeStrings.CommentEnd(text, at, language) is { } comment)
            {
                at = comment - 1;
                continue;
            }

            if (CodeStrings.Read(text, at, language) is not { } written)
                continue;
            var before = code[(at == 0 ? 0 : code.LastIndexOf('\n', at - 1) + 1)..at];
            var after = text.AsSpan(written.End).TrimStart(" \t)");
            if ((IsStatement(before) || PowerShellSays.IsMatch(before)) && (after.IsEmpty || after[0] is '\n' or '\r' or ';' or '}'))
                found.Add(new WrittenText(written.Value.Trim(), at, written.End - at, written.IsOpen));
            at = written.End - 1;
        }
    }

    private static bool IsStatement(string before) => before.Trim() is "" or "(" || before.TrimEnd() is [.., ';' or '{'];

    /// <summary>A variable that is set once, changed nowhere, and whose JSON is printed.</summary>
    private bool IsPrinted(string name, bool isJson)
    {
        var word = Regex.Escape(name);
        if (
            Regex.Count(code, $@"{word}\b\s*[+]?=(?!=)", RegexOptions.IgnoreCase, Longest) != 1
            || Regex.IsMatch(code, $@"{word}\b\s*(?:\.|\[)", RegexOptions.IgnoreCase, Longest)
        )
            return false;
        var says = @"(?:^|[;{])[ \t]*(?:Write-Output|Write-Host|echo|\[Console\]::(?:Out\.)?Write(?:Line)?\()?[ \t]*\(?[ \t]*";
        var json = isJson ? @"[ \t]*\)?[ \t]*(?:$|[;}\r\n])" : @"[ \t]*\|[ \t]*ConvertTo-Json\b[^\n|]*(?:$|[;}\r\n])";
        return Regex.IsMatch(code, $"{says}{word}{json}", RegexOptions.IgnoreCase | RegexOptions.Multiline, Longest)
            || !isJson
                && Regex.IsMatch(
                    code,
                    $@"{says}ConvertTo-Json[ \t]+(?:-InputObject[ \t]+)?{word}\b",
                    RegexOptions.IgnoreCase | RegexOptions.Multiline,
                    Longest
                );
    }

    private static Regex Pattern(string pattern, RegexOptions options = RegexOptions.None) =>
        new(pattern, options | RegexOptions.CultureInvariant | RegexOptions.Multiline, Longest);
}
