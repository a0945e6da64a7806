namespace HookRules.Engine;

internal sealed partial class ShellParser
{
    private void ReadRedirection()
    {
        var isBoth = text[at] == '&';
        if (isBoth)
            at++;
        var isOutput = isBoth || text[at] == '>';
        at++;
        if (!isOutput && at < text.Length && text[at] == '<')
        {
            at++;
            if (at < text.Length && text[at] == '<')
            {
                at++;
                SkipBlanks();
                List<ShellWord> here = [];
                ReadWord(here);
                draft.Input = string.Join(' ', here.Select(word => word.Text)) + "\n";
                return;
            }

            ReadHereDelimiter();
            return;
        }

        var duplicates = false;
        var appends = isOutput && at < text.Length && text[at] == '>';
        if (at < text.Length && text[at] is '>' or '|' or '&')
        {
            isOutput |= text[at] == '>'; // <> opens for both.
            duplicates = text[at] == '&';
            at++;
        }

        SkipBlanks();
        List<ShellWord> target = [];
        if (at >= text.Length || (IsMeta(text[at]) && !IsProcessSubstitution))
            return;
        ReadWord(target);
        if (
            duplicates
            && target is [{ Text: var descriptor }]
            && (descriptor == "-" || IsDescriptor(descriptor.TrimEnd('-').AsSpan() is { Length: > 0 } digits ? digits : "x"))
        )
            return;
        if (isOutput)
            draft.Outputs.AddRange(target.Select(file => file with { IsAppended = appends }));
        else if (!duplicates)
            draft.Inputs.AddRange(target);
    }

    private void ReadHereDelimiter()
    {
        var strips = at < text.Length && text[at] == '-';
        if (strips)
            at++;
        SkipBlanks();
        var delimiter = new System.Text.StringBuilder();
        var isQuoted = false;
        while (at < text.Length && !IsMeta(text[at]))
        {
            var c = text[at++];
            switch (c)
            {
                case '\'' or '"':
                    isQuoted = true;
                    while (at < text.Length && text[at] != c)
                        delimiter.Append(text[at++]);
                    at++;
                    break;
                case '\\' when at < text.Length:
                    isQuoted = true;
                    delimiter.Append(text[at++]);
                    break;
                default:
                    delimiter.Append(c);
                    break;
            }
        }

        at = Math.Min(at, text.Length);
        hereDocuments.Enqueue(new HereDocument(draft, delimiter.ToString(), isQuoted, strips));
        draft.HasHereDocument = true;
    }

    /// <summary>The bodies that follow the line which announced them. Then what waited for its input is looked at.</summary>
    private void ReadHereDocuments()
    {
        while (hereDocuments.TryDequeue(out var here))
        {
            var body = new System.Text.StringBuilder();
            var isClosed = false;
            while (at < text.Length && !isClosed)
            {
                var end = text.IndexOf('\n', at);
                if (end < 0)
                    end = text.Length;
                var line = text.AsSpan(at, end - at);
                if (here.StripsTabs)
                    line = line.TrimStart('\t');
                at = Math.Min(end + 1, text.Length);
                isClosed = line.SequenceEqual(here.Delimiter);
                if (!isClosed)
                    body.Append(line).Append('\n');
            }

            var content = here.IsQuoted ? body.ToString() : Expanded(body.ToString());
            if (here.Draft.Command is { } command)
                command.Input = content;
            else
                here.Draft.Input = content;
        }

        if (state.AwaitingInput.Count == 0)
            return;
        var waiting = state.AwaitingInput.ToArray();
        state.AwaitingInput.Clear();
        foreach (var command in waiting)
            ReadInputOf(command);
    }
}
