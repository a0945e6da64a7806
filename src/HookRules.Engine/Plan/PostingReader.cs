using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Reads the postings of one key, one after the other: most of them are about programs that the payload does not name, and of
/// those nothing is made but this answer.</summary>
internal ref struct PostingReader(ReadOnlySpan<byte> line)
{
    private Utf8JsonReader json = new(line);
    private FieldPath? field;
    private FieldKind kind;
    private string text = "";
    private bool isSpelt;

    private enum FieldKind
    {
        Missing,
        Text,
        Other,
    }

    /// <summary>Number of the rule; of an action the same below zero.</summary>
    public int Number { get; private set; }

    /// <summary>Where its line stands in the body of the plan, in bytes.</summary>
    public int Offset { get; private set; }

    /// <summary>Length of that line in bytes.</summary>
    public int Length { get; private set; }

    /// <summary>Goes on to the next posting; false behind the last.</summary>
    /// <exception cref="PlanCorruptException">It is no list of postings.</exception>
    public bool Next()
    {
        while (json.Read())
        {
            if (json is not { TokenType: JsonTokenType.StartArray, CurrentDepth: 1 })
                continue;
            (Number, Offset, Length) = (ReadNumber(), ReadNumber(), ReadNumber());
            return true;
        }

        return false;
    }

    /// <summary>False where the posting says what its rule needs and the payload has nothing of it.</summary>
    /// <exception cref="PlanCorruptException">What is said is malformed.</exception>
    public bool MayHold(Payload payload)
    {
        Read();
        if (json.TokenType == JsonTokenType.EndArray)
            return true;
        ReadField(payload);
        var filter = (PrefilterKind)ReadNumber();
        if (kind != FieldKind.Text)
            return kind == FieldKind.Other;
        return filter switch
        {
            PrefilterKind.Expression => MayMatch(payload),
            PrefilterKind.Program or PrefilterKind.PossibleProgram when !MayName(payload) => false,
            _ => new Prefilter(field!, filter, ReadTexts()).MayHold(payload),
        };
    }

    /// <summary>Most rules of a key are about the same field.</summary>
    private void ReadField(Payload payload)
    {
        if (json.TokenType != JsonTokenType.String)
            throw Malformed();
        if (field is not null && json.ValueTextEquals(field.Text))
            return;
        field = FieldPath.Parse(json.GetString()!) ?? throw new PlanCorruptException("the plan has a bad field path");
        kind =
            !payload.TryGet(field, out var value) ? FieldKind.Missing
            : value.ValueKind == JsonValueKind.String ? FieldKind.Text
            : FieldKind.Other;
        text = kind == FieldKind.Text ? payload.Text(field)! : "";
        isSpelt = Prefilter.IsSpelt(text);
    }

    /// <summary>The expression is read only if the characters that it needs are there.</summary>
    private bool MayMatch(Payload payload)
    {
        var expression = ReadText();
        var filter = new Prefilter(field!, PrefilterKind.Expression, []);
        Read();
        if (
            json.TokenType == JsonTokenType.String
            && !(filter with { Characters = RequiredCharacters.Parse(json.GetString()!) }).MayHold(payload)
        )
            return false;
        return (filter with { Expression = ConditionJson.Regex(expression) }).MayHold(payload);
    }

    /// <summary>The line has the letters of one of the programs, or may spell it otherwise.</summary>
    private readonly bool MayName(Payload payload)
    {
        if (isSpelt)
            return true;
        var letters = payload.CharactersOf(text);
        var names = json;
        while (names.Read() && names.TokenType == JsonTokenType.String)
            if (letters.MayName(names.ValueSpan))
                return true;
        return false;
    }

    private ImmutableArray<string> ReadTexts()
    {
        var texts = ImmutableArray.CreateBuilder<string>();
        while (json.Read() && json.TokenType == JsonTokenType.String)
            texts.Add(json.GetString()!);
        return texts.DrainToImmutable();
    }

    private string ReadText()
    {
        Read();
        return json.TokenType == JsonTokenType.String ? json.GetString()! : throw Malformed();
    }

    private int ReadNumber()
    {
        Read();
        return json.TokenType == JsonTokenType.Number && json.TryGetInt32(out var number) ? number : throw Malformed();
    }

    private void Read()
    {
        if (!json.Read())
            throw Malformed();
    }

    private static PlanCorruptException Malformed() => new("the plan's index is malformed");
}
