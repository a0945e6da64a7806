using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>Who asks, and for which project: machine, checkout and consumer as the server's keys and entries name them.</summary>
/// <param name="Prefix">Before all keys; what stands in braces lies in one slot of a cluster.</param>
/// <param name="Machine">Random, never the host's name.</param>
/// <param name="Checkout">The folder of files, at its path.</param>
/// <param name="ProjectDir">This machine's own.</param>
internal sealed record RedisHome(string Prefix, string Machine, string Checkout, string Consumer, string ProjectDir)
{
    private const int ShortHash = 8;

    /// <summary>Machine and checkout: where an event was published.</summary>
    public string Name => $"{Machine}/{Checkout}";

    /// <summary>The streams of orders that may be worked off here: anybody's, this checkout's, this machine's.</summary>
    public IReadOnlyList<string> Targets => ["", Checkout, "@" + Machine];

    /// <param name="stream">As the rules name it.</param>
    /// <param name="owner">Names the process, so that another one of its machine can tell whether it lives.</param>
    public static RedisHome Of(string stream, string projectDir, bool isShared, StateFolder state, string owner)
    {
        var machine = MachineId.Of(state) ?? throw new IOException($"{state.Path} cannot be written, so this machine has no id");
        var checkout = CheckoutId.Of(projectDir) is { } id ? $"{id}-{Short(projectDir)}" : $"{machine}-{Short(projectDir)}";
        // Rules that are not part of the project are nobody else's.
        var project = Short(isShared ? ProjectOrigin.Of(projectDir) : $"{machine}\n{projectDir}");
        var tag = stream.All(c => c is not ('{' or '}') && !char.IsControl(c)) ? stream : Short(stream);
        return new RedisHome($"{{{tag}:{project}}}:v1", machine, checkout, $"{machine}/{owner}", projectDir);
    }

    private static string Short(string text) => Blake2b.HashHex(Encoding.UTF8.GetBytes(text))[..ShortHash];
}
