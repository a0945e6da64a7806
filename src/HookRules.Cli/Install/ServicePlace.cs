using HookRules.Compiler;
using HookRules.Compiler.Emit.Services;
using HookRules.Engine;

namespace HookRules.Cli.Install;

/// <summary>Where the file of a service lies, and what its user runs then.</summary>
internal sealed record ServicePlace(ServiceKind Kind, string Path, string Start, string Stop)
{
    /// <summary>Null, with the reason, where this user has no such place.</summary>
    public static ServicePlace? Of(ServiceKind kind, string name, Func<string, string?> environment, out string? problem)
    {
        var home = environment("HOME") ?? environment("USERPROFILE");
        var config = Absolute(environment("XDG_CONFIG_HOME")) ?? Below(home, ".config");
        var data = Absolute(environment("XDG_DATA_HOME")) ?? Absolute(environment("LOCALAPPDATA")) ?? Below(home, ".local/share");
        var (path, start, stop) = kind switch
        {
            ServiceKind.Systemd => (
                Below(config, $"systemd/user/hookrules-{name}.service"),
                $"systemctl --user daemon-reload && systemctl --user enable --now hookrules-{name}",
                $"systemctl --user disable --now hookrules-{name}"
            ),
            ServiceKind.SystemdSystem => (
                $"/etc/systemd/system/hookrules-{name}.service",
                $"systemctl daemon-reload && systemctl enable --now hookrules-{name}",
                $"systemctl disable --now hookrules-{name}"
            ),
            ServiceKind.Launchd => (
                Below(home, $"Library/LaunchAgents/dev.hookrules.{name}.plist"),
                $"launchctl bootstrap gui/$(id -u) ~/Library/LaunchAgents/dev.hookrules.{name}.plist",
                $"launchctl bootout gui/$(id -u)/dev.hookrules.{name}"
            ),
            ServiceKind.Schtasks => (
                Below(data, $"hookrules/services/{name}.xml"),
                $"schtasks /Create /TN \\HookRules\\{name} /XML \"{Below(data, $"hookrules/services/{name}.xml")}\" "
                    + $"&& schtasks /Run /TN \\HookRules\\{name}",
                $"schtasks /End /TN \\HookRules\\{name} & schtasks /Delete /F /TN \\HookRules\\{name}"
            ),
            _ => (
                Below(config, $"hookrules/services/{name}.compose.yaml"),
                $"docker compose -f '{Below(config, $"hookrules/services/{name}.compose.yaml")}' up -d",
                $"docker compose -f '{Below(config, $"hookrules/services/{name}.compose.yaml")}' down"
            ),
        };
        problem = path is null ? "HOME is not set, so this user has no place for it" : null;
        return path is null ? null : new ServicePlace(kind, System.IO.Path.GetFullPath(path), start, stop);
    }

    /// <summary>Null, or why the file there is not to be touched.</summary>
    public string? Refusal()
    {
        var folder = System.IO.Path.GetDirectoryName(Path)!;
        foreach (var one in new[] { folder, Path })
            if (new FileInfo(one).LinkTarget is { } target)
                return $"{one} is a link to {target}, which is not followed";
        return File.Exists(Path) && !ServiceFile.IsOurs(RegularFile.ReadAllBytes(Path))
            ? $"{Path} is not of hookrules service; it stays as it is"
            : null;
    }

    public void Write(string text)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(Path)!);
        AtomicFile.WriteInPlace(Path, ServiceFile.Bytes(Kind, text));
    }

    private static string? Absolute(string? path) => System.IO.Path.IsPathFullyQualified(path ?? "") ? path : null;

    private static string? Below(string? folder, string path) => Absolute(folder) is { } above ? System.IO.Path.Join(above, path) : null;
}
