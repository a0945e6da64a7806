using System.Globalization;
using HookRules.Runtime.Journals;
using Spectre.Console;

namespace HookRules.Cli.Reports;

/// <summary>A line of the journal in words.</summary>
internal static class RunText
{
    public static (string Word, Style? Style) Outcome(JournalEntry entry) =>
        entry.IsEvent ? ("event", Report.Faint)
        : entry.Outcome == "ok" ? ("ok", Report.Good)
        : entry.Failed ? (entry.ExitCode is { } code and not 0 && entry.Outcome == "failed" ? $"exit {code}" : entry.Outcome, Report.Bad)
        : (entry.Outcome, Report.Warning);

    /// <summary>How long it waited, ran and computed.</summary>
    public static string Times(JournalEntry entry)
    {
        if (!entry.IsRun)
            return "";
        var attempt = entry.Of > 1 ? string.Create(CultureInfo.InvariantCulture, $", attempt {entry.Attempt} of {entry.Of}") : "";
        var cpu = entry.CpuMs is { } ms ? $", CPU {Human.Duration(ms)}" : "";
        var wait = entry.WaitMs > 0 ? $" after {Human.Duration(entry.WaitMs)}" : "";
        return $"{Human.Duration(entry.DurationMs)}{wait}{cpu}{attempt}";
    }

    public static string FilesOf(JournalEntry entry)
    {
        const int Most = 2;
        if (entry.Files.IsEmpty)
            return "";
        var names = string.Join(' ', entry.Files.Take(Most).Select(file => Path.GetFileName(file)));
        var more = entry.Files.Length - Most + entry.MoreFiles;
        return $" {names}{(more > 0 ? $" and {more} more" : "")}";
    }
}
