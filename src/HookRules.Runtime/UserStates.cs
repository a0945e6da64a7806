using System.Globalization;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>What hooks and consumers of this user have left, for all projects.</summary>
public static class UserStates
{
    private const int MostTries = 50;
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(20);
    private static readonly string[] Waiting = ["new", "later", "orders/new"];

    /// <summary>Ends the consumers that run and removes their states; a project whose consumer runs on keeps its own.</summary>
    /// <param name="say">Told a line for each thing that was removed.</param>
    /// <returns>Why something had to stay.</returns>
    public static async Task<IReadOnlyList<string>> RemoveAll(
        Func<string, string?> environment,
        Action<string> say,
        CancellationToken ct = default
    )
    {
        var problems = new List<string>();
        var root = StateFolder.RootOf(environment);
        foreach (var path in root is not null && Directory.Exists(root) ? Directory.GetDirectories(root) : [])
        {
            var state = StateFolder.At(path);
            if (!StateFolder.IsNamedAsOne(path) || state.Prepare() is not null)
                continue;
            var project = AbandonedStates.ProjectOf(path) ?? Path.GetFileName(path);
            if ((await ConsumerStop.ToTheEnd(state, ct).ConfigureAwait(false)).Problem is { } problem)
            {
                problems.Add($"the state of {project} stays: {problem}");
                continue;
            }

            var waiting = Waiting.Sum(folder => Count(state.Spool(folder)));
            await Delete(path, ct).ConfigureAwait(false);
            say(
                $"Removed the state of {project}"
                    + waiting switch
                    {
                        0 => "",
                        1 => ", with an event that waited",
                        _ => string.Create(CultureInfo.InvariantCulture, $", with {waiting} events that waited"),
                    }
            );
        }

        foreach (var folder in StateFolder.StandIns(environment).Append(root).OfType<string>())
            RemoveNotes(folder, whole: folder != root && problems.Count == 0, isLast: problems.Count == 0);
        return problems;
    }

    /// <summary>A hook that is just ending may write while the folder is emptied.</summary>
    private static async Task Delete(string folder, CancellationToken ct)
    {
        for (var tries = 1; Directory.Exists(folder); tries++)
        {
            try
            {
                Directory.Delete(folder, recursive: true);
            }
            catch (IOException) when (tries < MostTries)
            {
                await Task.Delay(Pause, ct).ConfigureAwait(false);
            }
        }
    }

    // Where the states are, the installed versions may be too.
    private static void RemoveNotes(string folder, bool whole, bool isLast)
    {
        if (!Directory.Exists(folder) || StateFolder.At(folder).Prepare() is not null)
            return;
        foreach (var notes in Directory.GetDirectories(folder))
            if (whole || Path.GetFileName(notes) is ProjectLayout.ToldFolder or ProjectLayout.NoticesFolder)
                Directory.Delete(notes, recursive: true);
        if (isLast)
            File.Delete(Path.Join(folder, MachineId.FileName));
        if (!Directory.EnumerateFileSystemEntries(folder).Any())
            Directory.Delete(folder);
    }

    private static int Count(string folder) => Directory.Exists(folder) ? Directory.GetFiles(folder, "*.json").Length : 0;
}
