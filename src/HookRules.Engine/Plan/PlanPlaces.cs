using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace HookRules.Engine;

/// <summary>Where the rules of a plan stand in their sources. That is for messages only and not hashed: whatever is there must not break
/// the hook.</summary>
internal sealed class PlanPlaces(SafeFileHandle file, long sourcesAt, long positionsAt)
{
    // What lies between is read along: one call costs more than some kilobytes.
    private const int MostAtOnce = 64 * 1024;

    private JsonElement? sources;
    private byte[] lines = [];
    private int first;

    /// <summary>Says from and to which rule will be asked.</summary>
    public void Prepare(int from, int to)
    {
        var length = ((long)to - from + 1) * PlanFormat.PositionSize;
        if (length is <= 0 or > MostAtOnce)
            return;
        (lines, first) = (ReadLines(from, (int)length), from);
    }

    /// <summary>The place of a rule; <see cref="RuleGraphJson.NoPlace"/> where none can be read.</summary>
    public SourceRef Of(int rule)
    {
        try
        {
            var at = ((long)rule - first) * PlanFormat.PositionSize;
            var line =
                at >= 0 && at <= lines.Length - PlanFormat.PositionSize
                    ? lines.AsSpan((int)at, PlanFormat.PositionSize)
                    : ReadLines(rule, PlanFormat.PositionSize);
            var numbers = PlanFile.Numbers(line.IsEmpty ? line : line[1..]);
            return numbers.Length == 5
                ? new SourceRef(SourceName((int)numbers[0]), (int)numbers[1], (int)numbers[2], (int)numbers[3], (int)numbers[4])
                : RuleGraphJson.NoPlace;
        }
        catch (Exception e) when (e is PlanCorruptException or IOException || PlanCorruptException.Means(e))
        {
            return RuleGraphJson.NoPlace;
        }
    }

    private byte[] ReadLines(int rule, int length)
    {
        try
        {
            var text = new byte[length];
            return RandomAccess.Read(file, text, positionsAt + ((long)rule * PlanFormat.PositionSize)) == length ? text : [];
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            return [];
        }
    }

    private string SourceName(int index)
    {
        if (sources is { } known)
            return RuleJson.At(known, index).Required("path").AsText();
        var length = positionsAt - sourcesAt - ",\n\"positions\":[\n".Length;
        if (length is <= 0 or > 1 << 20)
            return RuleGraphJson.NoPlace.File;
        var text = new byte[length];
        if (RandomAccess.Read(file, text, sourcesAt) != length)
            return RuleGraphJson.NoPlace.File;
        sources = JsonDocument.Parse(text, PlanFormat.ReadOptions).RootElement;
        return RuleJson.At(sources.Value, index).Required("path").AsText();
    }
}
