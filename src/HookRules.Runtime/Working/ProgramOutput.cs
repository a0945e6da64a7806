using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>What a program printed, as it may be given to Claude: without colours and control characters, with paths as they stand in the
/// project, and with the middle left out where it is long.</summary>
internal static partial class ProgramOutput
{
    private const int Most = 2000,
        FromStart = 500,
        FromEnd = 1500;

    /// <param name="run">Names the run for who wants to see all of it.</param>
    public static string ForClaude(string stdout, string stderr, string project, string run)
    {
        var (output, errors) = (Clean(stdout, project), Clean(stderr, project));
        var text =
            output.Length == 0 ? errors
            : errors.Length == 0 ? output
            : $"{output}\n{errors}";
        return Shortened(text, run);
    }

    private static string Clean(string text, string project)
    {
        text = Escapes().Replace(text.ReplaceLineEndings("\n"), "");
        var clean = new StringBuilder(text.Length);
        foreach (var c in text)
            if (c is '\n' or '\t' || !(char.IsControl(c) || Printable.TurnsDirection(c)))
                clean.Append(c);
        if (project.Length > 1)
            clean.Replace(project + Path.DirectorySeparatorChar, "");
        return clean.ToString().Trim('\n').TrimEnd();
    }

    private static string Shortened(string text, string run)
    {
        if (text.Length <= Most)
            return text;
        // Whole lines: half of one says something else. Only a line that alone is too long is cut.
        var end = text.LastIndexOf('\n', FromStart);
        var head = end > 0 ? text[..end] : Cut(text, 0, FromStart);
        var begin = text.IndexOf('\n', text.Length - FromEnd);
        var tail = begin >= 0 && begin < text.Length - 1 ? text[(begin + 1)..] : Cut(text, text.Length - FromEnd, text.Length);
        var left = text[head.Length..^tail.Length].Count(c => c == '\n');
        var what = left > 1 ? string.Create(CultureInfo.InvariantCulture, $"{left - 1} lines") : "some text";
        return $"{head}\n… {what} left out: hookrules why {run}\n{tail}";
    }

    private static string Cut(string text, int from, int to)
    {
        if (from > 0 && char.IsLowSurrogate(text[from]))
            from++;
        if (to < text.Length && char.IsLowSurrogate(text[to]))
            to--;
        return text[from..to];
    }

    // CSI, OSC up to its end, and the short ones.
    [GeneratedRegex("\u001b(?:\\[[0-?]*[ -/]*[@-~]|\\][^\u0007\u001b]*(?:\u0007|\u001b\\\\)?|[PX^_][^\u001b]*(?:\u001b\\\\)?|[ -/]*[0-~])")]
    private static partial Regex Escapes();
}
