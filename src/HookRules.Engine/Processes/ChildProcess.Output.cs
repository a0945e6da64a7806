using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>What a program wrote: its beginning and its end, and how much lay between.</summary>
public sealed record CapturedOutput(ReadOnlyMemory<byte> Head, long Dropped, ReadOnlyMemory<byte> Tail)
{
    public static readonly CapturedOutput Empty = new(ReadOnlyMemory<byte>.Empty, 0, ReadOnlyMemory<byte>.Empty);

    public bool IsEmpty => Head.IsEmpty;

    /// <summary>All that it wrote.</summary>
    public long Bytes => Head.Length + Dropped + Tail.Length;

    /// <summary>As text, with a line that counts what is missing.</summary>
    public string Text
    {
        get
        {
            if (Dropped == 0)
                return Encoding.UTF8.GetString([.. Head.Span, .. Tail.Span]);
            return string.Create(
                CultureInfo.InvariantCulture,
                $"{Encoding.UTF8.GetString(Head.Span)}\n… {Dropped} bytes left out …\n{Encoding.UTF8.GetString(Tail.Span)}"
            );
        }
    }
}

/// <summary>Collects output of any length in bounded memory.</summary>
internal sealed class OutputBuffer(int keep)
{
    private readonly int half = Math.Max(1, keep / 2);
    private byte[] head = [];
    private int headLength;
    private byte[] ring = [];
    private long tailTotal;

    public void Add(ReadOnlySpan<byte> bytes)
    {
        if (headLength < half)
        {
            var taken = Math.Min(half - headLength, bytes.Length);
            if (head.Length < headLength + taken)
                Array.Resize(ref head, Math.Min(half, Math.Max(headLength + taken, head.Length * 2)));
            bytes[..taken].CopyTo(head.AsSpan(headLength));
            headLength += taken;
            bytes = bytes[taken..];
        }

        if (bytes.IsEmpty)
            return;
        if (ring.Length == 0)
            ring = new byte[half];
        if (bytes.Length > half)
        {
            tailTotal += bytes.Length - half;
            bytes = bytes[^half..];
        }

        var at = (int)(tailTotal % half);
        var first = Math.Min(half - at, bytes.Length);
        bytes[..first].CopyTo(ring.AsSpan(at));
        bytes[first..].CopyTo(ring);
        tailTotal += bytes.Length;
    }

    public CapturedOutput Take()
    {
        if (tailTotal <= half)
            return new CapturedOutput(head.AsMemory(0, headLength), 0, ring.AsMemory(0, (int)tailTotal));
        var at = (int)(tailTotal % half);
        return new CapturedOutput(head.AsMemory(0, headLength), tailTotal - half, (byte[])[.. ring.AsSpan(at), .. ring.AsSpan(0, at)]);
    }
}
