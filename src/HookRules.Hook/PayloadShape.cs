using System.Text.Json;

namespace HookRules.Hook;

/// <summary>What taking a payload apart would cost: that depends on its values, of which a long text is only one.</summary>
internal static class PayloadShape
{
    /// <summary>Many more than any tool's input or response has.</summary>
    public const int MostValues = 200_000;

    public static bool IsCrowded(ReadOnlySpan<byte> json)
    {
        // Counting bytes takes no time, and nearly always settles it; commas inside a text count as well.
        if (json.Count((byte)',') + json.Count((byte)'[') + json.Count((byte)'{') < MostValues) return false;
        var values = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = 128 });
            while (reader.Read() && values <= MostValues) values++;
        }
        catch (JsonException)
        {
            // Whoever reads it in earnest will say where it is broken.
        }

        return values > MostValues;
    }
}
