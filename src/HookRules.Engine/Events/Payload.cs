using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>One hook event as Claude Code wrote it to stdin. Fields are looked up when a rule asks for them.</summary>
public sealed class Payload
{
    /// <summary>How deep objects and lists may be nested in each other.</summary>
    public const int MaxDepth = 128;

    private readonly JsonElement root;

    // Many rules ask for the same few fields, and a text may be long. Of two threads that add at once one may lose: it only looks again.
    private volatile KnownText? texts;
    private volatile KnownText? matcher;

    private Payload(JsonElement root, ReadOnlyMemory<byte> json, string @event)
    {
        this.root = root;
        Json = json;
        Event = @event;
    }

    /// <summary>The bytes as they came, without a byte order mark.</summary>
    public ReadOnlyMemory<byte> Json { get; }

    public string Event { get; }

    public JsonElement Root => root;

    /// <summary>What comparing it with rules may still cost.</summary>
    public Budget Budget { get; init; } = Budget.Unbounded;

    public string? Tool => Property(root, "tool_name");

    public string? Session => Property(root, "session_id");

    public string? Cwd => Property(root, "cwd");

    /// <summary>The file of the event: of the tool's input, else of the event itself.</summary>
    public string? File => Text(FieldPath.File);

    /// <summary>The value that Claude Code compares a matcher with.</summary>
    internal string? MatcherText
    {
        get
        {
            var known = matcher ??= new KnownText("", MatcherValue.Of(this), null);
            return known.Text;
        }
    }

    private sealed record KnownText(string Path, string? Text, KnownText? Next);

