using System.Collections.Immutable;

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

    public static string Listed { get; } = All.Replace("|", ", ", StringComparison.Ordinal);

    /// <summary>As the command line spells it.</summary>
    public static string Word(this ServiceKind kind) =>
        kind == ServiceKind.SystemdSystem ? "systemd-system" : kind.ToString().ToLowerInvariant();

    public static ServiceKind? Parse(string word) =>
        All.Split('|').Contains(word, StringComparer.Ordinal) ? Enum.GetValues<ServiceKind>().First(kind => kind.Word() == word) : null;

    /// <summary>Several with commas between them; null, with a sentence, where one is none.</summary>
    public static ImmutableArray<ServiceKind>? ParseAll(string words, out string? problem)
    {
        var kinds = words.Split(',').Select(word => (Word: word, Kind: Parse(word))).ToList();
        var unknown = kinds.Where(one => one.Kind is null).Select(one => one.Word).FirstOrDefault();
        problem = unknown is null ? null : $"unknown kind \"{unknown}\"; there are {Listed}";
        return unknown is null ? [.. kinds.Select(one => one.Kind!.Value).Distinct()] : null;
    }

    /// <summary>What its file is called beside the plan.</summary>
    public static string FileName(this ServiceKind kind) =>
        kind.Word()
        + kind switch
        {
            ServiceKind.Systemd or ServiceKind.SystemdSystem => ".service",
            ServiceKind.Launchd => ".plist",
            ServiceKind.Schtasks => ".xml",
            ServiceKind.Compose => ".yaml",
            _ => throw new InvalidOperationException($"unknown kind {kind}"),
        };

    /// <summary>The usual one of this system.</summary>
    public static ServiceKind Usual =>
        OperatingSystem.IsWindows() ? ServiceKind.Schtasks
        : OperatingSystem.IsMacOS() ? ServiceKind.Launchd
        : ServiceKind.Systemd;
}
