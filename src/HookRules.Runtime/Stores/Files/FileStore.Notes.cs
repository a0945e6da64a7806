using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>What several consumers have to agree on: busy keys, the places of a throttle, how the branches of a stage ended.</summary>
internal sealed partial class FileStore
{
    private const int PrivateFile = 0b110_000_000;
    private const string SlotsLock = "lock";
    private static readonly TimeSpan LongestTurn = TimeSpan.FromMilliseconds(200);
    private IEnumerator<string>? slotFiles;

    public ValueTask<bool> TryHold(string name)
    {
        lock (gate)
        {
            if (holds.ContainsKey(name))
                return new(false);
            var path = PathOfHold(name);
            var held = FileLock.TryAcquireNamed(path, out var problem);
            if (held is null && problem is not null && state.CreateBelow(state.Spool("busy")))
                held = FileLock.TryAcquireNamed(path, out problem);
            // Where no lock can be had, the order within this process is all there is.
            if (held is null)
                return new(problem is not null);
            holds[name] = held;
            return new(true);
        }
    }

    public void Release(string name)
    {
        lock (gate)
            if (holds.Remove(name, out var held))
                held.UnlockAndRemove(PathOfHold(name));
    }

    private string PathOfHold(string name) => state.Spool("busy", Order.Hash(name));

    /// <summary>What killed consumers held, so that no key leaves a file for ever.</summary>
    private void RemoveFreeHolds()
    {
        const int MostAtOnce = 10_000;
        if (!Directory.Exists(state.Spool("busy")))
            return;
        foreach (var path in Directory.EnumerateFiles(state.Spool("busy")).Take(MostAtOnce))
            FileLock.TryAcquireNamed(path, out _)?.UnlockAndRemove(path);
    }

    public ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at)
    {
        var path = state.Spool("slots", Order.Hash(unit));
        lock (gate)
        {
            state.CreateBelow(state.Spool("slots"));
            using var turn = FileLock.Wait(state.Spool("slots", SlotsLock), LongestTurn);
            var slots = new Slots(count, per);
            if (File.Exists(path))
                slots.Add(File.ReadAllText(path));
            if (slots.Take(by, at.ToUnixTimeMilliseconds(), out var isNew) is { } free)
                return new(DateTimeOffset.FromUnixTimeMilliseconds(free));
            if (isNew)
            {
                WriteWhole(path, string.Concat(slots.Taken.Select(slot => $"{slot.Ms} {slot.By}\n")), slots.Over);
                if (turn is not null)
                    RemoveSomeOver();
            }

            return new((DateTimeOffset?)null);
        }
    }

    /// <summary>Whoever takes a place looks at two others: so there are never many more files than places that count, however many keys
    /// there were, and no look is long.</summary>
    private void RemoveSomeOver()
    {
        const int Looks = 2;
        for (var i = 0; i < Looks; i++)
        {
            slotFiles ??= Directory.EnumerateFiles(state.Spool("slots")).GetEnumerator();
            if (!slotFiles.MoveNext())
            {
                slotFiles.Dispose();
                slotFiles = null;
                return;
            }

            var path = slotFiles.Current;
            if (Path.GetFileName(path) != SlotsLock && time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > Slots.KeepOver)
                Remove(path);
        }
    }

    public ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of)
    {
        var mark = Order.Hash(branch)[..8];
        var folder = state.Spool("stages", stageRun);
        var closed = $"{folder}.{mark}";
        // It was the last one before, and its worker died at what comes after.
        if (Directory.Exists(closed))
            return new(EndsIn(closed));
        state.CreateBelow(folder);
        AppendFile.Append(Path.Join(folder, mark), Encoding.ASCII.GetBytes($"{(int)end}\n"), PrivateFile);
        FaultPoint.Pass("finish:after-end");
        if (Directory.GetFiles(folder).Length < of)
            return new((IReadOnlyList<RunEnd>?)null);
        // Of two that end at the same moment one renames it.
        return new(TryMove(folder, closed) ? EndsIn(closed) : null);
    }

    public ValueTask ForgetStage(string stageRun)
    {
        foreach (var folder in Directory.GetDirectories(state.Spool("stages"), stageRun + ".*"))
            Directory.Delete(folder, recursive: true);
        return ValueTask.CompletedTask;
    }

    private static List<RunEnd> EndsIn(string folder) =>
        [
            .. Directory
                .GetFiles(folder)
                .Select(path => File.ReadAllText(path) is ['0' or '1' or '2', ..] text ? (RunEnd)(text[0] - '0') : RunEnd.Failed),
        ];

    private void RemoveOldStages()
    {
        foreach (var folder in Folders("stages"))
            if (time.GetUtcNow() - Directory.GetLastWriteTimeUtc(folder) > KeepNotes)
                Directory.Delete(folder, recursive: true);
    }

    /// <param name="over">When it counts no more; the file's time says so.</param>
    private void WriteWhole(string path, string text, DateTimeOffset over)
    {
        var unfinished = $"{path}.{owner.Folder}";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, Encoding.ASCII.GetBytes(text), 0);
            File.SetLastWriteTimeUtc(file, over.UtcDateTime);
        }

        File.Move(unfinished, path, overwrite: true);
    }
}
