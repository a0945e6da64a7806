using HookRules.Compiler.Rules.Syntax;

namespace HookRules.LanguageServer.Reading;

/// <summary>One line of the YAML form up to a place in it.</summary>
/// <param name="Indent">The column of its key or scalar.</param>
/// <param name="Dash">The column of the dash before it; -1 where there is none.</param>
/// <param name="Key">Null where none is complete: a key or a scalar is typed.</param>
/// <param name="ValueStart">Where the value begins, or what is typed.</param>
internal sealed record YamlLine(int Start, int Indent, int Dash, string? Key, int ValueStart)
{
    /// <summary>The line that a place stands in.</summary>
    public static YamlLine Of(string text, int at)
    {
        var start = Caret.LineStart(text, at);
        var (place, dash) = (start, -1);
        while (place < at && text[place] == ' ')
            place++;
        while (place + 1 < text.Length && place < at && text[place] == '-' && text[place + 1] == ' ')
        {
            dash = place - start;
            for (place++; place < at && text[place] == ' '; )
                place++;
        }

        var indent = place - start;
        var end = KeyEnd(text, place);
        if (end > place && end < at)
        {
            var value = end + 1;
            while (value < at && text[value] == ' ')
                value++;
            // A whole text in quotes holds the text form where that is expected.
            var key = text[place..end].Trim('"', '\'');
            if (value < at && text[value] is '"' or '\'' && key is "on" or "where" or "do")
                value++;
            return new YamlLine(start, indent, dash, key, value);
        }

        return new YamlLine(start, indent, dash, null, place);
    }

    /// <summary>The keys above a line that it stands below, the nearest first; an item of a list is an empty one.</summary>
    public static List<string> Parents(string text, YamlLine line)
    {
        var parents = new List<string>();
        var limit = line.Indent;
        if (line.Dash >= 0)
        {
            parents.Add("");
            limit = line.Dash;
        }

        for (var at = line.Start; at > 0 && (limit > 0 || parents is [""]); )
        {
            var above = Above(text, at);
            at = above.Start;
            if (above.Key is null && above.Dash < 0)
                continue;
            // A list may stand in the column of its key.
            var isListKey = parents is [.., ""] && above is { Dash: < 0, Key: not null } && above.Indent == limit;
            if (above.Key is not null && (above.Indent < limit || isListKey))
            {
                parents.Add(above.Key);
                limit = above.Indent;
                if (above.Dash < 0 && above.Indent == 0)
                    break;
            }

            if (above.Dash >= 0 && above.Dash < limit)
            {
                parents.Add("");
                limit = above.Dash;
            }
        }

        return parents;
    }

    /// <summary>The line of <c>on</c> in the item of the list <c>rules</c> that a place stands in; null where it has none.</summary>
    public static YamlLine? TriggerOf(string text, int at)
    {
        for (var line = Whole(text, Caret.LineStart(text, at)); ; line = Above(text, line.Start))
        {
            if (line.Key == "on" || line.Key is null && line.Dash >= 0 && IsRule(text, line))
                return line;
            // The first line of the item: further keys may stand below.
            if (line.Dash >= 0 && line.Dash <= 4 && line.Key is not null && IsBelowRules(text, line))
                return Below(text, line);
            if (line.Start == 0)
                return null;
        }
    }

    private static bool IsRule(string text, YamlLine line) =>
        text.AsSpan(line.ValueStart).StartsWith("on ", StringComparison.Ordinal)
        || text.AsSpan(line.ValueStart).StartsWith("rule ", StringComparison.Ordinal);

    private static bool IsBelowRules(string text, YamlLine line) => Parents(text, line) is ["", "rules"];

    private static YamlLine? Below(string text, YamlLine first)
    {
        for (var at = text.IndexOf('\n', first.Start) + 1; at > 0 && at < text.Length; at = text.IndexOf('\n', at) + 1)
        {
            var line = Whole(text, at);
            if (line.Dash >= 0 && line.Dash <= first.Dash || line.Key is not null && line.Indent < first.Indent)
                return null;
            if (line.Key == "on" && line.Indent == first.Indent)
                return line;
        }

        return null;
    }

    private static YamlLine Above(string text, int start) => Whole(text, Caret.LineStart(text, start - 1));

    private static YamlLine Whole(string text, int start)
    {
        var end = text.IndexOf('\n', start);
        return Of(text, end < 0 ? text.Length : end);
    }

    /// <summary>The colon behind a key; the start where there is none.</summary>
    private static int KeyEnd(string text, int at)
    {
        var end = at;
        if (end < text.Length && text[end] is '"' or '\'')
        {
            var close = text.IndexOf(text[end], end + 1);
            end = close < 0 || text.AsSpan(end..close).Contains('\n') ? at : close + 1;
        }
        else
        {
            end = Words.NameEnd(text, at, text.Length);
            if (text.AsSpan(at).StartsWith("on failure:", StringComparison.Ordinal))
                end = at + "on failure".Length;
        }

        return end > at && end < text.Length && text[end] == ':' && (end + 1 == text.Length || char.IsWhiteSpace(text[end + 1])) ? end : at;
    }
}
