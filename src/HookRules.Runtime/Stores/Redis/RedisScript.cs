using System.Security.Cryptography;
using System.Text;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A script that the server runs in one piece: the embedded file, behind what all have in common.</summary>
internal sealed class RedisScript
{
    public static readonly RedisScript Open = new("open", isAlone: true),
        Add = new("add"),
        Hold = new("hold"),
        Release = new("release"),
        Commit = new("commit"),
        Take = new("take"),
        Begin = new("begin"),
        Finish = new("finish"),
        Delay = new("delay"),
        Renew = new("renew"),
        Inherit = new("inherit"),
        Check = new("check"),
        Slot = new("slot"),
        Stage = new("stage"),
        Aside = new("aside");

    private RedisScript(string name, bool isAlone = false)
    {
        // When the server is full, what is there can still be worked off: only new events are refused.
        var head = name == "add" ? "#!lua\n" : "#!lua flags=allow-oom\n";
        Text = head + (isAlone ? "" : Read("prelude")) + Read(name);
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