    /// <summary>Reads a payload; null with the reason where it is no JSON object or names no event.</summary>
    /// <param name="budget">What comparing it with rules may cost; nothing is said where nobody waits.</param>
    public static Payload? TryParse(ReadOnlyMemory<byte> json, out string? problem, Budget? budget = null)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        problem = null;
        try
        {
            var root = JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = MaxDepth }).RootElement;
            if (root.ValueKind != JsonValueKind.Object)
                problem = $"the payload is not a JSON object but {Describe(root.ValueKind)}";
            else if (Property(root, "hook_event_name") is { Length: > 0 } name)
                return new Payload(root, json, name) { Budget = budget ?? Budget.Unbounded };
            else
                problem = "the payload has no hook_event_name";
        }
        catch (JsonException e)
        {
            problem = json.Span.Trim(" \t\r\n"u8).IsEmpty
                ? "the payload is empty"
                : string.Create(
                    CultureInfo.InvariantCulture,
                    $"the payload is not valid JSON at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}"
                );
        }

        return null;
    }

    private static readonly string[] FileFields = ["file_path", "notebook_path", "path"];

    /// <summary>What MCP servers call it; where two are named, that of the file that changes.</summary>
    private static readonly string[] ServerFileFields =
    [
        "destination",
        "filePath",
        "filepath",
        "filename",
        "file",
        "target_file",
        "relative_path",
        "source",
    ];

    /// <summary>What a tool's input may call its file.</summary>
    internal static IEnumerable<string> FileNames => FileFields.Concat(ServerFileFields);

    /// <summary>A field's value; a missing one and <c>null</c> are the same.</summary>
    public bool TryGet(FieldPath path, out JsonElement value)
    {
        value = root;
        if (path.IsFile)
        {
            if (TryGetMember(root, "tool_input", out var input) && input.ValueKind == JsonValueKind.Object)
            {
                foreach (var field in FileFields)
                    if (IsText(input, field, out value))
                        return true;
                foreach (var field in Tool is ['m', 'c', 'p', '_', '_', ..] ? ServerFileFields : [])
                    if (IsText(input, field, out value))
                        return true;
                return false;
            }

            return IsText(root, "file_path", out value);
        }

        foreach (var (name, index) in path.Segments)
        {
            if (name is not null)
            {
                if (value.ValueKind != JsonValueKind.Object || !TryGetMember(value, name, out value))
                    return false;
            }
            else
            {
                if (value.ValueKind != JsonValueKind.Array || index >= value.GetArrayLength())
                    return false;
                value = value[index];
            }
        }

        return value.ValueKind is not (JsonValueKind.Null or JsonValueKind.Undefined);
    }

    /// <summary>A field as text: a string's value, any other JSON as it stands; null where it is missing.</summary>
    public string? Text(FieldPath path)
    {
        for (var known = texts; known is not null; known = known.Next)
            if (known.Path == path.Text)
                return known.Text;
        var text =
            !TryGet(path, out var value) ? null
            : value.ValueKind == JsonValueKind.String ? StringOf(value)
            : RawText(value);
        texts = new KnownText(path.Text, text, texts);
        return text;
    }

    private (string Text, CharacterBits Bits)? characters;

    /// <summary>Which characters a text has, found once for all rules that ask.</summary>
    internal CharacterBits CharactersOf(string text)
    {
        if (characters is { } known && ReferenceEquals(known.Text, text))
            return known.Bits;
        Budget.Scan(text.Length);
        var bits = CharacterBits.Of(text);
        characters = (text, bits);
        return bits;
    }

    private (string Text, ShellLine Line)? line;

    /// <summary>A command line taken apart, once for all rules that ask.</summary>
    internal ShellLine ShellLine(string text)
    {
        if (line is { } known && ReferenceEquals(known.Text, text))
            return known.Line;
        var read = Engine.ShellLine.Parse(Tool == "PowerShell" ? PowerShellText.AsShell(text) : text);
        line = (text, read);
        return read;
    }

    private static bool IsText(JsonElement element, string name, out JsonElement value) =>
        TryGetMember(element, name, out value) && value.ValueKind == JsonValueKind.String;

    private static string? Property(JsonElement element, string name) =>
        TryGetMember(element, name, out var value) && value.ValueKind == JsonValueKind.String ? StringOf(value) : null;

    // A key with half a surrogate pair, or with bytes that are no UTF-8, makes the look-up of every key of its object throw:
    // such a name must not hide its neighbours from a guard.
    internal static bool TryGetMember(JsonElement element, string name, out JsonElement value)
    {
        try
        {
            return element.TryGetProperty(name, out value);
        }
        catch (InvalidOperationException)
        {
            value = default;
            foreach (var member in MembersOf(element))
                if (member.Name == name)
                    value = member.Value; // The last one counts, as everywhere.
            return value.ValueKind != JsonValueKind.Undefined;
        }
    }

    /// <summary>The members of an object, whatever their names are.</summary>
    internal static IEnumerable<(string Name, JsonElement Value)> MembersOf(JsonElement element)
    {
        List<string>? names = null;
        var number = 0;
        foreach (var member in element.EnumerateObject())
        {
            string name;
            try
            {
                name = names is null ? member.Name : names[number];
            }
            catch (InvalidOperationException)
            {
                names = NamesOf(element);
                name = names[number];
            }

            number++;
            yield return (name, member.Value);
        }
    }

    private static List<string> NamesOf(JsonElement element)
    {
        var names = new List<string>();
        var reader = new Utf8JsonReader(JsonMarshal.GetRawUtf8Value(element), new JsonReaderOptions { MaxDepth = MaxDepth });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            names.Add(Unescape(Encoding.UTF8.GetString(reader.ValueSpan)));
            reader.Read();
            reader.Skip();
        }

        return names;
    }

    // Half of a surrogate pair (\ud800 alone) is valid JSON and no valid text, nor are bytes that are no UTF-8: GetString throws.
    // The rest of such a text must still reach the rules, or one odd character would get a command past a guard.
    internal static string StringOf(JsonElement value)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            return Unescape(RawText(value).AsSpan()[1..^1]);
        }
    }

    private static string Unescape(ReadOnlySpan<char> json)
    {
        var text = new StringBuilder(json.Length);
        while (json.IndexOf('\\') is var at and >= 0)
        {
            text.Append(json[..at]);
            var escape = json[at + 1];
            text.Append(
                escape switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => (char)ushort.Parse(json.Slice(at + 2, 4), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture),
                    _ => escape,
                }
            );
            json = json[(at + (escape == 'u' ? 6 : 2))..];
        }

        return text.Append(json).ToString();
    }

    // Bytes that are no UTF-8 are valid JSON to the reader: GetRawText throws on them, decoding puts U+FFFD in their place.
    private static string RawText(JsonElement value) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(value));

    private static string Describe(JsonValueKind kind) =>
        kind switch
        {
            JsonValueKind.Array => "an array",
            JsonValueKind.String => "a string",
            JsonValueKind.Number => "a number",
            JsonValueKind.Null => "null",
            _ => "a truth value",
        };
}
