using System.Globalization;
using System.Text;
using DiffPlex.Model;
using DiffPlex;
using HookRules.Compiler.Emit;

namespace HookRules.Cli;

/// <summary>Shows what compile would change, as <c>diff -u</c> does.</summary>
internal static class UnifiedDiff
{
    private const int Context = 3;
    private const int LongestLine = 200;

    public static void Write(TextWriter output, FileChange change, string name)
    {
        var (before, after) = (Text(change.Before), Text(change.After));
        var diff = new Differ().CreateLineDiffs(before, after, ignoreWhitespace: false);
        output.WriteLine($"--- {(change.Before is null ? "/dev/null" : name)}");
        output.WriteLine($"+++ {(change.After is null ? "/dev/null" : name)}");
        foreach (var hunk in Hunks(diff)) WriteHunk(output, diff, hunk);
    }

    private static List<List<DiffBlock>> Hunks(DiffResult diff)
    {
        var hunks = new List<List<DiffBlock>>();
        foreach (var block in diff.DiffBlocks)
        {
            var last = hunks.Count > 0 ? hunks[^1][^1] : null;
            if (last is not null && block.DeleteStartA - (last.DeleteStartA + last.DeleteCountA) <= 2 * Context) hunks[^1].Add(block);
            else hunks.Add([block]);
        }

        return hunks;
    }

    private static void WriteHunk(TextWriter output, DiffResult diff, List<DiffBlock> hunk)
    {
        var (first, last) = (hunk[0], hunk[^1]);
        var fromA = Math.Max(0, first.DeleteStartA - Context);
        var fromB = Math.Max(0, first.InsertStartB - (first.DeleteStartA - fromA));
        var toA = Math.Min(diff.PiecesOld.Length, last.DeleteStartA + last.DeleteCountA + Context);

        var lines = new StringBuilder();
        var (a, added) = (fromA, 0);
        foreach (var block in hunk)
        {
            for (; a < block.DeleteStartA; a++) Line(' ', diff.PiecesOld[a]);
            for (; a < block.DeleteStartA + block.DeleteCountA; a++) Line('-', diff.PiecesOld[a]);
            for (var b = block.InsertStartB; b < block.InsertStartB + block.InsertCountB; b++) Line('+', diff.PiecesNew[b]);
            added += block.InsertCountB - block.DeleteCountA;
        }

        for (; a < toA; a++) Line(' ', diff.PiecesOld[a]);
        output.WriteLine(string.Create(CultureInfo.InvariantCulture, $"@@ -{fromA + 1},{toA - fromA} +{fromB + 1},{toA - fromA + added} @@"));
        output.Write(lines);

        void Line(char mark, string text)
        {
            text = text.TrimEnd('\r');
            if (text.Length > LongestLine) text = string.Concat(text.AsSpan(0, LongestLine), "…");
            lines.Append(mark).Append(text).Append('\n');
        }
    }

    private static string Text(byte[]? content) => content is null ? "" : Encoding.UTF8.GetString(content);
}
