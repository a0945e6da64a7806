using System.Globalization;
using System.Text;
using DiffPlex;
using DiffPlex.Model;
using HookRules.Compiler.Emit;

namespace HookRules.Cli;

/// <summary>Shows what compile would change, as <c>diff -u</c> does.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const int LongestLine = 200;
    private const string Unended = "\0";

    public static void Write(TextWriter output, FileChange change, string name)
    {
        var (before, after) = (Text(change.Before), Text(change.After));
        var diff = new Differ().CreateLineDiffs(before, after, ignoreWhitespace: false);
        output.WriteLine($"--- {(change.Before is null ? "/dev/null" : name)}");
        output.WriteLine($"+++ {(change.After is null ? "/dev/null" : name)}");
        foreach (var hunk in Hunks(diff))
            WriteHunk(output, diff, hunk);
    }

    private static List<List<DiffBlock>> Hunks(DiffResult diff)
    {
        var hunks = new List<List<DiffBlock>>();
        foreach (var block in diff.DiffBlocks)
        {
            var last = hunks.Count > 0 ? hunks[^1][^1] : null;
            if (last is not null && block.DeleteStartA - (last.DeleteStartA + last.DeleteCountA) <= 2 * Context)
                hunks[^1].Add(block);
            else
                hunks.Add([block]);
        }

        return hunks;
    }

    private static void WriteHunk(TextWriter output, DiffResult diff, List<DiffBlock> hunk)
    {
        var (first, last) = (hunk[0], hunk[^1]);
        var fromA = Math.Max(0, first.DeleteStartA - Context);
        var fromB = Math.Max(0, first.InsertStartB - (first.DeleteStartA - fromA));
        var toA = Math.Min(diff.PiecesOld.Count, last.DeleteStartA + last.DeleteCountA + Context);

        var lines = new StringBuilder();
        var (a, added) = (fromA, 0);
        foreach (var block in hunk)
        {
            for (; a < block.DeleteStartA; a++)
                Line(' ', diff.PiecesOld[a]);
            for (; a < block.DeleteStartA + block.DeleteCountA; a++)
                Line('-', diff.PiecesOld[a]);
            for (var b = block.InsertStartB; b < block.InsertStartB + block.InsertCountB; b++)
                Line('+', diff.PiecesNew[b]);
            added += block.InsertCountB - block.DeleteCountA;
        }

        for (; a < toA; a++)
            Line(' ', diff.PiecesOld[a]);
        var (lengthA, lengthB) = (toA - fromA, toA - fromA + added);
        // Of no lines the one before them is named.
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"@@ -{(lengthA == 0 ? fromA : fromA + 1)},{lengthA} +{(lengthB == 0 ? fromB : fromB + 1)},{lengthB} @@"
            )
        );
        output.Write(lines);

        void Line(char mark, string text)
        {
            text = text.TrimEnd('\r');
            if (text.Length > LongestLine)
                text = string.Concat(text.AsSpan(0, LongestLine), "…");
            lines.Append(mark).Append(text.Replace(Unended, "\n\\ No newline at end of file", StringComparison.Ordinal)).Append('\n');
        }
    }

    // Without the last line break, which would count as an empty line; where it is missing, that is marked.
    private static string Text(byte[]? content)
    {
        if (content is null or [])
            return "";
        // A task's file is UTF-16.
        var text = content is [0xFF, 0xFE, .. var wide] ? Encoding.Unicode.GetString(wide) : Encoding.UTF8.GetString(content);
        return text.EndsWith("\r\n", StringComparison.Ordinal) ? text[..^2]
            : text.EndsWith('\n') ? text[..^1]
            : text + Unended;
    }
}
