using HookRules.Compiler;
using HookRules.Engine;

namespace HookRules.Cli.Install;

/// <summary>Puts programs into the user's place and takes them away again, and says what it did, a line a step.</summary>
internal sealed class Installation(InstallFolder place, Func<string, string?> environment)
{
    private readonly List<string> said = [];

    public IReadOnlyList<string> Said => said;

    /// <summary>The link that makes <c>hookrules</c> a command in a shell.</summary>
    private string? CommandLink =>
        !OperatingSystem.IsWindows() && environment("HOME") is { Length: > 0 } home
            ? Path.Combine(home, ".local", "bin", ProjectLayout.CommandLineProgram)
            : null;

    /// <summary>Copies the programs of a folder to the place of a version, and puts that version in use.</summary>
    public void Add(string source, string version)
    {
        var target = place.Version(version);
        Say(Copy(source, target) ? $"Installed hookrules {version} in {target}" : $"hookrules {version} is installed already in {target}");
        var before = place.InUse;
        if (place.Use(target))
            Say(
                before is null
                    ? $"{place.Current} names it: projects that you clone find it there"
                    : $"{place.Current} names it now; before: {before}"
            );
        LinkCommand();
    }

    public void Remove(string version)
    {
        var folder = place.Version(version);
        var wasUsed = place.InUse == folder;
        Directory.Delete(folder, recursive: true);
        Say($"Removed hookrules {version} from {folder}");
        if (!wasUsed)
            return;
        if (place.Versions is [.., var newest])
        {
            place.Use(place.Version(newest));
            Say($"{place.Current} names {newest} now");
            return;
        }

        RemoveLinks();
    }

    /// <summary>Takes every version away, and what points to them.</summary>
    public void RemoveAll()
    {
        foreach (var version in place.Versions)
        {
            Directory.Delete(place.Version(version), recursive: true);
            Say($"Removed hookrules {version} from {place.Version(version)}");
        }

        RemoveLinks();
        foreach (var folder in new[] { place.Path, Path.GetDirectoryName(place.Current)! }.Distinct().Where(Directory.Exists))
            if (!Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
    }

    // File by file and each at once: a hook that starts in this moment finds the old program or the new one, never none.
    private static bool Copy(string source, string target)
    {
        if (Path.TrimEndingDirectorySeparator(source) == Path.TrimEndingDirectorySeparator(target))
            return false;
        if (new DirectoryInfo(target).LinkTarget is not null)
            throw new IOException($"{target} is a link: remove it, then install again");
        Directory.CreateDirectory(target);
        var changed = false;
        foreach (var file in Programs.In(source))
            changed |= AtomicFile.Copy(file, Path.Combine(target, Path.GetFileName(file)));
        return changed;
    }

    private void LinkCommand()
    {
        if (CommandLink is not { } link)
        {
            Say($"Put {Path.GetDirectoryName(Path.Combine(place.Current, "x"))} on your PATH to have the command hookrules");
            return;
        }

        var program = Path.Combine(place.Current, ProjectLayout.CommandLineProgram);
        var existing = new FileInfo(link);
        if (existing.LinkTarget == program)
            return;
        if (existing.LinkTarget is null && Path.Exists(link))
        {
            Say($"{link} is a file of yours and stays; start {program}, or put it on your PATH");
            return;
        }

        if (existing.LinkTarget is { } other && File.Exists(Path.GetFullPath(other, Path.GetDirectoryName(link)!)) && !IsOurs(other))
        {
            Say($"{link} leads to {other} and stays; start {program}, or put it on your PATH");
            return;
        }

        Directory.CreateDirectory(Path.GetDirectoryName(link)!);
        SymbolicLink.Point(link, program);
        var onPath = (environment("PATH") ?? "")
            .Split(':')
            .Any(folder => Path.TrimEndingDirectorySeparator(folder) == Path.GetDirectoryName(link));
        Say(
            $"{link} leads to it"
                + (onPath ? "" : $"; {Path.GetDirectoryName(link)} is not on your PATH: add it there, or start {link} by its path")
        );
    }

    private void RemoveLinks()
    {
        if (CommandLink is { } link && new FileInfo(link).LinkTarget is { } target && IsOurs(target))
        {
            File.Delete(link);
            Say($"Removed {link}");
        }

        if (Path.Exists(place.Current) || new FileInfo(place.Current).LinkTarget is not null)
        {
            place.Forget();
            Say($"Removed {place.Current}");
        }
    }

    private bool IsOurs(string target) =>
        target.StartsWith(place.Current + Path.DirectorySeparatorChar, StringComparison.Ordinal)
        || target.StartsWith(place.Path + Path.DirectorySeparatorChar, StringComparison.Ordinal);

    public void Say(string line) => said.Add(Printable.Line(line));
}
