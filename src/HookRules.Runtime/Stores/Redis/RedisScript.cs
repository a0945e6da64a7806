using System.Security.Cryptography;
using System.Text;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A script that the server runs in one piece: the embedded file, behind what it has in common with others.</summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Open = new("open"),
        Add = new("add", "seen"),
        Hold = new("hold", "seen", "prelude"),
        Release = new("release", "seen", "prelude"),
        Commit = new("commit", "seen", "prelude"),
        Take = new("take", "seen", "prelude"),
        Begin = new("begin", "seen", "prelude"),
        Finish = new("finish", "seen", "prelude"),
        Delay = new("delay", "seen", "prelude"),
        Renew = new("renew", "seen", "prelude"),
        Inherit = new("inherit", "seen", "prelude"),
        Check = new("check", "seen", "prelude"),
        Slot = new("slot", "seen", "prelude"),
        Stage = new("stage", "seen", "prelude"),
        Aside = new("aside", "seen", "prelude");

    private RedisScript(string name, params string[] before)
    {
        // When the server is full, what is there can still be worked off: only new events are refused.
        var head = name == "add" ? "#!lua\n" : "#!lua flags=allow-oom\n";
        Text = head + string.Concat(before.Select(Read)) + Read(name);
#pragma warning disable CA5350 // The server's own name for a script.
        Hash = SHA1.HashData(Encoding.UTF8.GetBytes(Text));
#pragma warning restore CA5350
    }

    public string Text { get; }

    /// <summary>By which the server knows it, once it has seen it.</summary>
    public byte[] Hash { get; }

    private static string Read(string name)
    {
        using var stream = typeof(RedisScript).Assembly.GetManifestResourceStream($"{name}.lua")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
