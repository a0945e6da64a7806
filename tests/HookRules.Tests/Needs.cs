using System.Diagnostics;
using Xunit;

namespace HookRules.Tests;

/// <summary>What a test needs of the machine that not every machine has.</summary>
public enum Need
{
    /// <summary>Permissions, links and pipes as on Unix.</summary>
    Unix,

    /// <summary>Linux itself.</summary>
    Linux,

    /// <summary>Files can be given to somebody else, which root alone may.</summary>
    ForeignFiles,

    /// <summary>A file system of a few pages can be mounted, which root alone may.</summary>
    Mount,

    /// <summary>The folder <c>shared</c> with real settings files and payloads lies beside the checkout.</summary>
    Shared,

    /// <summary><c>/bin/bash</c>.</summary>
    Bash,

    /// <summary>System calls can be watched.</summary>
    Strace,

    /// <summary>The verifier of systemd units.</summary>
    Systemd,

    /// <summary>A reader of XML files.</summary>
    Xmllint,

    /// <summary><c>redis-server</c> and <c>redis-cli</c>, 7.0 or later.</summary>
    Redis,

    /// <summary>Networks of their own can be made, which root alone may.</summary>
    Networks,

    /// <summary>The site with its playground, and Chromium: what <c>tests/site</c> brings.</summary>
    Browser,
}

/// <summary>A test that is reported as skipped, with the reason, where the machine lacks what it needs: it never passes without having
/// looked.</summary>
public sealed class FactNeedingAttribute : FactAttribute
{
    public FactNeedingAttribute(params Need[] needs) => Skip = Machine.Lacks(needs);
}

/// <inheritdoc cref="FactNeedingAttribute"/>
public sealed class TheoryNeedingAttribute : TheoryAttribute
{
    public TheoryNeedingAttribute(params Need[] needs) => Skip = Machine.Lacks(needs);
}

internal static class Machine
{
    private static readonly Lazy<string?> foreignFiles = new(() => WithTemporary(file => Run("chown", "65534", file)));

    private static readonly Lazy<string?> mount = new(() =>
        WithTemporary(file =>
        {
            var folder = Directory.CreateDirectory(file + ".mount").FullName;
            var done = Run("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", folder) && Run("umount", folder);
            Directory.Delete(folder);
            return done;
        })
    );

    private static readonly Lazy<string?> strace = new(() => Run("strace", "-o", "/dev/null", "true") ? "" : null);

    private static readonly Lazy<string?> systemd = new(() => Run("systemd-analyze", "--version") ? "" : null);

    private static readonly Lazy<string?> xmllint = new(() => Run("xmllint", "--version") ? "" : null);

    private static readonly Lazy<string?> redis = new(() => Run("redis-server", "--version") && Run("redis-cli", "--version") ? "" : null);

    private static readonly Lazy<string?> networks = new(() =>
    {
        var name = $"hr{Environment.ProcessId}try";
        return Run("ip", "netns", "add", name) && Run("ip", "netns", "del", name) ? "" : null;
    });

    /// <summary>Null where everything is there.</summary>
    public static string? Lacks(IEnumerable<Need> needs) => needs.Select(Lack).FirstOrDefault(lack => lack is not null);

    private static string? Lack(Need need) =>
        need switch
        {
            Need.Unix => OperatingSystem.IsWindows() ? "needs Unix" : null,
            Need.Linux => OperatingSystem.IsLinux() ? null : "needs Linux",
            Need.ForeignFiles => foreignFiles.Value is null ? "needs a user who may give files away (root)" : null,
            Need.Mount => mount.Value is null ? "needs a user who may mount a file system (root)" : null,
            Need.Shared => Repository.Above("shared/corpus") is null ? "needs the folder shared/ beside the checkout" : null,
            Need.Bash => File.Exists("/bin/bash") ? null : "needs /bin/bash",
            Need.Strace => strace.Value is null ? "needs strace, and a system that lets it watch" : null,
            Need.Systemd => systemd.Value is null ? "needs systemd-analyze" : null,
            Need.Xmllint => xmllint.Value is null ? "needs xmllint" : null,
            Need.Redis => redis.Value is null ? "needs redis-server and redis-cli (Debian: redis-server)" : null,
            Need.Networks => networks.Value is null ? "needs a user who may make network namespaces (root), and ip" : null,
            Need.Browser => Environment.GetEnvironmentVariable("HOOKRULES_SITE") is null ? "needs tests/site to be run" : null,
            _ => throw new InvalidOperationException($"unknown need {need}"),
        };

    // Empty where it worked.
    private static string? WithTemporary(Func<string, bool> works)
    {
        var file = Path.GetTempFileName();
        try
        {
            return works(file) ? "" : null;
        }
        finally
        {
            File.Delete(file);
        }
    }

    private static bool Run(string program, params string[] args)
    {
        if (OperatingSystem.IsWindows())
            return false;
        try
        {
            using var process = Process.Start(
                new ProcessStartInfo(program, args) { RedirectStandardError = true, RedirectStandardOutput = true }
            )!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
