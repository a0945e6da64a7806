using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Packs;

/// <summary>One pack that <c>hookrules.lock</c> pins.</summary>
/// <param name="Reference">What is used: <c>std/NAME</c>, a path relative to the lock's folder that begins with <c>./</c> or <c>../</c>, or
/// <c>git+URL#TAG</c>.</param>
/// <param name="Name">The pack's own name; of one from git also that of its folder, and so unique among them.</param>
/// <param name="Version">As its header says.</param>
/// <param name="Commit">Of one from git, what the tag pointed to.</param>
/// <param name="Sha256">Of its content (<see cref="PackContent"/>).</param>
internal sealed record LockedPack(string Reference, string Name, string? Version, string? Commit, string Sha256)
{
    public bool IsGit => Reference.StartsWith("git+", StringComparison.Ordinal);

    /// <summary>Of one from git its reference without the tag.</summary>
    public string Origin => IsGit && Reference.LastIndexOf('#') is >= 0 and var hash ? Reference[..hash] : Reference;
}

/// <summary>What <c>hookrules.lock</c> says: which state of each pack the rules were written for.</summary>
internal sealed record PackLock(ImmutableArray<LockedPack> Packs)
{
    public const string FileName = "hookrules.lock";
    public const int Format = 1;

    public static readonly PackLock Empty = new([]);

    public LockedPack? Find(string reference) => Packs.FirstOrDefault(pack => pack.Reference == reference);

    /// <summary>Always the same text for the same packs: sorted, each value on a line of its own, so that two branches seldom touch one
    /// line.</summary>
    public byte[] ToText()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text, JsonLayout.Readable))
        {
            json.WriteStartObject();
            json.WriteNumber("version", Format);
            json.WriteStartArray("packs");
            foreach (var pack in Packs.OrderBy(pack => pack.Reference, StringComparer.Ordinal))
            {
                json.WriteStartObject();
                json.WriteString("pack", pack.Reference);
                json.WriteString("name", pack.Name);
                if (pack.Version is not null)
                    json.WriteString("version", pack.Version);
                if (pack.Commit is not null)
                    json.WriteString("commit", pack.Commit);
                json.WriteString("sha256", pack.Sha256);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteEndObject();
        }

        text.Write("\n"u8);
        return text.WrittenSpan.ToArray();
    }

    public void Write(string path) => AtomicFile.Write(path, ToText());
}
