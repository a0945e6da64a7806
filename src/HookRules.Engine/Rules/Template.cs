using System.Collections.Immutable;
using System.Text;

namespace HookRules.Engine;

/// <summary>Text with placeholders for payload fields, as in <c>Claude wrote {file}</c>; <c>{{</c> and <c>}}</c> are braces.</summary>
public sealed record Template(string Text, ImmutableArray<Template.Part> Parts)
{
    public static readonly Template Empty = new("", []);

    /// <summary>Either literal text or a field.</summary>
    public readonly record struct Part(string? Literal, FieldPath? Field);

    public bool HasFields => Parts.Any(part => part.Field is not null);

    public IEnumerable<FieldPath> Fields => Parts.Where(part => part.Field is not null).Select(part => part.Field!);

    public bool Equals(Template? other) => other is not null && Text == other.Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);

    /// <summary>A template that is this text and nothing else.</summary>
    public static Template Literal(string text) =>
        Parse(text.Replace("{", "{{", StringComparison.Ordinal).Replace("}", "}}", StringComparison.Ordinal));

    /// <summary>Reads a template. A brace that opens no field path is plain text, so that JSON in a message needs no escapes.</summary>
    public static Template Parse(string text)
    {
        if (text.Length > 0 && text.AsSpan().IndexOfAny('{', '}') < 0)
            return new Template(text, [new Part(text, null)]);
        var parts = ImmutableArray.CreateBuilder<Part>();
        var literal = new StringBuilder();
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c is '{' or '}' && i + 1 < text.Length && text[i + 1] == c)
            {
                literal.Append(c);
                i++;
                continue;
            }

            if (FieldAt(text, i, out var close) is { } field)
            {
                if (literal.Length > 0)
                    parts.Add(new Part(literal.ToString(), null));
                literal.Clear();
                parts.Add(new Part(null, field));
                i = close;
                continue;
            }

            literal.Append(c);
        }

        if (literal.Length > 0)
            parts.Add(new Part(literal.ToString(), null));
        return new Template(text, parts.ToImmutable());
    }

    /// <summary>The field in braces that begins here, and where its closing brace is; null where there is none.</summary>
    internal static FieldPath? FieldAt(string text, int open, out int close)
    {
        close = open + 1;
        if (text[open] != '{')
            return null;
        while (close < text.Length && (char.IsAsciiLetterOrDigit(text[close]) || text[close] is '_' or '-' or '.' or '[' or ']'))
            close++;
        return close < text.Length && text[close] == '}' ? FieldPath.Parse(text[(open + 1)..close]) : null;
    }

    /// <summary>It is <c>{files}</c> and nothing else.</summary>
    public bool IsFiles => Parts is [{ Field.IsFiles: true }];

    /// <summary>The text with every field replaced; a missing field is empty.</summary>
    public string Render(Payload payload) => Render(payload.Text);

    /// <param name="value">What a field stands for.</param>
    public string Render(Func<FieldPath, string?> value)
    {
        if (Parts.Length == 0)
            return "";
        if (Parts is [{ Literal: { } only }])
            return only;
        var text = new StringBuilder();
        foreach (var part in Parts)
            text.Append(part.Literal ?? value(part.Field!) ?? "");
        return text.ToString();
    }
}

/// <summary>A value of an action: text with placeholders, or the name of an environment variable that holds it.</summary>
public abstract record TextValue
{
    private TextValue() { }

    public sealed record Text(Template Template) : TextValue;

    /// <summary><c>env.NAME</c>: read when the action runs, never written to a generated file.</summary>
    public sealed record Env(string Name) : TextValue;
}

/// <summary>A JSON body with placeholders.</summary>
public abstract record JsonTemplate
{
    private JsonTemplate() { }

    public sealed record Value(TextValue Text) : JsonTemplate;

    /// <summary>A number, <c>true</c>, <c>false</c> or <c>null</c>, as JSON spells it.</summary>
    public sealed record Raw(string Json) : JsonTemplate;

    /// <summary><c>payload</c>: the whole event.</summary>
    public sealed record WholePayload : JsonTemplate;

    public sealed record Array(ImmutableArray<JsonTemplate> Items) : JsonTemplate;

    public sealed record Object(ImmutableArray<KeyValuePair<string, JsonTemplate>> Members) : JsonTemplate;
}
