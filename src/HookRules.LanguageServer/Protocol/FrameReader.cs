using System.Globalization;
using System.Text;

namespace HookRules.LanguageServer.Protocol;

/// <summary>Reads messages framed by <c>Content-Length</c>. What is no frame is skipped up to the next line that begins one.</summary>
internal sealed class FrameReader(Stream input)
{
    private const string Length = "Content-Length:";
    private const int LongestLine = 8 << 10;
    private const int LargestBody = 64 << 20;

    private readonly byte[] buffer = new byte[64 << 10];
    private readonly StringBuilder line = new();
    private int at;
    private int end;

    /// <summary>The body of the next message; null at the end of the input.</summary>
    public byte[]? Read()
    {
        var length = -1;
        while (ReadLine())
        {
            if (line.Length == 0)
            {
                if (length >= 0)
                    return Body(length);
                continue;
            }

            var text = line.ToString();
            if (text.LastIndexOf(Length, StringComparison.OrdinalIgnoreCase) is >= 0 and var start)
                length = LengthOf(text[(start + Length.Length)..]);
        }

        return null;
    }

    private static int LengthOf(string text) =>
        int.TryParse(text.Trim(), NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= LargestBody ? length : -1;

    /// <summary>False at the end of the input. Of a line that is too long for a header only the end is kept.</summary>
    private bool ReadLine()
    {
        line.Clear();
        while (Fill())
        {
            var c = buffer[at++];
            if (c == '\n')
                return true;
            if (c == '\r')
                continue;
            if (line.Length >= LongestLine)
                line.Remove(0, LongestLine / 2);
            line.Append((char)c);
        }

        return false;
    }

    private byte[]? Body(int length)
    {
        var body = new MemoryStream(Math.Min(length, buffer.Length));
        while (body.Length < length)
        {
            if (!Fill())
                return null;
            var part = Math.Min(end - at, length - (int)body.Length);
            body.Write(buffer, at, part);
            at += part;
        }

        return body.ToArray();
    }

    private bool Fill()
    {
        if (at < end)
            return true;
        (at, end) = (0, input.Read(buffer));
        return end > 0;
    }
}
