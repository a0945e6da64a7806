namespace HookRules.Compiler.Emit.Services;

/// <summary>What starts a consumer and keeps it running.</summary>
internal enum ServiceKind
{
    /// <summary>The user's own systemd.</summary>
    Systemd,

    /// <summary>The machine's, for one user.</summary>
    SystemdSystem,
    Launchd,
    Schtasks,
    Compose,
}

internal static class ServiceKinds
{
    public const string All = "systemd|systemd-system|launchd|schtasks|compose";

    /// <summary>As the command line spells it.</summary>
    public static string Word(this ServiceKind kind) =>
        kind == ServiceKind.SystemdSystem ? "systemd-system" : kind.ToString().ToLowerInvariant();

    public static ServiceKind? Parse(string word) =>
        All.Split('|').Contains(word, StringComparer.Ordinal) ? Enum.GetValues<ServiceKind>().First(kind => kind.Word() == word) : null;

    /// <summary>The usual one of this system.</summary>
    public static ServiceKind Usual =>
        OperatingSystem.IsWindows() ? ServiceKind.Schtasks
        : OperatingSystem.IsMacOS() ? ServiceKind.Launchd
        : ServiceKind.Systemd;
}
