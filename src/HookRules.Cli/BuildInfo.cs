using System.Reflection;
using System.Runtime.CompilerServices;

namespace HookRules.Cli;

/// <summary>What this program is: which version, of which commit, and whether it is native.</summary>
internal static class BuildInfo
{
    private static readonly string informational =
        typeof(BuildInfo).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "0.0.0";

    /// <summary>As releases are called, <c>0.2.0</c> say.</summary>
    public static string Version { get; } = informational.Split('+')[0];

    /// <summary>The start of the commit's hash, or null in a build outside of a checkout.</summary>
    public static string? Commit { get; } = informational.Split('+') is [_, { Length: > 0 } hash] ? hash[..Math.Min(hash.Length, 9)] : null;

    /// <summary>Compiled ahead of time: nothing of .NET is needed on the machine.</summary>
    public static bool IsNative { get; } = !RuntimeFeature.IsDynamicCodeSupported;

    /// <summary>What <c>hookrules --version</c> prints.</summary>
    public static string Text => $"{Version}{(Commit is null ? "" : $" ({Commit})")}, {(IsNative ? "native" : "JIT")}";
}
