using System.Collections.Immutable;

namespace HookRules.Compiler.Knowledge;

/// <summary>The files of schemas/, which the assembly carries along.</summary>
internal static class SchemaFiles
{
    public const string Settings = "schemas/settings-hooks.schema.json";

    public static string OfEvent(string name) => $"schemas/events/{name}.schema.json";

    public static string OfTool(string name) => $"schemas/tools/{name}.schema.json";

    public static ImmutableArray<string> Names { get; } =
    [.. typeof(SchemaFiles).Assembly.GetManifestResourceNames().Order(StringComparer.Ordinal)];

    /// <summary>The bytes of one of <see cref="Names"/>.</summary>
    public static byte[] Read(string name)
    {
        using var stream =
            typeof(SchemaFiles).Assembly.GetManifestResourceStream(name)
            ?? throw new ArgumentException($"there is no embedded {name}", nameof(name));
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}
