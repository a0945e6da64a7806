using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>The folders of the spool: made, watched, listed, and cleared of what the dead left in them.</summary>
internal sealed partial class FileStore
{
    private static readonly TimeSpan KeepUnfinished = TimeSpan.FromHours(1),
        KeepNotes = TimeSpan.FromDays(7);

    /// <summary>How long an order waits that was begun so often and not ended: whatever ended the consumer may pass.</summary>
    private static readonly int[] RedeliverySeconds = [0, 0, 1, 5, 30];

    /// <summary>Names of what has one, whatever it is: what cannot be read must be told from what is not there.</summary>
    internal IEnumerable<string> NamesIn(string folder)
    {
        try
        {
            return [.. SpoolFile.Names(folder)];
        }
        catch (DirectoryNotFoundException)
        {
            ready = false;
            return [];
        }
    }

    private bool MakeReady()
    {
        try
        {
            Problem = state.Prepare();
            if (Problem is not null)
                return false;
            foreach (var folder in (ReadOnlySpan<string>)["tmp", "new", OrdersNew, "later", "claimed", "dead", AwaitRequest.FolderName])
                state.CreateBelow(state.Spool(folder));
            if (!state.CreateBelow(claims, out var problem))
            {
                Problem = problem;
                return false;
            }

            owner.Write(claims, time.GetUtcNow(), Lease);
            ready = true;
            ReturnDeadClaims();
            RemoveOld("tmp", KeepUnfinished);
            RemoveFreeHolds();
            RemoveOldStages();
            events.LookAtAll = orders.LookAtAll = lookAtLater = lookAtAwaits = true;
            watcher ??= new SpoolWatcher(
                [events.Folder, orders.Folder, state.Spool("later"), state.Spool("claimed"), state.Spool(AwaitRequest.FolderName)],
                Changed
            );
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
            return false;
        }
    }

    private void Changed(string folder, string? name)
    {
        lock (gate)
        {
            if (folder == state.Spool("claimed"))
                OthersChanged = true;
            else if (folder == state.Spool(AwaitRequest.FolderName))
                lookAtAwaits = true;
            else if (name is not null && !name.EndsWith(FileSpool.Extension, StringComparison.Ordinal))
                return;
            else
                Note(
                    folder == events.Folder ? events
                        : folder == orders.Folder ? orders
                        : null,
                    name
                );
        }

        onChange();
    }

    private void Note(Found? found, string? name)
    {
        if (found is null && name is not null)
            NoteLater(name);
        else if (found is null)
            lookAtLater = true;
        else if (name is null)
            found.LookAtAll = true;
        else
            found.Add(name);
    }

    private void ReturnDeadClaims()
    {
        HasOthers = false;
        foreach (var folder in Folders("claimed"))
        {
            if (folder == claims)
                continue;
            if (SpoolOwner.IsAlive(folder, time.GetUtcNow()))
            {
                HasOthers = true;
                continue;
            }

            foreach (var path in Directory.EnumerateFiles(folder, "*" + FileSpool.Extension))
                Redeliver(path);
            try
            {
                Remove(Path.Join(folder, SpoolOwner.FileName));
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // Another consumer is at it as well.
            }
        }
    }

    private void Redeliver(string path)
    {
        var name = SpoolName.NextDelivery(Path.GetFileName(path));
        var deliveries = SpoolName.DeliveriesOf(name);
        var seconds = deliveries < RedeliverySeconds.Length ? RedeliverySeconds[deliveries] : 0;
        if (seconds == 0)
        {
            Move(path, SpoolName.IsOrder(name) ? OrdersNew : "new", name);
            (SpoolName.IsOrder(name) ? orders : events).Add(name);
            return;
        }

        var waiting = SpoolName.Later(name, time.GetUtcNow().AddSeconds(seconds));
        Move(path, "later", waiting);
        NoteLater(waiting);
    }

    private void NoteLater(string name)
    {
        if (SpoolName.SplitLater(name) is { } entry)
            later.Add(entry);
    }

    private void ReturnWhatIsDue()
    {
        if (lookAtLater)
        {
            lookAtLater = false;
            later.Clear();
            foreach (var name in NamesIn(state.Spool("later")))
                NoteLater(name);
        }

        if (lookAgain <= time.GetUtcNow())
        {
            lookAgain = null;
            events.LookAtAll = orders.LookAtAll = true;
        }

        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // What seems to wait for longer than anybody asks for was put there before the clock was set back.
        while (later.Count > 0 && (later.Min.DueMs <= now || later.Min.DueMs > now + (long)LongestWait.TotalMilliseconds))
        {
            var (due, name) = later.Min;
            later.Remove(later.Min);
            var from = state.Spool("later", SpoolName.Later(name, DateTimeOffset.FromUnixTimeMilliseconds(due)));
            var isOrder = SpoolName.IsOrder(name);
            if (TryMove(from, state.Spool(isOrder ? OrdersNew : "new", name)))
                (isOrder ? orders : events).AddOnce(name);
        }
    }

    private void RemoveOld(string folder, TimeSpan keep)
    {
        if (!Directory.Exists(state.Spool(folder)))
            return;
        foreach (var path in Directory.EnumerateFiles(state.Spool(folder)))
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > keep)
                Remove(path);
    }

    private string[] Folders(string folder)
    {
        try
        {
            return Directory.GetDirectories(state.Spool(folder));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private void Move(string path, string folder, string name)
    {
        var target = state.Spool(folder, name);
        if (TryMove(path, target))
            return;
        state.CreateBelow(state.Spool(folder));
        TryMove(path, target);
    }

    private static bool TryMove(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
            return Libc.Rename(from, to) == 0;
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Libc.Unlink(path);
            return;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It is delivered again: at least once.
        }
    }
}
