using System.Text;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>
/// What the user is to be told, once a session and at the next event that can carry it. That somebody was told is an empty file in the
/// state folder;
/// where that folder is what failed, in the next best private one.
/// </summary>
internal sealed class Notices(StateFolder state, Func<string, string?> environment)
{
    private const string Folder = ProjectLayout.NoticesFolder;
    private const int PrivateFile = 0b110_000_000;
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>Messages to give to the user now, those kept from earlier events included.</summary>
    public List<string> Due(string @event, string session, List<HookFailure> failures)
    {
        var due = new List<string>();
        var canCarry = HookEvents.Find(@event)?.Universal is UniversalOutput.Honoured or UniversalOutput.SystemMessageOnly;
        if (!canCarry && failures.Count == 0)
            return due;

        var key = Blake2b.HashHex(Encoding.UTF8.GetBytes(session))[..16];
        var kept = state.File($"{Folder}/{key}.kept");
        // What somebody else may have put there is not said to the user.
        if (canCarry && File.Exists(kept) && state.Prepare() is null)
            TakeKept(kept, due);
        foreach (var failure in failures)
        {
            var mark = $"{key}-{Blake2b.HashHex(Encoding.UTF8.GetBytes(failure.Kind))[..8]}";
            if (canCarry)
            {
                if (Places().Select(place => Mark(place, mark)).FirstOrDefault(isFirst => isFirst is not null) ?? true)
                    due.Add(failure.Message);
            }
            else if (Mark(state, mark) is true)
            {
                AppendFile.Append(kept, Encoding.UTF8.GetBytes(failure.Message.ReplaceLineEndings(" ") + "\n"), PrivateFile);
            }
        }

        return due;
    }

    /// <summary>True where this was the first to leave the mark, null where none can be left.</summary>
    private static bool? Mark(StateFolder place, string name)
    {
        if (place.Prepare() is not null || !place.CreateBelow(place.File(Folder)))
            return null;
        var path = place.File($"{Folder}/{name}");
        if (File.Exists(path))
            return false;
        try
        {
            File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write).Dispose();
            RemoveOld(place.File(Folder));
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return File.Exists(path) ? false : null;
        }
    }

    private static void TakeKept(string kept, List<string> due)
    {
        // Whoever renames it has it: two hooks at once do not tell the same twice.
        var taken = $"{kept}.{Environment.ProcessId}";
        try
        {
            File.Move(kept, taken);
            foreach (var line in File.ReadAllLines(taken))
                if (line.Length > 0)
                    due.Add(line);
            File.Delete(taken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Another hook was quicker.
        }
    }

    private IEnumerable<StateFolder> Places()
    {
        yield return state;
        if (Path.GetDirectoryName(state.Path) is { Length: > 0 } parent)
            yield return StateFolder.At(parent);
        foreach (var folder in StateFolder.StandIns(environment))
            yield return StateFolder.At(folder);
    }

    private static void RemoveOld(string folder)
    {
        foreach (var file in new DirectoryInfo(folder).EnumerateFiles())
            if (TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > Keep)
                file.Delete();
    }
}
