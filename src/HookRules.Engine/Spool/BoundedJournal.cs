namespace HookRules.Engine;

/// <summary>Lines of JSON in the state folder that several processes append to: two files, of which the older goes when the newer is
/// full.</summary>
/// <param name="name">Without <c>.jsonl</c>.</param>
internal sealed class BoundedJournal(StateFolder state, string name, long largest = 1 << 20)
{
    private const int OwnerOnly = 0b110_000_000;

    private string Newer => state.File(name + ".jsonl");

    private string Older => state.File(name + ".1.jsonl");

    /// <summary>The older first.</summary>
    public IEnumerable<string> Files => [Older, Newer];

    /// <summary>Null, or why it could not be written.</summary>
    public string? Append(ReadOnlySpan<byte> line)
    {
        Rotate();
        return AppendFile.Append(Newer, line, OwnerOnly);
    }

    private void Rotate()
    {
        var file = new FileInfo(Newer);
        if (!file.Exists || file.Length <= largest)
            return;
        // Turned by two at once, the second would put the new file in the place of the full one.
        using var turning = FileLock.TryAcquire(state.File(name + ".lock"));
        file.Refresh();
        if (turning is not null && file.Exists && file.Length > largest)
            File.Move(Newer, Older, overwrite: true);
    }
}
