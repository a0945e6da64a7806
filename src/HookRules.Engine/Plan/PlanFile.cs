using System.Buffers.Text;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace HookRules.Engine;

/// <summary>plan.json as the hook process reads it: only the parts that a payload needs, each checked against the plan's hash.</summary>
public sealed class PlanFile : IDisposable
{
    private const int HeadSize = 32 * 1024;

    private const long Largest = 256 << 20;

    private readonly SafeFileHandle file;
    private readonly long fileLength;
    private readonly int bodyStart;
    private readonly int bodyLength;
    private readonly int slotStart;
    private readonly int slotCount;
    private readonly byte[] pageHashes;
    private readonly PlanPlaces places;
    private readonly byte[]?[] pages;

    private PlanFile(SafeFileHandle file)
    {
        this.file = file;
        fileLength = LengthOf(file);
        var head = Head();
        var at = PlanFormat.Start.Length;
        if (!head.StartsWith(PlanFormat.Start))
            throw new PlanCorruptException("it is not a plan of this version; compile again");
        TakeLine(head, ref at, "\"compiler\":");
        Hash = Encoding.ASCII.GetString(TakeLine(head, ref at, "\"hash\":").Trim("\",\n"u8));
        var placesAt = Numbers(TakeLine(head, ref at, "\"places\":["));
        var hashedFrom = at;
        var layout = Numbers(TakeLine(head, ref at, "\"layout\":["));
        var pageText = TakeLine(head, ref at, "\"pages\":\"");
        if (Blake2b.HashHex(head.AsSpan(hashedFrom, at - hashedFrom)) != Hash)
            throw new PlanCorruptException("its contents do not have the hash that it states");
        if (placesAt.Length != 2 || !head.AsSpan(at).StartsWith("\"body\":"u8) || layout.Length != 4 || layout[0] != PlanFormat.PageSize)
            throw new PlanCorruptException("it is malformed");

        places = new PlanPlaces(file, placesAt[0], placesAt[1]);
        (bodyLength, slotStart, slotCount) = (checked((int)layout[1]), checked((int)layout[2]), checked((int)layout[3]));
        bodyStart = at + "\"body\":".Length;
        pageHashes = Convert.FromBase64String(Encoding.ASCII.GetString(pageText.Trim("\",\n"u8)));
        pages = new byte[]?[pageHashes.Length / PlanFormat.PageHashSize];
        Settings = RuleJson.ReadSettings(Parse(Line("{\"settings\":".Length)));
    }

    public string Hash { get; }

    public GraphSettings Settings { get; }

    /// <summary>The format that a plan says it has; null where it says none, or cannot be read.</summary>
    public static int? FormatOf(string path)
    {
        const string Beginning = "{\"hookrules\":";
        try
        {
            using var file = OpenFile(path);
            Span<byte> head = stackalloc byte[40];
            var text = Encoding.ASCII.GetString(head[..RandomAccess.Read(file, head, 0)]);
            var end = text.IndexOf(',', StringComparison.Ordinal);
            return
                end > Beginning.Length
                && text.StartsWith(Beginning, StringComparison.Ordinal)
                && int.TryParse(text.AsSpan(Beginning.Length..end), NumberStyles.None, CultureInfo.InvariantCulture, out var format)
                ? format
                : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlanCorruptException)
        {
            return null;
        }
    }

    /// <summary>The newest format that this program reads.</summary>
    public static int Format => PlanFormat.Version;

    /// <summary>Opens a plan and checks that its head has the hash that it states.</summary>
    /// <param name="problem">Why there is none: missing, unreadable or corrupt.</param>
    public static PlanFile? Open(string path, out string? problem)
    {
        SafeFileHandle? file = null;
        try
        {
            problem = null;
            file = OpenFile(path);
            return new PlanFile(file);
        }
        catch (Exception e) when (e is PlanCorruptException or IOException or UnauthorizedAccessException || PlanCorruptException.Means(e))
        {
            file?.Dispose();
            problem =
                e is FileNotFoundException or DirectoryNotFoundException ? "it is missing"
                : e is UnauthorizedAccessException ? "it cannot be read"
                : PlanCorruptException.Means(e) ? "it is malformed"
                : e.Message;
            return null;
        }
    }

    /// <summary>The rules that may apply to a payload, in source order; a superset of those that match.</summary>
    /// <exception cref="PlanCorruptException">What was read does not have the hash that the plan states.</exception>
    public IReadOnlyList<Rule> Candidates(Payload payload)
    {
        try
        {
            return Find(payload);
        }
        catch (Exception e) when (PlanCorruptException.Means(e))
        {
            throw new PlanCorruptException("it is malformed");
        }
    }

