using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>Starts git so that nothing but git runs: no hooks, no filters, no helpers of a repository, no questions, and no way to the
/// network but the one that was asked for.</summary>
internal sealed class GitProcess(Func<string, string?> environment, string folder, string scheme)
{
    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(2);

    private static readonly string[] Boilerplate =
    [
        "fatal: Could not read from remote repository.",
        "Please make sure you have the correct access rights",
        "and the repository exists.",
    ];

    // Who the user is, and how they reach their servers. Not GIT_DIR and its like: inside a hook of git they name the user's own
    // repository.
    private static readonly ImmutableArray<string> Passed =
    [
        "PATH",
        "HOME",
        "USER",
        "LOGNAME",
        "TMPDIR",
        "XDG_CONFIG_HOME",
        "XDG_RUNTIME_DIR",
        "DBUS_SESSION_BUS_ADDRESS",
        "SSH_AUTH_SOCK",
        "SSH_AGENT_PID",
        "GIT_SSH",
        "GIT_SSH_COMMAND",
        "GIT_SSH_VARIANT",
        "GIT_CONFIG_GLOBAL",
        "GIT_CONFIG_SYSTEM",
        "GIT_CONFIG_NOSYSTEM",
        "GIT_SSL_CAINFO",
        "GIT_SSL_CAPATH",
        "SSL_CERT_FILE",
        "SSL_CERT_DIR",
        .. Invocation.Proxies,
        .. Invocation.PassedOnWindows,
        "PROGRAMFILES",
        "ProgramData",
    ];

    // Said on the command line, so no configuration of the user or of the machine says otherwise.
    private static readonly ImmutableArray<string> Options =
    [
        "-c",
        "core.hooksPath=/dev/null",
        "-c",
        "core.fsmonitor=false",
        "-c",
        "core.attributesFile=/dev/null",
        "-c",
        "core.protectNTFS=true",
        "-c",
        "core.protectHFS=true",
        "-c",
        "submodule.recurse=false",
        "-c",
        "fetch.recurseSubmodules=false",
        "-c",
        "transfer.bundleURI=false",
        "-c",
        "gc.auto=0",
        "-c",
        "maintenance.auto=false",
        "-c",
        "init.defaultBranch=main",
        "-c",
        "advice.detachedHead=false",
        "-c",
        "color.ui=false",
    ];

    /// <param name="longestOutput">Bytes of its output that are kept; more than that and the answer is cut.</param>
    public ChildResult Run(ReadOnlyMemory<byte> input, int longestOutput, CancellationToken ct, params ReadOnlySpan<string> arguments) =>
        ChildProcess.Run(
            new ChildSpec
            {
                Argv = ["git", .. Options, "-c", "protocol.allow=never", "-c", $"protocol.{scheme}.allow=always", .. arguments],
                Folder = folder,
                Environment =
                [
                    .. from name in Passed let value = environment(name) where value is not null select KeyValuePair.Create(name, value),
                    KeyValuePair.Create("GIT_TERMINAL_PROMPT", "0"),
                    KeyValuePair.Create("GIT_ALLOW_PROTOCOL", scheme),
                    KeyValuePair.Create("GIT_NO_LAZY_FETCH", "1"),
                    KeyValuePair.Create("GIT_OPTIONAL_LOCKS", "0"),
                    KeyValuePair.Create("GCM_INTERACTIVE", "never"),
                    KeyValuePair.Create("LC_ALL", "C"),
                ],
                Stdin = input,
                Timeout = Longest,
                // Half of it is kept of the beginning.
                KeepOutput = longestOutput * 2,
            },
            ct
        );

    /// <summary>What git said, as it can stand in a sentence.</summary>
    public static string Said(ChildResult result)
    {
        if (result.StartFailure is { } failure)
            return failure.Replace(
                "git was not found on PATH; install it, or write its path",
                "git was not found on PATH; install it",
                StringComparison.Ordinal
            );
        if (result.TimedOut)
            return $"it took longer than {Longest.TotalMinutes:0} minutes";
        // What git adds to every failure on the way says least.
        var lines = result
            .Stderr.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)
            .Where(line => !Boilerplate.Contains(line))
            .ToList();
        var said =
            lines
                .LastOrDefault(line =>
                    line.StartsWith("fatal: ", StringComparison.Ordinal) || line.StartsWith("error: ", StringComparison.Ordinal)
                )
                ?[7..]
            ?? lines.LastOrDefault();
        return said is null ? $"git ended with exit code {result.ExitCode}" : said.TrimEnd('.');
    }
}
