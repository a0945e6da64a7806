using System.Globalization;
using System.Runtime.InteropServices;

namespace HookRules.Benchmarks;

/// <summary>What the numbers were measured on.</summary>
internal static class Machine
{
    public static string Describe(Lab lab)
    {
        var cpu = Line("/proc/cpuinfo", "model name") ?? RuntimeInformation.ProcessArchitecture.ToString();
        var memory = Line("/proc/meminfo", "MemTotal")?.Split(' ')[0] is { } kilobytes
            ? long.Parse(kilobytes, CultureInfo.InvariantCulture) >> 10
            : 0;
        var load = File.ReadAllText("/proc/loadavg").Split(' ')[0];
        return string.Create(
            CultureInfo.InvariantCulture,
            $"{cpu}, {Environment.ProcessorCount} cores, {memory:#,0} MB; Linux "
                + $"{File.ReadAllText("/proc/sys/kernel/osrelease").Trim()}; .NET {Environment.Version}; load {load}\n"
                + $"hook: {KindOf(lab.Hook)}, {new FileInfo(lab.Hook).Length / 1024:#,0} KB; scratch files in {lab.Folder}"
        );
    }

    /// <summary>How the hook was linked, by its program header: one that names an interpreter is linked dynamically.</summary>
    private static string KindOf(string program)
    {
        var head = new byte[4096];
        using var file = File.OpenHandle(program);
        var length = RandomAccess.Read(file, head, 0);
        if (File.Exists(program + ".dll"))
            return "starts .NET (no native compiler was found)";
        return head.AsSpan(0, length).IndexOf("ld-linux"u8) >= 0 || head.AsSpan(0, length).IndexOf("ld-musl"u8) >= 0
            ? "native, linked dynamically"
            : "native, linked statically";
    }

    private static string? Line(string file, string name)
    {
        foreach (var line in File.ReadLines(file))
            if (line.StartsWith(name, StringComparison.Ordinal))
                return line[(line.IndexOf(':', StringComparison.Ordinal) + 1)..].Trim();
        return null;
    }
}
