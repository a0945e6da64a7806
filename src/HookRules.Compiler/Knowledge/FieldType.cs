using System.Collections.Immutable;

namespace HookRules.Compiler.Knowledge;

/// <summary>The JSON types that a field may have; <see cref="Any"/> where the schema leaves it open.</summary>
[Flags]
public enum FieldKinds
{
    None = 0,
    String = 1,
    Number = 2,
    Boolean = 4,
    Array = 8,
    Object = 16,
    Any = String | Number | Boolean | Array | Object,
}

/// <summary>What a payload field can hold.</summary>
/// <param name="Values">All values that a text can have; empty where any may come.</param>
/// <param name="CanBeAbsent">Some payloads of the event and tools lack it, or have null there.</param>
public sealed record FieldType(FieldKinds Kinds, ImmutableArray<string> Values, bool CanBeAbsent)
{
    public static readonly FieldType Open = new(FieldKinds.Any, [], true);

    private static readonly ImmutableArray<(FieldKinds Kind, string Text)> Words =
    [
        (FieldKinds.String, "a string"),
        (FieldKinds.Number, "a number"),
        (FieldKinds.Boolean, "true or false"),
        (FieldKinds.Array, "an array"),
        (FieldKinds.Object, "an object"),
    ];

    public bool Can(FieldKinds kinds) => (Kinds & kinds) != 0;

    /// <summary>In words, as in "a string or an array".</summary>
    public string Describe()
    {
        if (Kinds == FieldKinds.Any)
            return "any value";
        var kinds = Kinds;
        return string.Join(" or ", from word in Words where (kinds & word.Kind) != 0 select word.Text);
    }
}

/// <summary>Whether a path leads anywhere in the payloads of an event.</summary>
public abstract record FieldLookup
{
    private FieldLookup() { }

    public sealed record Known(FieldType Type) : FieldLookup;

    /// <param name="Reason">In words, as in <c>PreToolUse has no field "comand"</c>.</param>
    /// <param name="Nearest">The whole path that was probably meant, as one would write it in a rule.</param>
    public sealed record Unknown(string Reason, string? Nearest) : FieldLookup;
}
