using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>The fixed shape of plan.json: JSON throughout, laid out so that the hook process finds one rule without reading the
/// rest.</summary>
/// <remarks>
/// <code>
/// {"hookrules":2,
/// "compiler":"0.1.0",
/// "hash":"…64 hexadecimal digits…",
/// "places":[sources, positions],           offsets from the start of the file, padded to a fixed width; not hashed
/// "layout":[page, body, slots, slotCount], page size, length of the body, offset of the slots in it, their number
/// "pages":"…base64, 16 bytes of BLAKE2b a page of the body…",
/// "body":{"settings":{…},
/// "slots":[ …one of 20 bytes each: 8 digits of a key's hash, 8 of the offset of its postings… ],
/// "postings":[ …a line a key: [rule, offset of its line, length, prefilter: field, kind, texts…]… ],
/// "actions":[ …a line an action… ],
/// "rules":[ …a line a rule… ]},
/// "sources":[…],
/// "positions":[ …36 bytes a rule… ],
/// "record":…}
/// </code>
/// The hash covers the lines <c>layout</c> and <c>pages</c>, and so the body: what the rules mean, and neither where they stand nor what
/// was merged into settings.json.
/// </remarks>
internal static class PlanFormat
{
    public const int Version = 2;
    public const int PageSize = 4096;
    public const int PageHashSize = 16;
    public const int SlotSize = 20;
    public const int PositionSize = 36;

    /// <summary>Conditions are arrays in arrays, and may be nested deeper than a reader allows by itself.</summary>
    public static readonly System.Text.Json.JsonDocumentOptions ReadOptions = new() { MaxDepth = 1000 };

    public static readonly byte[] Start = Encoding.ASCII.GetBytes($"{{\"hookrules\":{Version},\n");

    public static readonly byte[] End = Encoding.ASCII.GetBytes("}\n");

    /// <summary>Key of the postings of all rules of an event and one value of its matcher.</summary>
    public static string RuleKey(string @event, string matcherValue, string clue) => $"{@event}\n{matcherValue}\n{clue}";

    /// <summary>Key without postings of its own: that it is there says that some rule guards or queues.</summary>
    public static string DutyKey(string duty, string @event, string matcherValue) => $"{duty}\n{@event}\n{matcherValue}";

    public static string ActionKey(string name) => $"action\n{name}";

    /// <summary>FNV-1a over UTF-16; 0 marks an empty slot, so no key hashes to it.</summary>
    public static uint KeyHash(string key)
    {
        var hash = 2166136261u;
        foreach (var c in key)
            hash = (hash ^ c) * 16777619u;
        hash ^= hash >> 15;
        return hash == 0 ? 1 : hash;
    }

    public static string Slot(uint hash, int offset, bool last) =>
        string.Create(CultureInfo.InvariantCulture, $"\"{hash:x8}{offset:x8}\"{(last ? ' ' : ',')}\n");

    public static string Position(int file, SourceRef at, bool last) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"[{Math.Min(file, 9999), 4},{Math.Min(at.Line, 9999999), 7},{Math.Min(at.Column, 99999), 5},"
                + $"{Math.Min(at.EndLine, 9999999), 7},{Math.Min(at.EndColumn, 99999), 5}]{(last ? ' ' : ',')}\n"
        );
}

/// <summary>plan.json is damaged, or was changed by something else than the compiler.</summary>
public sealed class PlanCorruptException(string message) : Exception(message)
{
    /// <summary>What reading something that is no plan may run into.</summary>
    internal static bool Means(Exception e) =>
        e
            is System.Text.Json.JsonException
                or FormatException
                or OverflowException
                or ArgumentException
                or IndexOutOfRangeException
                or InvalidOperationException;
}