    private List<Rule> Find(Payload payload)
    {
        if (RuleIndex.Keys(payload) is not { } keys)
            return [.. RuleGraphJson.Read(Everything()).Graph.Rules];

        var found = new SortedDictionary<int, (int Offset, int Length)>();
        foreach (var key in keys)
        {
            var postings = PostingsOf(key);
            while (postings.Next())
                if (postings.Number >= 0 && !found.ContainsKey(postings.Number) && postings.MayHold(payload))
                    found[postings.Number] = (postings.Offset, postings.Length);
        }

        var rules = new List<Rule>(found.Count);
        if (found.Count > 0)
            places.Prepare(found.Keys.First(), found.Keys.Last());
        foreach (var (number, (offset, length)) in found)
            rules.Add(RuleJson.ReadRule(Parse(Read(offset, length)), places.Of(number)));
        return rules;
    }

    /// <exception cref="PlanCorruptException">The plan has no such action, or what was read does not have the hash that the plan
    /// states.</exception>
    public ActionDefinition Action(string name)
    {
        try
        {
            return Find(name);
        }
        catch (Exception e) when (PlanCorruptException.Means(e))
        {
            throw new PlanCorruptException("it is malformed");
        }
    }

    private ActionDefinition Find(string name)
    {
        var postings = PostingsOf(PlanFormat.ActionKey(name));
        while (postings.Next())
        {
            if (postings.Number >= 0)
                continue;
            var action = RuleJson.ReadAction(Parse(Read(postings.Offset, postings.Length)));
            if (action.Name == name)
                return action;
        }

        throw new PlanCorruptException($"it has no action \"{name}\"");
    }

    /// <summary>Some rule of the event guards, and may be meant where its matcher value is this; null where that is not known.</summary>
    public bool Guards(string @event, string? matcherValue) => HasDuty(RuleIndex.GuardDuty, @event, matcherValue);

    /// <summary>The same of rules that queue.</summary>
    public bool Queues(string @event, string? matcherValue) => HasDuty(RuleIndex.QueueDuty, @event, matcherValue);

    public void Dispose() => file.Dispose();

    private bool HasDuty(string duty, string @event, string? value) =>
        LineOf(PlanFormat.DutyKey(duty, @event, value ?? "")) is not null
        || (value is not null && LineOf(PlanFormat.DutyKey(duty, @event, RuleIndex.AnyValue)) is not null);

    private PostingReader PostingsOf(string key) => new(LineOf(key) is { } line ? Line(line) : "[]"u8);

    /// <summary>Where the postings of a key stand; null where the plan has none.</summary>
    private int? LineOf(string key)
    {
        var hash = PlanFormat.KeyHash(key);
        for (var probe = 0; probe < slotCount; probe++)
        {
            var slot = Read(slotStart + ((int)((hash + (uint)probe) & (uint)(slotCount - 1)) * PlanFormat.SlotSize), PlanFormat.SlotSize);
            if (
                !Utf8Parser.TryParse(slot.AsSpan(1, 8), out uint slotHash, out _, 'x')
                || !Utf8Parser.TryParse(slot.AsSpan(9, 8), out int offset, out _, 'x')
            )
                throw new PlanCorruptException("its index is malformed");
            if (slotHash == 0)
                return null;
            if (slotHash == hash)
                return offset;
        }

        return null;
    }

    private byte[] Everything() => Everything(file, fileLength);

    private static byte[] Everything(SafeFileHandle file, long length)
    {
        var text = new byte[length];
        return RandomAccess.Read(file, text, 0) == text.Length ? text : throw new PlanCorruptException("it changed while it was read");
    }

    /// <summary>All bytes of a plan.</summary>
    /// <exception cref="PlanCorruptException">It is no file, or larger than any plan.</exception>
    internal static byte[] ReadAll(string path)
    {
        using var file = OpenFile(path);
        return Everything(file, LengthOf(file));
    }

    // A pipe in the plan's place would hold whoever opens it until somebody writes to it.
    private static SafeFileHandle OpenFile(string path)
    {
        if (!OperatingSystem.IsLinux())
            return File.OpenHandle(path);
        var fd = Libc.Open(path, Libc.O_RDONLY | Libc.O_NONBLOCK);
        if (fd >= 0)
            return new SafeFileHandle(fd, ownsHandle: true);
        throw Libc.Errno == Libc.ENOENT ? new FileNotFoundException() : new IOException(Libc.Describe(Libc.Errno));
    }

