using System.Collections.Immutable;
using System.Text;

namespace HookRules.Engine;

public abstract partial record Invocation
{
    private const int LongestVariable = 64 * 1024;

    /// <summary>How programs reach the network here.</summary>
    internal static readonly ImmutableArray<string> Proxies =
    [
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
    ];

    /// <summary>What every action may see.</summary>
    internal static readonly ImmutableArray<string> AlwaysPassed = ["PATH", "HOME", "LANG", "TMPDIR", .. Proxies];

    // Without these no program starts there.
    internal static readonly ImmutableArray<string> PassedOnWindows =
    [
        "SystemRoot",
        "SystemDrive",
        "ComSpec",
        "PATHEXT",
        "TEMP",
        "TMP",
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
    ];

    // A notification goes to the desktop's bus.
    internal static readonly ImmutableArray<string> PassedToNotifiers =
    [
        "DBUS_SESSION_BUS_ADDRESS",
        "XDG_RUNTIME_DIR",
        "DISPLAY",
        "WAYLAND_DISPLAY",
        "XAUTHORITY",
    ];

    /// <summary>Variables that no author names: what they hold stands in ordinary output.</summary>
    internal static IEnumerable<string> NoSecrets => [.. AlwaysPassed, .. PassedOnWindows, .. PassedToNotifiers, "CLAUDE_PROJECT_DIR"];

    /// <summary>Every variable that an action of a plan may see.</summary>
    /// <param name="asked">What the plan's actions ask for by name.</param>
    public static ImmutableArray<string> EnvironmentNames(ImmutableArray<string> asked) =>
        OperatingSystem.IsWindows() ? [.. AlwaysPassed, .. PassedOnWindows, .. asked] : [.. AlwaysPassed, .. asked];

    private static Process OfShell(Handler.Shell shell, BranchOptions options, Payload payload, InvocationContext context)
    {
        var variables = HookVariables.Named(shell.Script).Select(name => KeyValuePair.Create(name, HookValue(name, payload, context)));
        var pack = shell.Pack is { } folder ? new[] { KeyValuePair.Create("pack", Path.GetFullPath(folder, context.ProjectDir)) } : [];
        return new Process(
            $"sh -c {ShellQuoting.Quote(shell.Script)}",
            ["/bin/sh", "-c", shell.Script],
            FolderOf(options, context),
            [.. ChildEnvironment(options, payload, context, []), .. variables, .. pack]
        );
    }

    private static string HookValue(string name, Payload payload, InvocationContext context)
    {
        if (name == HookVariables.Files)
            return FileLines(context.Files);
        var value = HookVariables.Value(name, payload);
        if (value.Contains('\0', StringComparison.Ordinal))
            throw new RefusedException($"the value of ${name} contains a zero character, which no variable can hold");
        return Shorten(value);
    }

    /// <summary>One a line; never half a name where they are too many.</summary>
    private static string FileLines(ImmutableArray<string> files)
    {
        if (files.Any(file => file.AsSpan().ContainsAny('\n', '\0')))
            throw new RefusedException(
                $"the name of a file contains a line break or a zero character, which ${HookVariables.Files} cannot hold"
            );
        var lines = string.Join('\n', files);
        var shortened = Shorten(lines);
        return shortened.Length == lines.Length ? lines : shortened[..Math.Max(0, shortened.LastIndexOf('\n'))];
    }

    private static string Shorten(string value)
    {
        if (Encoding.UTF8.GetByteCount(value) <= LongestVariable)
            return value;
        var bytes = Encoding.UTF8.GetBytes(value);
        var end = LongestVariable;
        while (end > 0 && (bytes[end] & 0xC0) == 0x80)
            end--;
        return Encoding.UTF8.GetString(bytes, 0, end);
    }

    private static Process OfNotify(Handler.Notify notify, BranchOptions options, Payload payload, InvocationContext context)
    {
        const string Title = "Claude Code";
        var text = Resolve(notify.Text, payload, context);
        if (text.Contains('\0', StringComparison.Ordinal))
            throw new RefusedException("the message contains a zero character");
        var environment = ChildEnvironment(options, payload, context, PassedToNotifiers);
        ImmutableArray<string> argv;
        if (OperatingSystem.IsMacOS())
        {
            argv =
            [
                "osascript",
                "-e",
                "on run argv",
                "-e",
                "display notification (item 2 of argv) with title (item 1 of argv)" + (notify.Sound ? " sound name \"Glass\"" : ""),
                "-e",
                "end run",
                Title,
                text,
            ];
        }
        else if (OperatingSystem.IsWindows())
        {
            const string Script =
                "Add-Type -AssemblyName System.Windows.Forms; $n = New-Object System.Windows.Forms.NotifyIcon; $n.Icon = "
                + "[System.Drawing.SystemIcons]::Information; "
                + "$n.Visible = $true; $n.ShowBalloonTip(5000, 'Claude Code', $env:HOOK_TEXT, 'Info'); Start-Sleep -Seconds 6; "
                + "$n.Dispose()";
            const string Sound = "Add-Type -AssemblyName System.Windows.Forms; [System.Media.SystemSounds]::Asterisk.Play(); ";
            argv = ["powershell", "-NoProfile", "-NonInteractive", "-Command", notify.Sound ? Sound + Script : Script];
            environment["HOOK_TEXT"] = Shorten(text);
        }
        else
        {
            // The summary is shown as it is; a body would be read as markup.
            string[] sound = notify.Sound ? ["--hint=string:sound-name:message-new-instant"] : [];
            argv = ["notify-send", $"--app-name={Title}", .. sound, "--", text];
        }

        return new Process($"notify {ShellQuoting.Quote(Show(notify.Text, payload, context))}", argv, context.ProjectDir, [.. environment])
        {
            DefaultTimeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Not the client's whole environment, which holds its API key.</summary>
    private static Dictionary<string, string> ChildEnvironment(
        BranchOptions options,
        Payload payload,
        InvocationContext context,
        IEnumerable<string> asked
    )
    {
        var variables = new Dictionary<string, string>(StringComparer.Ordinal);
        IEnumerable<string> names = [.. AlwaysPassed, .. OperatingSystem.IsWindows() ? PassedOnWindows : [], .. options.Pass, .. asked];
        foreach (var name in names)
            if (context.Environment is { } environment && environment(name) is { } value)
                variables[name] = value;
        foreach (var (name, text) in options.Variables)
        {
            var value = Resolve(text, payload, context);
            if (value.Contains('\0', StringComparison.Ordinal))
                throw new RefusedException($"the value of {name} contains a zero character, which no variable can hold");
            variables[name] = Shorten(value);
        }

        variables["CLAUDE_PROJECT_DIR"] = context.ProjectDir;
        return variables;
    }
}
