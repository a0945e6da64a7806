using System.Buffers;
using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>The values of the variables that a plan names (<c>env.NAME</c>, <c>pass NAME</c>): what is kept or told of an action's output
/// has the name instead.</summary>
public sealed class SecretValues
{
    /// <summary>A shorter value is no secret, and would be found in ordinary words.</summary>
    private const int Shortest = 6;

    private readonly ImmutableArray<(string Value, string Reference)> values;
    private readonly SearchValues<string>? search;

    private SecretValues(ImmutableArray<(string Value, string Reference)> values)
    {
        this.values = values;
        search = values.IsEmpty ? null : SearchValues.Create([.. values.Select(value => value.Value)], StringComparison.Ordinal);
    }

    /// <param name="names">What plan and action name.</param>
    /// <param name="environment">The environment that the action had.</param>
    public static SecretValues Of(IEnumerable<string> names, Func<string, string?> environment)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var name in names.Except(Invocation.NoSecrets, StringComparer.Ordinal))
        foreach (var spelling in Spellings(environment(name)))
            if (spelling.Length >= Shortest)
                values.TryAdd(spelling, "env." + name);
        return new SecretValues([.. values.Select(value => (value.Key, value.Value)).OrderByDescending(value => value.Key.Length)]);
    }

    /// <summary>The text with <c>env.NAME</c> where a value stood; of two that begin at one place the longer one counts.</summary>
    /// <param name="hidden">Takes the names of the variables whose values stood there.</param>
    public string Hide(string text, ISet<string>? hidden = null)
    {
        var at = search is null ? -1 : text.AsSpan().IndexOfAny(search);
        if (at < 0)
            return text;
        var clean = new StringBuilder(text.Length);
        var rest = text.AsSpan();
        for (; at >= 0; at = rest.IndexOfAny(search!))
        {
            clean.Append(rest[..at]);
            rest = rest[at..];
            foreach (var (value, reference) in values)
            {
                if (!rest.StartsWith(value, StringComparison.Ordinal))
                    continue;
                clean.Append(reference);
                hidden?.Add(reference["env.".Length..]);
                rest = rest[value.Length..];
                break;
            }
        }

        return clean.Append(rest).ToString();
    }

    // A program prints what it was given as it stands, without its last line end, within a URL, or within JSON.
    private static IEnumerable<string> Spellings(string? value) =>
        value is null ? [] : [value, value.Trim(), Uri.EscapeDataString(value), JsonEncodedText.Encode(value).ToString()];
}
