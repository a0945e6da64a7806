using System.Text.Json;

namespace HookRules.Tests.Hook;

/// <summary>Starts the commands of a settings file as clients do: Claude Code, and one that does not know <c>args</c>.</summary>
internal sealed class EntryClient(string projectDir, IReadOnlyDictionary<string, string> environment)
{
    /// <summary>The shell that stands for <c>/bin/sh</c>: a path, and the arguments that make it one.</summary>
    public string[] Shell { get; init; } = ["/bin/sh"];

    /// <summary>A client that hands each command to a shell, whatever <c>args</c> says.</summary>
    public bool IgnoresArgs { get; init; }

    /// <summary>The command handlers of one event, all groups.</summary>
    public static IReadOnlyList<JsonElement> Handlers(string settings, string @event) =>
        [.. Groups(settings, @event).SelectMany(group => group.GetProperty("hooks").EnumerateArray())];

    /// <summary>The groups of one event, each with its matcher.</summary>
    public static IReadOnlyList<JsonElement> Groups(string settings, string @event) =>
        JsonDocument.Parse(settings).RootElement.GetProperty("hooks").TryGetProperty(@event, out var groups)
            ? [.. groups.EnumerateArray()]
            : [];

    public ProcessResult Run(JsonElement handler, byte[] payload)
    {
        var command = Expand(handler.GetProperty("command").GetString()!);
        return handler.TryGetProperty("args", out var args) && !IgnoresArgs
            ? RealProcess.Run(
                OnPath(command),
                args.EnumerateArray().Select(argument => Expand(argument.GetString()!)),
                payload,
                environment,
                "/"
            )
            : RealProcess.Run(Shell[0], [.. Shell[1..], "-c", command], payload, environment, "/");
    }

    private string OnPath(string program) =>
        environment["PATH"].Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);

    private string Expand(string text) => text.Replace("${CLAUDE_PROJECT_DIR}", projectDir, StringComparison.Ordinal);
}
