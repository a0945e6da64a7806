namespace HookRules.Engine;

/// <summary>What is known at one point of a command line, shared by the parsers of the texts nested in it.</summary>
internal sealed class ShellState(int length)
{
    public const int MaxDepth = 24;

    private readonly Dictionary<string, List<string>?> variables = new(StringComparer.Ordinal);
    private readonly Stack<(string Name, bool WasSet, List<string>? Value)> journal = new();
    private readonly Dictionary<string, string> aliases = new(StringComparer.Ordinal);
    private readonly Dictionary<string, string> gitAliases = new(StringComparer.OrdinalIgnoreCase);
    private long work = 65536 + (32L * length);

    public List<ShellCommand> Commands { get; } = [];

    public ShellFolder Folder { get; set; } = ShellFolder.Start;

    public string? Opaque { get; private set; }

    public bool IsForkBomb { get; set; }

    /// <summary>Which function starts which other command, and whether beside itself.</summary>
    public List<(string From, string To, bool Beside)> Calls { get; } = [];

    /// <summary>Something goes on behind the rest of the line.</summary>
    public bool HasBackground { get; set; }

    /// <summary>A variable is given a value, which may change what a later command is.</summary>
    public bool SetsVariables { get; private set; }

    public bool HasVariables => variables.Count > 0;

    public IEnumerable<string> VariableNames => variables.Keys;

    public int Depth { get; set; }

    /// <summary>Commands that read their script from standard input, which may stand further down in a here-document.</summary>
    public List<ShellCommand> AwaitingInput { get; } = [];

    /// <summary>What traps run.</summary>
    public List<string> AtExit { get; } = [];

    /// <summary>The first reason is kept.</summary>
    public void Hide(string reason) => Opaque ??= reason;

    /// <summary>What was read on trial hides nothing.</summary>
    public void Restore(string? reason) => Opaque = reason;

    /// <summary>Texts inside texts are read again: this bounds how much in all, so that time stays linear.</summary>
    public bool Spend(int characters)
    {
        work -= characters;
        if (work >= 0)
            return true;
        Hide("it is nested too deeply");
        return false;
    }

    /// <summary>The words that a variable of this line holds; null with true where it was set to something unknown.</summary>
    public bool TryGet(string name, out List<string>? value) => variables.TryGetValue(name, out value);

    /// <summary>A variable that is set twice may hold either value, so neither is known; unless the second time is certain.</summary>
    public void Set(string name, List<string>? value, bool isCertain = false)
    {
        SetsVariables = true;
        var wasSet = variables.TryGetValue(name, out var old);
        journal.Push((name, wasSet, old));
        if (wasSet && !isCertain && (old is null || value is null || !old.SequenceEqual(value, StringComparer.Ordinal)))
            value = null;
        if (value is not null && value.Sum(word => (long)word.Length) > 4096)
            value = null;
        variables[name] = value;
    }

    public int Mark() => journal.Count;

    /// <summary>What a subshell sets is forgotten at its end.</summary>
    public void RollBack(int mark)
    {
        while (journal.Count > mark)
        {
            var (name, wasSet, value) = journal.Pop();
            if (wasSet)
                variables[name] = value;
            else
                variables.Remove(name);
        }
    }

    /// <summary>An alias that is given two meanings has none that is known.</summary>
    public void Alias(string name, string meaning) => aliases[name] = aliases.ContainsKey(name) ? "" : meaning;

    /// <summary>Empty where its meaning is not known; null where there is none of the name.</summary>
    public string? MeaningOf(string alias) => aliases.GetValueOrDefault(alias);

    /// <summary>The same of an alias that git has.</summary>
    public void GitAlias(string name, string meaning) => gitAliases[name] = meaning;

    public string? MeaningOfGit(string alias) => gitAliases.GetValueOrDefault(alias);
}
