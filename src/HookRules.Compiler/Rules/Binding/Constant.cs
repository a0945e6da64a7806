using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>What a parameter or a <c>let</c> stands for: one text or, of a list, several.</summary>
internal sealed record Constant(ConstantType Type, ImmutableArray<string> Texts)
{
    public static Constant Text(string text) => new(ConstantType.Text, [text]);

    /// <summary>What a pack that is looked at by itself has for a parameter without a default.</summary>
    public static Constant Example(ConstantType type) =>
        type switch
        {
            ConstantType.Int => new(type, ["1"]),
            ConstantType.Bool => new(type, ["true"]),
            ConstantType.Duration => new(type, ["1s"]),
            _ => new(type, ["example"]),
        };

    /// <summary>As a command line gives it, items of a list with commas between them; null where it is of another type.</summary>
    public static Constant? Given(ConstantType type, string text) =>
        type switch
        {
            ConstantType.Text => new(type, [text]),
            ConstantType.List => new(type, [.. text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries)]),
            ConstantType.Int when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => new(
                type,
                [text]
            ),
            ConstantType.Bool when text is "true" or "false" => new(type, [text]),
            ConstantType.Duration when Durations.Parse(text) is not null => new(type, [text]),
            _ => null,
        };

    /// <summary>Null where the value is of another type.</summary>
    /// <param name="value">Without constants in it.</param>
    public static Constant? From(ConstantType type, ValueSyntax value) =>
        (type, value) switch
        {
            (ConstantType.Text, StringSyntax text) => new(type, [text.Text]),
            (ConstantType.Int, LiteralSyntax literal)
                when int.TryParse(literal.Json, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => new(
                type,
                [literal.Json]
            ),
            (ConstantType.Bool, LiteralSyntax { Json: "true" or "false" } flag) => new(type, [flag.Json]),
            (ConstantType.Duration, DurationValueSyntax duration) => new(type, [duration.Text]),
            (ConstantType.Duration, StringSyntax text) when Durations.Parse(text.Text) is not null => new(type, [text.Text]),
            (ConstantType.List, ListSyntax list)
                when list.Items.All(item => item is StringSyntax or LiteralSyntax { Json: not "null" } or DurationValueSyntax) => new(
                type,
                [.. list.Items.Select(TextOf)]
            ),
            _ => null,
        };

    /// <summary>In a text with placeholders.</summary>
    public string Inline => string.Join(", ", Texts);

    public bool IsTrue => Type == ConstantType.Bool && Texts[0] == "true";

    /// <summary>As if it were written where its name stands.</summary>
    public ValueSyntax ToValue(TextSpan at) =>
        Type switch
        {
            ConstantType.Int or ConstantType.Bool => new LiteralSyntax(at, Texts[0]),
            ConstantType.List => new ListSyntax(at, [.. Texts.Select(text => ToText(at, text))]),
            _ => ToText(at, Texts[0]),
        };

    /// <summary>A text of which every part stands where the name stands.</summary>
    public static StringSyntax ToText(TextSpan at, string text) =>
        new(at, text, at.Start, [.. Enumerable.Repeat(at.Start, text.Length), at.End]) { IsConstant = true };

    /// <summary>For messages.</summary>
    public static string Describe(ConstantType type) =>
        type switch
        {
            ConstantType.Text => "a text",
            ConstantType.Int => "a whole number",
            ConstantType.Bool => "true or false",
            ConstantType.Duration => "a duration such as 1s",
            _ => "a list of texts",
        };

    public bool Equals(Constant? other) => other is not null && Type == other.Type && Texts.AsSpan().SequenceEqual(other.Texts.AsSpan());

    public override int GetHashCode() => HashCode.Combine(Type, Texts.Length);

    private static string TextOf(ValueSyntax value) =>
        value switch
        {
            StringSyntax text => text.Text,
            DurationValueSyntax duration => duration.Text,
            LiteralSyntax literal => literal.Json,
            _ => throw new InvalidOperationException($"{value.GetType().Name} is no text"),
        };
}
