using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>What taking a payload apart would cost: that depends on its values, of which a long text is only one.</summary>
internal static class PayloadShape
{
    /// <summary>Many more than any tool's input or response has.</summary>
    public const int MostValues = 200_000;

    /// <summary>What could not be parsed is nested too deeply. It need not be whole: nobody writes that by accident.</summary>
    public static bool IsTooDeep(ReadOnlySpan<byte> json)
    {
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Payload.MaxDepth + 1 });
            while (reader.Read())
                if (reader.CurrentDepth >= Payload.MaxDepth)
                    return true;
        }
        catch (JsonException)
        {
            // Broken otherwise.
        }

        return false;
    }

    public static bool IsCrowded(ReadOnlySpan<byte> json)
    {
        // Counting bytes takes no time, and nearly always settles it; commas inside a text count as well.
        if (json.Count((byte)',') + json.Count((byte)'[') + json.Count((byte)'{') < MostValues)
            return false;
        var values = 0;
        try
        {
            var reader = new Utf8JsonReader(json, new JsonReaderOptions { MaxDepth = Payload.MaxDepth });
            while (reader.Read() && values <= MostValues)
                values++;
        }
        catch (JsonException)
        {
            // Whoever reads it in earnest will say where it is broken.
        }

        return values > MostValues;
    }
}
