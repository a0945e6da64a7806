using HookRules.Engine;

namespace HookRules.Runtime.Operating;

/// <summary>What hooks have recorded of a project (<c>record on</c>).</summary>
internal sealed class Records(StateFolder state, TimeProvider time)
{
    private readonly RecordFolder folder = new(state, time);

    public string Path => folder.Path;

    /// <summary>The oldest first.</summary>
    public IReadOnlyList<string> Files => folder.Files;

    public bool IsEmpty => Files.Count == 0;

    public long Size => folder.Size;

    public void Delete() => folder.Delete();
}
