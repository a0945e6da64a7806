using System.Text;

namespace HookRules.Engine;

/// <summary>A line of PowerShell as the reader of shell lines can take it apart: the same programs with the same arguments, read for what
/// may run.</summary>
internal static class PowerShellText
{
    // Each costs a copy of the line.
    private const int MostCalls = 32;

    public static string AsShell(string text)
    {
        var result = new StringBuilder(text.Length);
        if (text.Contains("]::", StringComparison.Ordinal))
            text = WithoutCalls(text);
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            switch (c)
            {
                // A path's backslash; the backquote escapes.
                case '\\':
                    result.Append('/');
                    break;
                case '`' when i + 1 < text.Length && text[i + 1] == '\n':
                    i++;
                    result.Append(' ');
                    break;
                case '`':
                    break;
                case '&'
                    when (i == 0 || text[i - 1] is ' ' or ';' or '(' or '{' or '\n')
                        && i + 1 < text.Length
                        && text[i + 1] is ' ' or '"' or '\'' or '$':
                    break;
                case '$' when text.AsSpan(i).StartsWith("$env:", StringComparison.OrdinalIgnoreCase):
                    result.Append('$');
                    i += 4;
                    if (text.AsSpan(i + 1).StartsWith("USERPROFILE", StringComparison.OrdinalIgnoreCase))
                    {
                        result.Append("HOME");
                        i += 11;
                    }

                    break;
                case '(' or ')' or '{' or '}' or '@':
                    result.Append(c is '(' or ')' ? ';' : ' ');
                    break;
                default:
                    result.Append(c);
                    break;
            }
        }

        return result.ToString();
    }

    /// <summary>[IO.File]::ReadAllText("x") reads a file as Get-Content does.</summary>
    private static string WithoutCalls(string text)
    {
        foreach (var kind in (string[])["File]::", "Directory]::"])
        {
            var from = 0;
            for (
                var count = 0;
                count < MostCalls && text.IndexOf(kind, from, StringComparison.OrdinalIgnoreCase) is >= 0 and var at;
                count++
            )
            {
                from = at + kind.Length;
                var open = text.IndexOf('(', from);
                if (open < 0 || open - from > 24 || text.LastIndexOf('[', at) is not (>= 0 and var begin))
                    continue;
                var method = text.AsSpan(from, open - from);
                var program =
                    method.StartsWith("Delete", StringComparison.OrdinalIgnoreCase) ? "remove-item -Recurse"
                    : method.StartsWith("Read", StringComparison.OrdinalIgnoreCase)
                    || method.StartsWith("Open", StringComparison.OrdinalIgnoreCase)
                        ? "get-content"
                    : method.StartsWith("Copy", StringComparison.OrdinalIgnoreCase) ? "copy-item"
                    : method.StartsWith("Move", StringComparison.OrdinalIgnoreCase) ? "move-item"
                    : "set-content";
                var close = text.IndexOf(')', open);
                var arguments = text[(open + 1)..(close < 0 ? text.Length : close)].Replace(',', ' ');
                var rest = close < 0 ? "" : ";" + text[(close + 1)..];
                text = $"{text[..begin]};{program} {arguments}{rest}";
            }
        }

        return text;
    }
}
