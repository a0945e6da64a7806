using System.Text;

namespace HookRules.Engine;

/// <summary>The folder of one project's spool, journals and locks: private to the user, outside the project.</summary>
public sealed class StateFolder
{
    public const string ConsumerLockName = "consumer.lock";

    private const int HashLength = 12;
    private const uint OwnerOnly = 0b111_000_000;

    private StateFolder(string path, string? problem) => (Path, problemOfPlace) = (path, problem);

    private readonly string? problemOfPlace;

    public string Path { get; }

    /// <summary>Held by the consumer that works for the whole project; whoever finds it free may start one.</summary>
    public string ConsumerLock => System.IO.Path.Join(Path, ConsumerLockName);

    /// <summary>Held by the one consumer that reads events and makes orders of them.</summary>
    public string DispatcherLock => System.IO.Path.Join(Path, "dispatcher.lock");

    public string Runs => System.IO.Path.Join(Path, "runs.jsonl");

    public string Errors => System.IO.Path.Join(Path, "errors.jsonl");

    public string Spool(string folder) => System.IO.Path.Join(Path, "spool", folder);

    public string Spool(string folder, string file) => System.IO.Path.Join(Path, "spool", folder, file);

    public string File(string name) => System.IO.Path.Join(Path, name);

    /// <summary>User and group of this process in numbers, as containers are told them.</summary>
    public static string OwnIds =>
        OperatingSystem.IsWindows()
            ? "1000:1000"
            : string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{Libc.geteuid()}:{Libc.getegid()}");

    /// <summary>A state folder at a given place, as tests and service files use it.</summary>
    public static StateFolder At(string path) => new(path, null);

    /// <summary>Where the state of a project is; touches no file but to resolve links in the project's path.</summary>
    public static StateFolder Locate(string projectDir, Func<string, string?> environment)
    {
        var project = Canonical(projectDir);
        var hash = Blake2b.HashHex(Encoding.UTF8.GetBytes(project))[..HashLength];
        var name = $"{Harmless(System.IO.Path.GetFileName(project))}-{hash}";
        var (root, problem) = Root(environment);
        return new StateFolder(System.IO.Path.Join(root, ProjectLayout.Folder, name), problem);
    }

    /// <summary>The folder that holds the states of all projects; null where this user has no place for one.</summary>
    public static string? RootOf(Func<string, string?> environment) =>
        Root(environment) is { Problem: null, Root: var root } ? System.IO.Path.Join(root, ProjectLayout.Folder) : null;

    /// <summary>Folders of this user for small notes where the state folder is what fails, the best one first.</summary>
    public static IEnumerable<string> StandIns(Func<string, string?> environment) =>
        from place in new[] { ("XDG_RUNTIME_DIR", ""), ("XDG_CACHE_HOME", ""), ("HOME", ".cache") }
        let folder = environment(place.Item1)
        where folder is { Length: > 0 } && System.IO.Path.IsPathFullyQualified(folder)
        select System.IO.Path.Join(folder, place.Item2, ProjectLayout.Folder);

    /// <summary>A folder is called as the state of a project is.</summary>
    public static bool IsNamedAsOne(string path)
    {
        var name = System.IO.Path.GetFileName(path);
        return name.Length > HashLength + 1 && name[^(HashLength + 1)] == '-' && name[^HashLength..].All(char.IsAsciiHexDigitLower);
    }

