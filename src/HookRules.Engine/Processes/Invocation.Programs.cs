using System.Collections.Immutable;
using System.Text;

namespace HookRules.Engine;

public abstract partial record Invocation
{
    private const int LongestVariable = 64 * 1024;

    /// <summary>What every action may see.</summary>
    internal static readonly ImmutableArray<string> AlwaysPassed =
    [
        "PATH",
        "HOME",
        "LANG",
        "TMPDIR",
        "http_proxy",
        "https_proxy",
        "no_proxy",
        "all_proxy",
        "HTTP_PROXY",
        "HTTPS_PROXY",
        "NO_PROXY",
        "ALL_PROXY",
    ];

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
        return new Process(
            $"sh -c {ShellQuoting.Quote(shell.Script)}",
            ["/bin/sh", "-c", shell.Script],
            [.. ChildEnvironment(context, options.Pass), .. variables]
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
        var environment = ChildEnvironment(context, [.. options.Pass, .. PassedToNotifiers]);
        ImmutableArray<string> argv;
        if (OperatingSystem.IsMacOS())
        {
            argv =
            [
                "osascript",
                "-e",
                "on run argv",
                "-e",
                "display notification (item 2 of argv) with title (item 1 of argv)",
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
            argv = ["powershell", "-NoProfile", "-NonInteractive", "-Command", Script];
            environment = environment.Add(KeyValuePair.Create("HOOK_TEXT", Shorten(text)));
        }
        else
        {
            // The summary is shown as it is; a body would be read as markup.
            argv = ["notify-send", $"--app-name={Title}", "--", text];
        }

        return new Process($"notify {ShellQuoting.Quote(Show(notify.Text, payload, context))}", argv, environment)
        {
            DefaultTimeout = TimeSpan.FromSeconds(30),
        };
    }

    /// <summary>Not the client's whole environment, which holds its API key.</summary>
    private static ImmutableArray<KeyValuePair<string, string>> ChildEnvironment(InvocationContext context, ImmutableArray<string> asked)
    {
        var variables = ImmutableArray.CreateBuilder<KeyValuePair<string, string>>();
        var names = new HashSet<string>(StringComparer.Ordinal) { "CLAUDE_PROJECT_DIR" };
        foreach (var name in AlwaysPassed)
            Pass(name);
        if (OperatingSystem.IsWindows())
            foreach (var name in PassedOnWindows)
                Pass(name);
        foreach (var name in asked)
            Pass(name);
        variables.Add(KeyValuePair.Create("CLAUDE_PROJECT_DIR", context.ProjectDir));
        return variables.ToImmutable();

        void Pass(string name)
        {
            if (names.Add(name) && context.Environment is { } environment && environment(name) is { } value)
                variables.Add(KeyValuePair.Create(name, value));
        }
    }
}
