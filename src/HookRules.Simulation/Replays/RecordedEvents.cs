using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>The events of files of a record, one at a time: a record may be larger than memory.</summary>
/// <param name="plan">The plan of the rules that are replayed.</param>
/// <param name="isOwn">It is this project's own record; one from elsewhere has the paths of its own machine.</param>
internal sealed class RecordedEvents(IReadOnlyList<string> files, string plan, bool isOwn)
{
    private static readonly string BelowProject = string.Join(
        '/',
        "",
        ProjectLayout.ClaudeFolder,
        ProjectLayout.Folder,
        ProjectLayout.Plan
    );

    /// <summary>Only what happened since.</summary>
    public DateTimeOffset? Since { get; init; }

    /// <summary>Only sessions whose id begins so.</summary>
    public string? Session { get; init; }

    /// <summary>How many lines were no lines of a record.</summary>
    public int UnreadableLines { get; private set; }

    /// <summary>The first of them.</summary>
    public (string File, int Line)? Unreadable { get; private set; }

    public void Feed(ReplayRun run, Action<int> progress)
    {
        var since = Since?.ToUnixTimeMilliseconds();
        foreach (var file in files)
        foreach (var (number, line) in RecordFolder.ReadFile(file))
        {
            if (line is null || Payload.TryParse(line.Payload, out _) is not { } payload)
            {
                UnreadableLines++;
                Unreadable ??= (file, number);
                continue;
            }

            if (line.Ms < since || (Session is not null && payload.Session?.StartsWith(Session, StringComparison.Ordinal) is not true))
                continue;
            if (IsOfThese(line))
                run.Add(line, payload);
            else
                run.PassOver();
            progress(run.Events);
        }
    }

    private bool IsOfThese(RecordLine line) =>
        line.PlanPath == plan || (!isOwn && line.PlanPath.Replace('\\', '/').EndsWith(BelowProject, StringComparison.Ordinal));
}
