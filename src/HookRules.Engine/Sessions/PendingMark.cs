using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A queued run that some <c>await</c> waits for: an empty file in the session's <c>pending/</c>, made by the hook before it
/// publishes and removed by the consumer when the run has ended. What is there is the whole truth: nothing has to be counted.</summary>
/// <param name="Event">The id of the event.</param>
/// <param name="Agent">Of the subagent whose event it is; <see cref="MainAgent"/> for the main conversation.</param>
public sealed record PendingMark(string Event, string Agent, string Action, string Branch)
{
    public const string MainAgent = "main";
    private const int HashLength = 8;
    private const int PrivateFile = 0b110_000_000;

    public string FileName => $"{Event}.{Agent}.{Action}.{Branch}";

    public static PendingMark Of(string eventId, string? agent, string planPath, Branch branch) =>
        new(eventId, AgentName(agent), ActionName(planPath, branch.Action), Short(branch.Id));

    public static string AgentName(string? agent) => agent is null ? MainAgent : Short(agent);

    /// <summary>Two layers may have actions of one name, which are not the same.</summary>
    public static string ActionName(string planPath, string action) => Short($"{planPath}\0{action}");

    /// <summary>Null where a file has another name than a mark's.</summary>
    public static PendingMark? Parse(string fileName) =>
        fileName.Split('.') is [{ Length: > 0 } id, { Length: > 0 } agent, { Length: HashLength } action, { Length: HashLength } branch]
            ? new PendingMark(id, agent, action, branch)
            : null;

    /// <summary>Those that are there, oldest first.</summary>
    public static ImmutableArray<PendingMark> In(SessionFolder session)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(session.Pending)
                    .Select(path => Parse(Path.GetFileName(path)))
                    .OfType<PendingMark>()
                    .OrderBy(mark => mark.Event, StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    /// <summary>False where it cannot be made: the event is then not waited for.</summary>
    public bool Make(SessionFolder session)
    {
        var path = Path.Join(session.Pending, FileName);
        if (OperatingSystem.IsWindows())
            return session.State.CreateBelow(session.Pending) && TryCreate(path);
        const int Flags = Libc.O_WRONLY | Libc.O_CREAT;
        var file = Libc.Open(path, Flags, PrivateFile);
        if (file < 0 && Libc.Errno == Libc.ENOENT && session.State.CreateBelow(session.Pending))
            file = Libc.Open(path, Flags, PrivateFile);
        if (file >= 0)
            Libc.close(file);
        return file >= 0;
    }

    public void Remove(SessionFolder session)
    {
        var path = Path.Join(session.Pending, FileName);
        if (OperatingSystem.IsWindows())
            TryDelete(path);
        else
            Libc.Unlink(path);
    }

    /// <summary>When its event was queued; null where it is gone.</summary>
    public DateTimeOffset? Since(SessionFolder session)
    {
        var file = new FileInfo(Path.Join(session.Pending, FileName));
        return file.Exists ? file.LastWriteTimeUtc : null;
    }

    private static string Short(string text) => SessionFolder.ShortHash(text)[..HashLength];

    private static bool TryCreate(string path)
    {
        try
        {
            File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete).Dispose();
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // An await waits for it until its time is over.
        }
    }
}
