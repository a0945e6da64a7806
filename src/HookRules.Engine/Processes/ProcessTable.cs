using System.Globalization;

namespace HookRules.Engine;

/// <summary>One process as <c>/proc/PID/stat</c> shows it.</summary>
internal readonly record struct ProcessEntry(int Pid, char State, int Parent, int Group, int Session, long Started);

/// <summary>The processes of this machine, as far as /proc shows them.</summary>
internal static class ProcessTable
{
    public static List<ProcessEntry> All()
    {
        var entries = new List<ProcessEntry>();
        foreach (var path in Directory.EnumerateDirectories("/proc"))
        {
            if (
                int.TryParse(Path.GetFileName(path.AsSpan()), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
                && Read(pid) is { } entry
            )
                entries.Add(entry);
        }

        return entries;
    }

    public static ProcessEntry? Read(int pid)
    {
        string stat;
        try
        {
            stat = File.ReadAllText(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/stat"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }

        // The name stands in parentheses and may hold anything, parentheses and blanks included.
        var fields = stat[(stat.LastIndexOf(')') + 1)..].Split(' ', StringSplitOptions.RemoveEmptyEntries);
        return fields.Length < 20
            ? null
            : new ProcessEntry(
                pid,
                fields[0][0],
                Number(fields[1]),
                Number(fields[2]),
                Number(fields[3]),
                long.Parse(fields[19], CultureInfo.InvariantCulture)
            );

        static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
    }
}