    /// <summary>Makes sure that the folder exists and that nobody else can write to it; null, or the reason why it cannot be
    /// used.</summary>
    public string? Prepare()
    {
        if (problemOfPlace is not null)
            return problemOfPlace;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                var folder = Directory.CreateDirectory(Path);
                return folder.LinkTarget is null ? null : $"the state folder {Path} is a link";
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return $"the state folder {Path} cannot be created: {e.Message}";
            }
        }

        if (Libc.Status(Path) is not { } status)
        {
            if (CreatePrivate(Path) is { } problem)
                return problem;
            if (Libc.Status(Path) is not { } created)
                return $"the state folder {Path} cannot be read";
            status = created;
        }

        return Refuse(Path, status)
            ?? (
                System.IO.Path.GetDirectoryName(Path) is { } parent && Libc.Status(parent) is { } above ? RefuseParent(parent, above) : null
            );
    }

    /// <summary>Creates a folder below the state folder after an operation failed for want of it; false where that does not help.</summary>
    public bool CreateBelow(string path) => CreateBelow(path, out _);

    /// <param name="problem">Null, or why it could not be created.</param>
    public bool CreateBelow(string path, out string? problem)
    {
        problem = Prepare() ?? CreatePrivate(path);
        return problem is null;
    }

    private static string? Refuse(string path, Libc.FileStatus status) =>
        status.IsLink ? $"the state folder {path} is a link; remove it"
        : !status.IsFolder ? $"the state folder {path} is not a folder; remove it"
        : status.Owner != Libc.geteuid() ? $"the state folder {path} belongs to another user"
        : status.OthersMayWrite ? $"other users may write to the state folder {path}; run: chmod 700 '{path}'"
        : null;

    // A stranger's parent, or one that strangers write to without the sticky bit, lets them put another folder in ours' place.
    private static string? RefuseParent(string path, Libc.FileStatus status) =>
        status.Owner != Libc.geteuid() && status.Owner != 0 ? $"the folder {path} belongs to another user"
        : status.OthersMayWrite && (status.Mode & 0x200) == 0 ? $"other users may write to the folder {path}; run: chmod 700 '{path}'"
        : null;

    private static unsafe string? CreatePrivate(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            try
            {
                Directory.CreateDirectory(path);
                return null;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return e.Message;
            }
        }

        fixed (byte* p = Libc.Z(path))
        {
            if (Libc.mkdir(p, OwnerOnly) == 0 || Libc.Errno == Libc.EEXIST)
                return null;
            var error = Libc.Errno;
            if (error != Libc.ENOENT || System.IO.Path.GetDirectoryName(path) is not { Length: > 1 } parent)
                return $"the folder {path} cannot be created: {Libc.Describe(error)}";
            if (CreatePrivate(parent) is { } problem)
                return problem;
            return Libc.mkdir(p, OwnerOnly) == 0 || Libc.Errno == Libc.EEXIST
                ? null
                : $"the folder {path} cannot be created: {Libc.Describe(Libc.Errno)}";
        }
    }

    private static (string Root, string? Problem) Root(Func<string, string?> environment)
    {
        // The XDG specification says that a relative path is to be ignored.
        if (environment("XDG_STATE_HOME") is { Length: > 0 } state && System.IO.Path.IsPathFullyQualified(state))
            return (state, null);
        if (OperatingSystem.IsWindows())
        {
            return environment("LOCALAPPDATA") is { Length: > 0 } local
                ? (local, null)
                : ("", "LOCALAPPDATA is not set, so there is no place for the spool");
        }

        if (environment("HOME") is not { Length: > 0 } home || !System.IO.Path.IsPathFullyQualified(home))
            return ("", "neither XDG_STATE_HOME nor HOME is set, so there is no place for the spool");
        return (
            OperatingSystem.IsMacOS()
                ? System.IO.Path.Join(home, "Library/Application Support")
                : System.IO.Path.Join(home, ".local/state"),
            null
        );
    }

    private static string Canonical(string projectDir)
    {
        var full = System.IO.Path.TrimEndingDirectorySeparator(System.IO.Path.GetFullPath(projectDir));
        if (OperatingSystem.IsWindows())
            return full.ToUpperInvariant();
        // The hook is told the project's path, the consumer finds it: both must come to one name, whichever links lead there.
        return Libc.RealPath(full) ?? full;
    }

    private static string Harmless(string name)
    {
        const int Longest = 40;
        var text = new StringBuilder(Longest);
        foreach (var c in name)
        {
            if (text.Length == Longest)
                break;
            text.Append(char.IsAsciiLetterOrDigit(c) || c is '_' || (c is '.' or '-' && text.Length > 0) ? c : '_');
        }

        return text.Length == 0 ? "root" : text.ToString();
    }
}
