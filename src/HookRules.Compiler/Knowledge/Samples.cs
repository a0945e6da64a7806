using System.Collections.Concurrent;
using System.Collections.Immutable;

namespace HookRules.Compiler.Knowledge;

/// <summary>Payloads as Claude Code sends them, at least one for each event.</summary>
public static class Samples
{
    private const string Folder = "schemas/samples/";
    private const string Extension = ".json";

    /// <summary>Their names: the event, then after a hyphen the tool or the case, as in <c>PreToolUse-Bash</c>.</summary>
    public static ImmutableArray<string> Names { get; } =
    [
        .. from file in SchemaFiles.Names
        where file.StartsWith(Folder, StringComparison.Ordinal)
        select file[Folder.Length..^Extension.Length],
    ];

    public static byte[] Read(string name) => Known.GetOrAdd(name, one => SchemaFiles.Read(Folder + one + Extension));

    private static readonly ConcurrentDictionary<string, byte[]> Known = new(StringComparer.Ordinal);

    /// <summary>The name of a sample of an event, and of a tool where there is one; null for an unknown event.</summary>
    public static string? Find(string @event, string? tool = null)
    {
        var ofEvent = Names.Where(name => name == @event || name.StartsWith(@event + "-", StringComparison.Ordinal)).ToList();
        return ofEvent.Find(name =>
                tool is not null && (name == $"{@event}-{tool}" || name.StartsWith($"{@event}-{tool}-", StringComparison.Ordinal))
            )
            ?? ofEvent.Find(name => name == $"{@event}-Bash")
            ?? ofEvent.FirstOrDefault();
    }
}
