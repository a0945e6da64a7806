using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>The requests of hooks that wait, in <c>await/</c> of the spool.</summary>
internal sealed partial class FileStore
{
    private static readonly TimeSpan AfterDeadline = TimeSpan.FromSeconds(5);

    private readonly Dictionary<string, AwaitRequest> awaits = new(StringComparer.Ordinal);
    private bool lookAtAwaits = true;

    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits()
    {
        lock (gate)
        {
            if (lookAtAwaits && ready)
            {
                lookAtAwaits = false;
                foreach (var name in NamesIn(state.Spool(AwaitRequest.FolderName)).Where(name => !awaits.ContainsKey(name)))
                    if (ReadRequest(name) is { } request)
                        awaits[name] = request;
            }

            foreach (var (name, request) in awaits.ToList())
            {
                var path = state.Spool(AwaitRequest.FolderName, name);
                var isOver = time.GetUtcNow() > DateTimeOffset.FromUnixTimeMilliseconds(request.DeadlineMs) + AfterDeadline;
                if (isOver || !ChildProcess.IsThere(request.Pid))
                    Remove(path);
                else if (Libc.Exists(path))
                    continue;
                awaits.Remove(name);
            }

            return new(new Dictionary<string, AwaitRequest>(awaits, StringComparer.Ordinal));
        }
    }

    public IReadOnlySet<string> LivingEvents()
    {
        var living = new HashSet<string>(StringComparer.Ordinal);
        string[] folders = ["new", OrdersNew, "later", .. Folders("claimed").Select(folder => $"claimed/{Path.GetFileName(folder)}")];
        lock (gate)
            foreach (var folder in folders)
            foreach (var name in NamesIn(state.Spool(folder)))
            {
                var own = SpoolName.SplitLater(name)?.Name ?? name;
                living.Add(own[..own.IndexOfAny(['.', '~'])]);
                // An order may stand for other events, too.
                if (SpoolName.IsOrder(own) && SpoolFile.TryRead(state.Spool(folder, name), out _) is { } bytes)
                    living.UnionWith(OrderJson.TryRead(bytes, out _)?.Events ?? []);
            }

        return living;
    }

    private AwaitRequest? ReadRequest(string name)
    {
        var path = state.Spool(AwaitRequest.FolderName, name);
        if (SpoolFile.TryRead(path, out var problem) is { } bytes && AwaitRequest.Read(bytes) is { } request)
            return request;
        if (problem is null)
            Remove(path);
        return null;
    }
}
