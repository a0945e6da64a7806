using System.Text;

namespace HookRules.Engine;

/// <summary>A line of PowerShell as the reader of shell lines can take it apart: the same programs with the same arguments, read for what
/// may run.</summary>
internal static class PowerShellText
{
    public static string AsShell(string text)
    {
        var result = new StringBuilder(text.Length);
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
}
