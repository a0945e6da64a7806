using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>Reading what lies in the spool: what makes no sense is put aside, what cannot be read now is left for later.</summary>
internal sealed partial class FileStore
{
    private static readonly TimeSpan ReadRetry = TimeSpan.FromSeconds(1);

    private DateTimeOffset? lookAgain;

    public ValueTask<Arrival?> Load(string receipt) => new(Reload(receipt, () => Read(receipt)));

    private T Reload<T>(string receipt, Func<T> read)
    {
        lock (gate)
        {
            try
            {
                return read();
            }
            catch (StoreUnusableException e)
            {
                Postpone(receipt, e);
                throw;
            }
        }
    }

    public ValueTask<Order?> Load(OrderLease lease) => new(Reload(lease.Receipt, () => ReadAgain(lease)));

    private Order? ReadAgain(OrderLease lease)
    {
        if (SpoolName.IsOrder(lease.Receipt))
            return ReadOrder(lease.IsBegun ? $"claimed/{owner.Folder}" : OrdersNew, lease.Receipt);
        var path = lease.IsBegun ? Path.Join(claims, lease.Receipt) : state.Spool("new", lease.Receipt);
        return SpoolFile.Read(path, out _) is { } bytes && Envelope.TryRead(bytes, out _) is { } envelope
            ? lease.Order with
            {
                Payload = envelope.Payload,
            }
            : null;
    }

    /// <summary>What cannot be read now stays where it is and is looked at again.</summary>
    private T? OrLater<T>(string name, Func<string, T?> read)
        where T : class
    {
        try
        {
            return read(name);
        }
        catch (StoreUnusableException e)
        {
            Postpone(name, e);
            return null;
        }
    }

    private void Postpone(string name, StoreUnusableException e)
    {
        if (lookAgain is null)
            OnUnreadable?.Invoke($"{name} cannot be read now and is tried again: {e.Message}");
        lookAgain = time.GetUtcNow() + ReadRetry;
    }

    private Arrival? Read(string name)
    {
        if (SpoolName.IsOrder(name))
            return ReadOrder("new", name) is { } order ? new Arrival(name, null, order) : null;
        if (SpoolFile.Read(state.Spool("new", name), out var problem) is { } bytes && Envelope.TryRead(bytes, out problem) is { } envelope)
            return new Arrival(name, envelope, null);
        PutAside("new", name, problem);
        return null;
    }

    private Order? ReadOrder(string folder, string name)
    {
        if (SpoolFile.Read(state.Spool(folder, name), out var problem) is { } bytes && OrderJson.TryRead(bytes, out problem) is { } order)
            return order;
        PutAside(folder, name, problem);
        return null;
    }

    /// <summary>What another store of the project cannot make sense of lies with what this one cannot.</summary>
    /// <exception cref="IOException">It could not be written.</exception>
    public void KeepUnreadable(string name, ReadOnlySpan<byte> bytes, string problem)
    {
        if (FileSpool.Put(state, "dead", name + ".unreadable", default, bytes, default, durability) is { } failed)
            throw new IOException(failed);
        OnUnreadable?.Invoke($"{name} cannot be read and was put into {state.Spool("dead")}: {problem}");
    }

    private void PutAside(string folder, string name, string? problem)
    {
        if (problem is null)
            return; // Gone.
        Move(state.Spool(folder, name), "dead", name + ".unreadable");
        OnUnreadable?.Invoke($"{name} cannot be read and was put into {state.Spool("dead")}: {problem}");
    }
}
