using System.Text;

namespace HookRules.Engine;

/// <summary>What one session has queued and how it ended: made by hooks, kept by the consumer, told by hooks.</summary>
/// <remarks>
/// <c>pending/</c> holds a mark for each queued run that some <c>await</c> waits for; <c>failing</c> the checks whose latest run failed;
/// <c>told</c> what Claude was told of them; <c>ready</c> is there while something in <c>failing</c> is untold.
/// </remarks>
public sealed class SessionFolder
{
    public const string ParentName = "sessions";
    private const int NameLength = 16;

    private SessionFolder(StateFolder state, string path) => (State, Path) = (state, path);

    public StateFolder State { get; }

    public string Path { get; }

    public string Failing => System.IO.Path.Join(Path, "failing");

    public string Ready => System.IO.Path.Join(Path, "ready");

    public string Told => System.IO.Path.Join(Path, "told");

    public string Pending => System.IO.Path.Join(Path, "pending");

    /// <summary>Held while one of the files is changed, by hooks and consumers alike.</summary>
    public string Lock => System.IO.Path.Join(Path, "lock");

    /// <summary>A hook's only question where nothing failed: one system call, whatever the history.</summary>
    public bool HasUntold => Libc.Exists(Ready);

    public static SessionFolder Of(StateFolder state, string session) =>
        new(state, state.File($"{ParentName}/{ShortHash(session)[..NameLength]}"));

    /// <summary>All that are there, in no order.</summary>
    public static IEnumerable<SessionFolder> All(StateFolder state)
    {
        var parent = new DirectoryInfo(state.File(ParentName));
        return parent.Exists
            ? parent
                .EnumerateDirectories()
                .Where(folder => folder.LinkTarget is null)
                .Select(folder => new SessionFolder(state, folder.FullName))
            : [];
    }

    /// <summary>A name of fixed length for a text from outside, which may hold anything.</summary>
    internal static string ShortHash(string text) => Blake2b.HashHex(Encoding.UTF8.GetBytes(text));

    /// <summary>Removes a folder that nobody has changed for so long.</summary>
    public void RemoveIfOlder(DateTimeOffset than)
    {
        foreach (var path in (ReadOnlySpan<string>)[Path, Told, Pending])
            if (LastChange(path) is { } at && at > than)
                return;
        Directory.Delete(Path, recursive: true);
    }

    private static DateTimeOffset? LastChange(string path) =>
        File.Exists(path) || Directory.Exists(path) ? File.GetLastWriteTimeUtc(path) : null;
}
