using System.Diagnostics;
using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>Who holds a folder of claims: a process of a machine. A pid alone would not do, since pids are used again, and mean other
/// processes in another container.</summary>
internal sealed record SpoolOwner(string Host, int Pid, long Started, string Folder)
{
    public const string FileName = "owner";

    private static int count;

    private static readonly string ThisHost = HostName();

    public static SpoolOwner OfThisProcess()
    {
        var pid = Environment.ProcessId;
        var number = Interlocked.Increment(ref count);
        return new SpoolOwner(
            ThisHost,
            pid,
            StartOf(pid) ?? 0,
            string.Create(CultureInfo.InvariantCulture, $"{pid}-{number}-{Guid.NewGuid().ToString("N")[..8]}")
        );
    }

    /// <summary>A name for stores that other machines share, which tells this machine whether the process lives.</summary>
    public static string NameOfThisProcess()
    {
        var pid = Environment.ProcessId;
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{Order.Hash(ThisHost)[..8]}.{pid}.{StartOf(pid) ?? 0}.{Guid.NewGuid().ToString("N")[..8]}"
        );
    }

    /// <summary>It is the name of a process of this host that lives no more.</summary>
    public static bool IsGone(string name) =>
        name.Split('.') is [var host, var pidText, var startedText, _]
        && host == Order.Hash(ThisHost)[..8]
        && int.TryParse(pidText, CultureInfo.InvariantCulture, out var pid)
        && long.TryParse(startedText, CultureInfo.InvariantCulture, out var started)
        && StartOf(pid) != started;

    /// <summary>Notes the owner and the moment of renewal in its folder of claims.</summary>
    public void Write(string folder, DateTimeOffset now, TimeSpan lease)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $"{Host}\n{Pid}\n{Started}\n{now.ToUnixTimeMilliseconds()}\n{(long)lease.TotalMilliseconds}\n"
        );
        var path = Path.Join(folder, FileName);
        var unfinished = path + ".tmp";
        using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write))
        {
            RandomAccess.Write(file, Encoding.UTF8.GetBytes(text), 0);
        }

        File.Move(unfinished, path, overwrite: true);
    }

    /// <summary>A process of this machine holds its claims as long as it lives, one of another machine as long as it renews them.</summary>
    public static bool IsAlive(string folder, DateTimeOffset now)
    {
        string[] lines;
        try
        {
            lines = File.ReadAllLines(Path.Join(folder, FileName));
        }
        catch (FileNotFoundException)
        {
            // It has not written its mark yet, or died before it could.
            return now - Directory.GetCreationTimeUtc(folder) < TimeSpan.FromSeconds(15);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return true;
        }

        if (
            lines.Length < 5
            || !int.TryParse(lines[1], CultureInfo.InvariantCulture, out var pid)
            || !long.TryParse(lines[2], CultureInfo.InvariantCulture, out var started)
            || !long.TryParse(lines[3], CultureInfo.InvariantCulture, out var renewed)
            || !long.TryParse(lines[4], CultureInfo.InvariantCulture, out var lease)
        )
        {
            return false;
        }

        return Lives(lines[0], pid, started, renewed + lease, now);
    }

    /// <summary>The same where a database names it: all of it in one text, and until when it holds unless it says so again.</summary>
    public static bool IsAlive(string text, long untilMs, DateTimeOffset now) =>
        text.Split('\n') is [var host, var pid, var started, _]
        && int.TryParse(pid, CultureInfo.InvariantCulture, out var process)
        && long.TryParse(started, CultureInfo.InvariantCulture, out var start)
        && Lives(host, process, start, untilMs, now);

    public string Text => string.Create(CultureInfo.InvariantCulture, $"{Host}\n{Pid}\n{Started}\n{Folder}");

    private static bool Lives(string host, int pid, long started, long untilMs, DateTimeOffset now) =>
        host == ThisHost ? StartOf(pid) == started : now.ToUnixTimeMilliseconds() <= untilMs;

    /// <summary>When a process started, in the system's own unit; null if it does not live.</summary>
    private static long? StartOf(int pid)
    {
        try
        {
            if (!OperatingSystem.IsLinux())
            {
                using var process = Process.GetProcessById(pid);
                return process.StartTime.Ticks;
            }

            return ProcessTable.Read(pid) is { State: not ('Z' or 'X') } entry ? entry.Started : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string HostName()
    {
        if (!OperatingSystem.IsLinux())
            return Environment.MachineName;
        try
        {
            // The boot, and the namespace that gives pids their meaning: two containers of one machine are two hosts.
            return $"{File.ReadAllText("/proc/sys/kernel/random/boot_id").Trim()} {Libc.ReadLink("/proc/self/ns/pid")}";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Environment.MachineName;
        }
    }
}
