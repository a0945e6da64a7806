using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A command line taken apart: every simple command in it, wherever it stands, and whether something in it cannot be seen
/// through.</summary>
public sealed class ShellLine
{
    private ShellLine(string text, ShellState state)
    {
        Text = text;
        Commands = [.. state.Commands];
        OpaqueReason = state.Opaque;
        IsForkBomb = state.IsForkBomb;
        HasBackground = state.HasBackground;
        SetsVariables = state.SetsVariables;
    }

    public string Text { get; }

    /// <summary>In the order in which they end; what stands inside a word comes before the command that the word belongs to, what a wrapper
    /// such as <c>sudo</c> runs after it.</summary>
    public ImmutableArray<ShellCommand> Commands { get; }

    /// <summary>What hides a command from view; null where all are known.</summary>
    public string? OpaqueReason { get; }

    /// <summary>A function starts itself again beside itself.</summary>
    public bool IsForkBomb { get; }

    /// <summary>A command is started in the background.</summary>
    public bool HasBackground { get; }

    /// <summary>A variable is given a value, before a command or by itself.</summary>
    public bool SetsVariables { get; }

    private bool? writesFiles;
    private bool? readsFiles;

    /// <summary>Found once for all rules that ask.</summary>
    internal bool WritesFiles => writesFiles ??= ShellFiles.WritesAny(this);

    /// <summary>The same.</summary>
    internal bool ReadsFiles => readsFiles ??= ShellFiles.ReadsAny(this);

    /// <summary>Reads a line as bash would; never throws, in time linear in its length.</summary>
    public static ShellLine Parse(string text)
    {
        var state = new ShellState(text.Length);
        if (text.Contains('\0'))
            state.Hide("it holds a NUL character");
        new ShellParser(state, text).ReadAll();
        for (var i = 0; i < state.AtExit.Count && i < ShellState.MaxDepth; i++)
            new ShellParser(state, state.AtExit[i]).ReadAll();
        state.IsForkBomb |= HasForkingCycle(state.Calls);
        if (ShellDownloads.AreRun(state.Commands))
            state.Hide("it runs what it has downloaded");
        return new ShellLine(text, state);
    }

    /// <summary>a() { b &amp; } and b() { a; }: along one of the calls that lead back to where they began, something is started
    /// beside.</summary>
    private static bool HasForkingCycle(List<(string From, string To, bool Beside)> calls)
    {
        if (!calls.Exists(call => call.Beside))
            return false;
        foreach (var (from, to, _) in calls.Where(call => call.Beside))
        {
            HashSet<string> reached = [to];
            while (calls.Exists(call => reached.Contains(call.From) && reached.Add(call.To))) { }
            if (reached.Contains(from))
                return true;
        }

        return false;
    }
}
