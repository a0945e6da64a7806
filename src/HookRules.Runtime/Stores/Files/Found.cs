namespace HookRules.Runtime.Stores.Files;

/// <summary>The names in one folder of the spool: those found and not yet given out, and those given out. A name is learned from a
/// notification; the folder is listed only where one may have been missed.</summary>
internal sealed class Found(string folder)
{
    private readonly SortedSet<string> waiting = new(StringComparer.Ordinal);

    /// <summary>Given out and not yet done with.</summary>
    public HashSet<string> Given { get; } = new(StringComparer.Ordinal);

    public string Folder => folder;

    public bool LookAtAll { get; set; } = true;

    public void Add(string name)
    {
        if (!Given.Contains(name))
            waiting.Add(name);
    }

    /// <summary>Given out again although it was before: it has come back.</summary>
    public void AddOnce(string name)
    {
        Given.Remove(name);
        waiting.Add(name);
    }

    /// <summary>The oldest that may be taken.</summary>
    public List<string> Take(int most, Func<string, bool> isWanted, FileStore store)
    {
        if (LookAtAll)
        {
            LookAtAll = false;
            foreach (var name in store.NamesIn(folder))
                Add(name);
        }

        var taken = new List<string>();
        foreach (var name in waiting)
        {
            if (taken.Count == most)
                break;
            if (isWanted(name))
                taken.Add(name);
        }

        foreach (var name in taken)
        {
            waiting.Remove(name);
            Given.Add(name);
        }

        return taken;
    }
}
