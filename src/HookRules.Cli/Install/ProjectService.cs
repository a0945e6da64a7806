using HookRules.Compiler.Emit.Services;
using HookRules.Engine;

namespace HookRules.Cli.Install;

/// <summary>What a service may be told besides the rules.</summary>
/// <param name="User">As whom a service of the machine runs.</param>
/// <param name="Image">Of a container.</param>
internal sealed record ServiceDetails(string? Group = null, string? User = null, string? Image = null);

/// <summary>A project's consumer as service files describe it, with what this machine and this user's environment say.</summary>
internal static class ProjectService
{
    public const string HooksStartOthers =
        "hookrules: the rules do not say \"consumer service\", so hooks start consumers of their own too.";

    /// <summary>Null, with the reason, where no program could be started.</summary>
    public static (ConsumerService? Service, string? Problem) Of(
        Cli cli,
        RunningProject project,
        RuleGraph graph,
        ServiceKind kind,
        ServiceDetails details
    ) =>
        Program(cli) is { } program
            ? (Of(cli, project, graph, kind, details, program), null)
            : (null, "there is no hook process beside this command line; in a checkout run: ./hookrules install");

    /// <summary>Names the project's state folder, and the group where it is one's.</summary>
    public static string NameOf(StateFolder state, string? group) =>
        Path.GetFileName(state.Path)
        + (group is null ? "" : "-" + string.Concat(group.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')));

    private static ConsumerService Of(
        Cli cli,
        RunningProject project,
        RuleGraph graph,
        ServiceKind kind,
        ServiceDetails details,
        string program
    )
    {
        var name = NameOf(project.State, details.Group);
        var named = new[] { "PATH", "LANG", "XDG_STATE_HOME" };
        var isCompose = kind == ServiceKind.Compose;
        // A container has other folders of its own: there the user's places are named.
        var places = isCompose ? new[] { "HOME", "XDG_RUNTIME_DIR" } : [];
        var runtime = cli.Environment("XDG_RUNTIME_DIR");
        var shared = isCompose && runtime is { Length: > 0 } ? Path.Join(runtime, ProjectLayout.Folder) : null;
        return new ConsumerService(name, project.ProjectDir, project.Plan, program, project.State.Path)
        {
            Environment =
            [
                .. from variable in (isCompose ? named.Except(["PATH"]) : named).Concat(places)
                let value = cli.Environment(variable)
                where value is { Length: > 0 }
                select (variable, value),
            ],
            Passed = [.. graph.Settings.Environment.Where(IsName)],
            StopSeconds = ConsumerService.StopSecondsOf(graph),
            Group = details.Group,
            User = details.User ?? cli.Environment("SUDO_USER") ?? cli.Environment("USER"),
            Ids = StateFolder.OwnIds,
            Image = details.Image ?? "debian:bookworm-slim",
            Shared = shared is not null && Directory.Exists(shared) ? [shared] : [],
            SecretsFile =
                ServicePlace
                    .Of(ServiceKind.Compose, name, cli.Environment, out _)
                    ?.Path.Replace(".compose.yaml", ".env", StringComparison.Ordinal)
                ?? "/etc/hookrules.env",
        };
    }

    // An upgrade changes what "current" leads to, and the service goes on with that.
    private static string? Program(Cli cli)
    {
        if (InstalledRuntime.Directory is not { } runtime)
            return null;
        var place = InstallFolder.Locate(cli.Environment, null, out _);
        var used =
            place?.InUse is { } inUse && Path.GetFullPath(inUse) == runtime && !OperatingSystem.IsWindows() ? place.Current : runtime;
        return Path.Join(used, ProjectLayout.CommandLineProgram);
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
