using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>State folders of projects that are gone: each holds the path of its project, and is removed when that has been missing for
/// long.</summary>
internal static class AbandonedStates
{
    private const string ProjectName = "project",
        MissingName = "missing-since";
    private const int PrivateFile = 0b110_000_000;
    private static readonly TimeSpan Keep = TimeSpan.FromDays(30);

    /// <summary>Notes where the project of this folder is.</summary>
    public static void NoteProject(StateFolder state, string projectDir)
    {
        var path = state.File(ProjectName);
        if (state.Prepare() is null && !File.Exists(path))
            AppendFile.Append(path, Encoding.UTF8.GetBytes(projectDir + "\n"), PrivateFile);
    }

    /// <summary>The project of a state folder; null where it was never noted.</summary>
    public static string? ProjectOf(string stateFolder)
    {
        var path = Path.Join(stateFolder, ProjectName);
        return File.Exists(path) ? File.ReadAllText(path).TrimEnd('\n') : null;
    }

    /// <summary>Removes one that has been without its project for 30 days, beside this one.</summary>
    public static void CleanOne(StateFolder own, TimeProvider time)
    {
        if (Path.GetDirectoryName(own.Path) is not { } root || !Directory.Exists(root))
            return;
        foreach (var folder in Directory.EnumerateDirectories(root))
        {
            var state = StateFolder.At(folder);
            if (folder == own.Path || state.Prepare() is not null || ProjectOf(folder) is not { Length: > 0 } project)
                continue;
            var missing = Path.Join(folder, MissingName);
            if (Directory.Exists(project))
            {
                File.Delete(missing);
                continue;
            }

            var now = time.GetUtcNow().ToUnixTimeMilliseconds();
            if (!File.Exists(missing))
            {
                AppendFile.Append(missing, Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{now}\n")), PrivateFile);
                continue;
            }

            if (
                long.TryParse(File.ReadAllText(missing), NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var since)
                && now - since > Keep.TotalMilliseconds
                && !FileLock.IsHeld(state.ConsumerLock)
            )
            {
                Directory.Delete(folder, recursive: true);
                return;
            }
        }
    }
}
