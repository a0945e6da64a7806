namespace HookRules.LanguageServer.Files;

/// <summary>Offsets of a text as lines and characters of the protocol: both from 0, in UTF-16 units; a line ends with \n, \r\n or
/// \r.</summary>
internal sealed class LineMap
{
    private readonly string text;
    private readonly List<int> starts = [0];

    public LineMap(string text)
    {
        this.text = text;
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n' || text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))
                starts.Add(i + 1);
    }

    /// <summary>What lies behind a line or behind the text is taken for its end.</summary>
    public int Offset((int Line, int Character) place)
    {
        if (place.Line < 0)
            return 0;
        if (place.Line >= starts.Count)
            return text.Length;
        var end = place.Line + 1 < starts.Count ? starts[place.Line + 1] : text.Length;
        while (end > starts[place.Line] && text[end - 1] is '\n' or '\r')
            end--;
        return Math.Clamp(starts[place.Line] + (long)place.Character is var at && at > end ? end : (int)at, starts[place.Line], end);
    }

    public (int Line, int Character) Place(int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        var index = starts.BinarySearch(offset);
        if (index < 0)
            index = ~index - 1;
        return (index, offset - starts[index]);
    }
}
