using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Which branches of one envelope are through, in a file beside the spool: so a restart repeats only what is not. It exists only
/// while there is something to remember.</summary>
internal sealed class Progress
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, bool> branches = new(StringComparer.Ordinal);
    private readonly StateFolder state;
    private readonly string path;
    private bool exists;

    private Progress(StateFolder state, string eventId) => (this.state, path) = (state, state.Spool("progress", eventId));

    public static Progress Load(StateFolder state, string eventId)
    {
        var progress = new Progress(state, eventId);
        progress.Read();
        return progress;
    }

    /// <summary>How a branch ended; null if it has not.</summary>
    public bool? Of(string branch)
    {
        lock (gate)
            return branches.TryGetValue(branch, out var succeeded) ? succeeded : null;
    }

    public bool HasBegun(Rule rule) => rule.QueuedBranches.Any(branch => Of(branch.Id) is not null);

    public void NoteBranch(string branch, bool succeeded)
    {
        lock (gate)
        {
            branches[branch] = succeeded;
            if (!exists)
                state.CreateBelow(state.Spool("progress"));
            exists |= AppendFile.Append(path, Encoding.UTF8.GetBytes($"{(succeeded ? '+' : '-')}{branch}\n"), 0b110_000_000) is null;
        }
    }

    public void Delete()
    {
        lock (gate)
        {
            if (exists)
                File.Delete(path);
            exists = false;
        }
    }

    private void Read()
    {
        if (!File.Exists(path))
            return;
        exists = true;
        foreach (var line in File.ReadAllText(path).Split('\n'))
        {
            if (line.Length > 1)
                branches[line[1..]] = line[0] == '+';
        }
    }
}
