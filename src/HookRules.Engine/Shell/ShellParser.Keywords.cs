namespace HookRules.Engine;

internal sealed partial class ShellParser
{
    private bool ReadReserved(int floor)
    {
        var end = at;
        while (end < text.Length && text[end] is (>= 'a' and <= 'z') or '{' or '}' or '!' or '[')
            end++;
        if (end < text.Length && !IsMeta(text[end]))
            return false;
        var word = text.AsSpan(at, end - at);
        FrameKind? opens = null,
            closes = null;
        switch (word)
        {
            case "then" or "do" or "else" or "elif" or "!" or "coproc":
                break;
            case "time":
                at = end;
                SkipBlanks();
                if (Next == 'p' && text[at] == '-' && (at + 2 >= text.Length || IsMeta(text[at + 2])))
                    at += 2;
                return true;
            case "{":
                opens = FrameKind.Group;
                break;
            case "}":
                closes = FrameKind.Group;
                break;
            case "if":
                opens = FrameKind.If;
                break;
            case "fi":
                closes = FrameKind.If;
                break;
            case "while" or "until":
                opens = FrameKind.Loop;
                break;
            case "done":
                closes = FrameKind.Loop;
                break;
            case "for" or "select":
                at = end;
                ReadLoopHeader();
                return true;
            case "case":
                at = end;
                ReadCaseHeader();
                return true;
            case "esac":
                closes = FrameKind.Case;
                break;
            case "function":
                at = end;
                SkipBlanks();
                List<ShellWord> name = [];
                ReadWord(name);
                SkipBlanks();
                if (at < text.Length && text[at] == '(' && Next == ')')
                    at += 2;
                function = name.Count > 0 ? name[0].Text : null;
                return true;
            case "[[":
                at = end;
                ReadTest();
                return true;
            default:
                return false;
        }

        at = end;
        if (opens is { } opened)
            Open(opened, isUntil: word is "until");
        if (closes is { } closed)
            Close(closed, floor);
        return true;
    }

    private void ReadLoopHeader()
    {
        SkipBlanks();
        if (at + 1 < text.Length && text[at] == '(' && text[at + 1] == '(')
        {
            var isEndless = false;
            if (ArithmeticEnd(at + 2) is { } end)
            {
                ReadExpansionsIn(at + 2, end - 2);
                isEndless = text.AsSpan(at + 2, Math.Max(0, end - at - 4)).Trim() is ";;" or "; ;";
                at = end;
            }

            Open(FrameKind.Loop);
            (frames[^1].HasCondition, frames[^1].IsEndless) = (true, isEndless);
            return;
        }

        List<ShellWord> name = [],
            values = [];
        ReadWord(name);
        SkipBlanks(andLines: true);
        var isKnown = false;
        if (at + 2 < text.Length && text.AsSpan(at, 2) is "in" && IsMeta(text[at + 2]))
        {
            at += 2;
            isKnown = true;
            ReadWords(values);
        }

        if (name.Count > 0)
            state.Set(name[0].Text, isKnown && values.Count is > 0 and <= 64 ? [.. values.Select(value => value.Text)] : null);
        Open(FrameKind.Loop);
        frames[^1].HasCondition = true;
    }

    /// <summary>Words up to the end of the command.</summary>
    private void ReadWords(List<ShellWord> into)
    {
        while (true)
        {
            SkipBlanks();
            if (at >= text.Length || (IsMeta(text[at]) && !IsProcessSubstitution) || text[at] == '#')
                return;
            ReadWord(into);
        }
    }

    private void ReadCaseHeader()
    {
        List<ShellWord> subject = [];
        SkipBlanks(andLines: true);
        ReadWord(subject);
        SkipBlanks(andLines: true);
        if (at + 1 < text.Length && text.AsSpan(at, 2) is "in")
            at += 2;
        Open(FrameKind.Case);
        frames[^1].ExpectsPattern = true;
    }

    private void ReadPattern()
    {
        List<ShellWord> pattern = [];
        SkipBlanks(andLines: true);
        if (at < text.Length && text[at] == '#')
        {
            var line = text.IndexOf('\n', at);
            at = line < 0 ? text.Length : line;
            return;
        }

        var isFirst = true;
        while (at < text.Length)
        {
            SkipBlanks();
            if (at >= text.Length)
                break;
            var c = text[at];
            if (c == ')')
            {
                at++;
                frames[^1].ExpectsPattern = false;
                return;
            }

            if (IsMeta(c) && !IsProcessSubstitution)
            {
                at++;
                continue;
            }

            ReadWord(pattern);
            if (isFirst && pattern is [{ Text: "esac", IsQuoted: false }])
            {
                frames[^1].ExpectsPattern = false;
                Close(FrameKind.Case, 0);
                return;
            }

            isFirst = false;
        }
    }

    private void ReadTest()
    {
        List<ShellWord> words = [];
        while (at < text.Length)
        {
            SkipBlanks(andLines: true);
            if (at >= text.Length)
                break;
            if (IsMeta(text[at]) && !IsProcessSubstitution)
            {
                at++;
                continue;
            }

            var isName = words is [{ Text: "-v" }];
            words.Clear();
            ReadWord(words);
            if (words is [{ Text: "]]", IsQuoted: false }])
                return;
            if (isName && words is [var subscript] && RunsSubscript(subscript.Text))
                Expanded(subscript.Text);
        }

        state.Hide("a test is never closed");
    }
}
