using System.Buffers;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Names for what has none: eight digits of a hash of what it means, as plan.json spells it, so that both forms of a rule have the
/// same.</summary>
internal static class Identity
{
    public static string Of(Handler handler) =>
        Hash(json =>
        {
            json.WriteStartObject();
            HandlerJson.Write(json, handler);
            json.WriteEndObject();
        });

    public static string Of(Rule rule) => Hash(json => RuleJson.Write(json, rule));

    private static string Hash(Action<Utf8JsonWriter> write)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
            write(json);
        Span<byte> hash = stackalloc byte[Blake2b.HashSize];
        Blake2b.Hash(text.WrittenSpan, hash);
        return Convert.ToHexStringLower(hash[..4]);
    }
}
