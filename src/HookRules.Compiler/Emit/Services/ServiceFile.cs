using System.Globalization;
using System.Security;
using System.Text;
using System.Text.Json;

namespace HookRules.Compiler.Emit.Services;

/// <summary>The file of a service: a template, and values escaped for where they stand in it.</summary>
internal static class ServiceFile
{
    /// <summary>Stands at the beginning of each: what has not got it is somebody else's.</summary>
    public const string Mark = "hookrules service";

    private const int Beginning = 400;

    /// <summary>As the file holds it: what schedules tasks reads UTF-16 alone.</summary>
    public static byte[] Bytes(ServiceKind kind, string text) =>
        kind == ServiceKind.Schtasks
            ? [.. Encoding.Unicode.GetPreamble(), .. Encoding.Unicode.GetBytes(text)]
            : Encoding.UTF8.GetBytes(text);

    /// <summary>The text of such a file.</summary>
    public static string Text(byte[] content)
    {
        using var reader = new StreamReader(new MemoryStream(content), detectEncodingFromByteOrderMarks: true);
        return reader.ReadToEnd();
    }

    public static bool IsOurs(byte[] content) =>
        Text(content[..Math.Min(content.Length, Beginning)]).Contains(Mark, StringComparison.Ordinal);

    /// <summary>Null, with the reason, where a path cannot stand in such a file.</summary>
    public static string? Render(ServiceKind kind, ConsumerService service, out string? problem)
    {
        var texts = service.Words.Concat(service.Environment.Select(one => one.Value)).Append(service.ProjectDir);
        problem = texts.FirstOrDefault(text => text.Any(char.IsControl)) is { } odd
            ? $"{Engine.Printable.Line(odd)} holds a control character, which no service file can carry"
            : null;
        if (kind is ServiceKind.Systemd or ServiceKind.SystemdSystem && service.ProjectDir.EndsWith('\\'))
            problem = $"{service.ProjectDir} ends with a backslash, which a unit cannot carry";
        if (problem is not null)
            return null;
        return kind switch
        {
            ServiceKind.Systemd => Systemd(kind, service, "default.target", []),
            ServiceKind.SystemdSystem => Systemd(kind, service, "multi-user.target", [service.User ?? "root"]),
            ServiceKind.Launchd => Launchd(service),
            ServiceKind.Schtasks => Schtasks(service),
            ServiceKind.Compose => Compose(service),
            _ => throw new InvalidOperationException($"unknown kind {kind}"),
        };
    }

    private static string Systemd(ServiceKind kind, ConsumerService service, string target, string[] users) =>
        FileTemplate.Render(
            "service.systemd",
            AsItIs,
            ("name", service.Name),
            ("kind", kind.Word()),
            ("title", Unit(TitleOf(service).TrimEnd('\\'))),
            ("users", TemplateValue.Of(users)),
            ("words", string.Join(' ', service.Words.Select(word => $"\"{Quoted(word)}\""))),
            // A folder stands there without quotes and is taken as it is.
            ("folder", Unit(service.ProjectDir)),
            ("environment", Environment(service, Quoted)),
            ("passed", TemplateValue.Of(service.Passed)),
            ("stop_seconds", Seconds(service)),
            ("target", target)
        );

    private static string Launchd(ConsumerService service) =>
        FileTemplate.Render(
            "service.launchd",
            Xml,
            ("name", service.Name),
            ("words", TemplateValue.Of(service.Words)),
            ("folder", service.ProjectDir),
            ("environment", Environment(service, AsItIs)),
            ("stop_seconds", Seconds(service))
        );

    private static string Schtasks(ConsumerService service) =>
        FileTemplate.Render(
            "service.schtasks",
            Xml,
            ("name", service.Name),
            ("title", TitleOf(service)),
            ("program", service.Program),
            ("arguments", string.Join(' ', service.Words.Skip(1).Select(Argument))),
            ("folder", service.ProjectDir)
        );

    private static string Compose(ConsumerService service)
    {
        var volumes = new[] { (service.ProjectDir, "false"), (service.StatePath, "false") }
            .Concat(service.Shared.Select(path => (path, "false")))
            .Append((Path.GetDirectoryName(service.Program)!, "true"));
        return FileTemplate.Render(
            "service.compose",
            AsItIs,
            ("name", service.Name),
            ("compose_name", Yaml($"hookrules-{ComposeName(service.Name)}")),
            ("image", Yaml(service.Image)),
            ("words", string.Join(", ", service.Words.Select(Yaml))),
            ("folder", Yaml(service.ProjectDir)),
            ("user", Yaml(service.Ids)),
            ("stop_seconds", Seconds(service)),
            ("environment", Environment(service, Yaml)),
            ("passed", TemplateValue.Of(service.Passed)),
            ("env_file", Yaml(service.SecretsFile)),
            (
                "volumes",
                TemplateValue.Of(
                    volumes.DistinctBy(one => one.Item1),
                    one => new TemplateValue.Row(("path", Yaml(one.Item1)), ("read_only", one.Item2))
                )
            )
        );
    }

    private static TemplateValue Environment(ConsumerService service, Func<string, string> escape) =>
        TemplateValue.Of(service.Environment, one => new TemplateValue.Row(("name", one.Name), ("value", escape(one.Value))));

    private static string TitleOf(ConsumerService service) => Path.GetFileName(service.ProjectDir);

    private static string Seconds(ConsumerService service) => service.StopSeconds.ToString(CultureInfo.InvariantCulture);

    private static string AsItIs(string text) => text;

    // In a unit % begins what systemd fills in.
    private static string Unit(string text) => text.Replace("%", "%%", StringComparison.Ordinal);

    private static string Quoted(string text) =>
        Unit(text).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);

    private static string Xml(string text)
    {
        var escaped = new StringBuilder();
        // The file may be read as any encoding.
        foreach (var rune in SecurityElement.Escape(text).EnumerateRunes())
            if (rune.IsAscii)
                escaped.Append(rune);
            else
                escaped.Append(CultureInfo.InvariantCulture, $"&#{rune.Value};");
        return escaped.ToString();
    }

    /// <summary>As Windows programs take their command line apart.</summary>
    private static string Argument(string text) =>
        text.Length > 0 && text.All(c => c is not (' ' or '"')) ? text : $"\"{text.Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    // JSON is YAML; in compose files $ begins a variable.
    private static string Yaml(string text) => $"\"{JsonEncodedText.Encode(text).Value.Replace("$", "$$", StringComparison.Ordinal)}\"";

    private static string ComposeName(string name) =>
        string.Concat(name.ToLowerInvariant().Select(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' ? c : '-'));
}