    private static long LengthOf(SafeFileHandle file)
    {
        try
        {
            var length = RandomAccess.GetLength(file);
            return length <= Largest ? length : throw new PlanCorruptException("it is larger than any plan");
        }
        catch (NotSupportedException)
        {
            throw new PlanCorruptException("it is not a file");
        }
    }

    private byte[] Head()
    {
        var head = new byte[Math.Min(fileLength, HeadSize)];
        if (RandomAccess.Read(file, head, 0) != head.Length)
            throw new PlanCorruptException("it changed while it was read");
        if (fileLength <= HeadSize || head.AsSpan().IndexOf("\n\"body\":"u8) >= 0)
            return head;

        // The table of pages of a large plan: 22 bytes for every 4 KiB.
        var most = Math.Min(fileLength, HeadSize + (fileLength / PlanFormat.PageSize * 24) + 1024);
        head = new byte[most];
        return RandomAccess.Read(file, head, 0) == most ? head : throw new PlanCorruptException("it changed while it was read");
    }

    private static ReadOnlySpan<byte> TakeLine(byte[] head, ref int at, string start)
    {
        var rest = head.AsSpan(at);
        var end = rest.IndexOf((byte)'\n');
        if (end < 0 || end < start.Length || !Ascii.Equals(rest[..start.Length], start))
            throw new PlanCorruptException("it is malformed");
        at += end + 1;
        return rest[start.Length..end];
    }

    internal static ImmutableArray<long> Numbers(ReadOnlySpan<byte> text)
    {
        var numbers = ImmutableArray.CreateBuilder<long>(5);
        while (!text.IsEmpty)
        {
            text = text.TrimStart((byte)' ');
            if (!Utf8Parser.TryParse(text, out long number, out var used))
                throw new PlanCorruptException("it is malformed");
            numbers.Add(number);
            text = text[used..];
            if (text.IsEmpty || text[0] == ']')
                break;
            text = text[1..];
        }

        return numbers.ToImmutable();
    }

    /// <summary>From an offset in the body to the end of that line, without the comma between lines.</summary>
    private byte[] Line(int offset)
    {
        var line = new List<byte>(256);
        for (var at = offset; at < bodyLength; )
        {
            var page = Page(at / PlanFormat.PageSize);
            var rest = page.AsSpan(at % PlanFormat.PageSize);
            var end = rest.IndexOf((byte)'\n');
            line.AddRange(end < 0 ? rest : rest[..end]);
            if (end >= 0)
                break;
            at += rest.Length;
        }

        while (line.Count > 0 && line[^1] is (byte)',' or (byte)' ')
            line.RemoveAt(line.Count - 1);
        return [.. line];
    }

    private byte[] Read(int offset, int length)
    {
        if (offset < 0 || length < 0 || offset > bodyLength - length)
            throw new PlanCorruptException("its index points out of it");
        var text = new byte[length];
        for (var done = 0; done < length; )
        {
            var at = offset + done;
            var rest = Page(at / PlanFormat.PageSize).AsSpan(at % PlanFormat.PageSize);
            var count = Math.Min(rest.Length, length - done);
            rest[..count].CopyTo(text.AsSpan(done));
            done += count;
        }

        return text;
    }

    private byte[] Page(int number)
    {
        if (number >= pages.Length)
            throw new PlanCorruptException("its index points out of it");
        if (pages[number] is { } known)
            return known;
        var from = number * PlanFormat.PageSize;
        var page = new byte[Math.Min(PlanFormat.PageSize, bodyLength - from)];
        if (RandomAccess.Read(file, page, bodyStart + (long)from) != page.Length)
            throw new PlanCorruptException("it is cut off");
        Span<byte> hash = stackalloc byte[Blake2b.HashSize];
        Blake2b.Hash(page, hash);
        if (!hash[..PlanFormat.PageHashSize].SequenceEqual(pageHashes.AsSpan(number * PlanFormat.PageHashSize, PlanFormat.PageHashSize)))
            throw new PlanCorruptException(
                string.Create(CultureInfo.InvariantCulture, $"it was changed behind the compiler's back, near byte {bodyStart + from}")
            );
        return pages[number] = page;
    }

    private static JsonElement Parse(byte[] json) => JsonDocument.Parse(json, PlanFormat.ReadOptions).RootElement;
}
