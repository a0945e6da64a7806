namespace HookRules.Engine;

/// <summary>Walks over a shell text once and collects its simple commands. It reads for what may run, not for what is well formed:
/// branches, loops and functions all count.</summary>
internal sealed partial class ShellParser(ShellState state, string text)
{
    private enum FrameKind
    {
        Group,
        Subshell,
        If,
        Loop,
        Case,
    }

    /// <summary>An open compound command.</summary>
    private sealed record Frame(
        FrameKind Kind,
        int PipelineStart,
        (int, int) Upstream,
        ShellFolder PipelineFolder,
        ShellFolder Folder,
        int Mark,
        string? Function
    )
    {
        public bool ExpectsPattern { get; set; }

        /// <summary>Its condition has been read.</summary>
        public bool HasCondition { get; set; }

        public bool IsEndless { get; set; }

        public bool IsUntil { get; init; }
    }

    private static readonly string[] RunVariables =
    [
        "GIT_SSH_COMMAND",
        "GIT_PAGER",
        "PAGER",
        "MANPAGER",
        "EDITOR",
        "VISUAL",
        "GIT_EDITOR",
        "GIT_SEQUENCE_EDITOR",
        "GIT_EXTERNAL_DIFF",
        "GIT_PROXY_COMMAND",
        "PROMPT_COMMAND",
        "PS4",
        "RSYNC_RSH",
        "LESSOPEN",
    ];

    private readonly record struct HereDocument(ShellCommandDraft Draft, string Delimiter, bool IsQuoted, bool StripsTabs);

    private readonly List<Frame> frames = [];
    private readonly Queue<HereDocument> hereDocuments = new();
    private ShellCommandDraft draft = new(0);
    private int at;
    private int pipelineStart = state.Commands.Count;
    private (int From, int To) upstream;
    private ShellFolder pipelineFolder = state.Folder;
    private bool isPiped;
    private bool isAfterOr;
    private bool isAfterAnd;
    private bool isElsewhere;
    private ShellCommand? source;
    private ShellCommand? last;
    private string? function;

    /// <summary>Reads the whole text as commands.</summary>
    public void ReadAll()
    {
        if (state.Depth >= ShellState.MaxDepth || !state.Spend(text.Length))
        {
            state.Hide("it is nested too deeply");
            return;
        }

        state.Depth++;
        ReadList(inSubstitution: false);
        ReadHereDocuments();
        if (frames.Count > 0)
            state.Hide("a compound command is never closed");
        state.Depth--;
    }

    /// <summary>Commands up to the end, or up to the parenthesis that closes a substitution; true if that was found.</summary>
    private bool ReadList(bool inSubstitution)
    {
        var outer = (draft, pipelineStart, upstream, pipelineFolder, isPiped, isAfterOr, isAfterAnd, source, last, function);
        var floor = frames.Count;
        (draft, pipelineStart, upstream, pipelineFolder) = (
            new ShellCommandDraft(state.Commands.Count),
            state.Commands.Count,
            default,
            state.Folder
        );
        (isPiped, isAfterOr, isAfterAnd, source, last, function) = (false, false, false, null, null, null);
        var isClosed = false;

        while (!isClosed && at < text.Length)
        {
            if (TopIs(FrameKind.Case, floor) && frames[^1].ExpectsPattern)
            {
                ReadPattern();
                continue;
            }

            switch (text[at])
            {
                case ' ' or '\t':
                    at++;
                    break;
                case '\\' when at + 1 < text.Length && text[at + 1] == '\n':
                    at += 2;
                    break;
                case '#':
                    var end = text.IndexOf('\n', at);
                    at = end < 0 ? text.Length : end;
                    break;
                case '\n':
                    at++;
                    EndPipeline();
                    ReadHereDocuments();
                    break;
                case ';':
                    ReadSemicolon(floor);
                    break;
                case '&' when Next is '>':
                    ReadRedirection();
                    break;
                case '&':
                    ReadAmpersand();
                    break;
                case '|':
                    ReadBar();
                    break;
                case '(':
                    ReadParenthesis();
                    break;
                case ')' when frames.Count > floor && frames[^1].Kind == FrameKind.Subshell:
                    at++;
                    Close(FrameKind.Subshell, floor);
                    break;
                case ')' when inSubstitution && frames.Count == floor:
                    at++;
                    isClosed = true;
                    break;
                case ')':
                    at++;
                    state.Hide("a parenthesis closes nothing");
                    break;
                case '<' or '>' when Next is not '(':
                    ReadRedirection();
                    break;
                default:
                    ReadCommandWord(floor);
                    break;
            }
        }

        EndPipeline();
        if (frames.Count > floor)
        {
            if (inSubstitution)
                state.Hide("a compound command is never closed");
            if (inSubstitution)
                frames.RemoveRange(floor, frames.Count - floor);
        }

        (draft, pipelineStart, upstream, pipelineFolder, isPiped, isAfterOr, isAfterAnd, source, last, function) = outer;
        return isClosed;
    }

    private char Next => at + 1 < text.Length ? text[at + 1] : '\0';

    private bool TopIs(FrameKind kind, int floor) => frames.Count > floor && frames[^1].Kind == kind;

    private void SkipBlanks(bool andLines = false)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' || (andLines && text[at] == '\n'))
                at++;
            else if (text[at] == '\\' && Next == '\n')
                at += 2;
            else
                break;
        }
    }

    private void ReadSemicolon(int floor)
    {
        at++;
        EndPipeline();
        if (!TopIs(FrameKind.Case, floor) || at >= text.Length || text[at] is not (';' or '&'))
            return;
        while (at < text.Length && text[at] is ';' or '&')
            at++; // ;; ;& ;;&
        frames[^1].ExpectsPattern = true;
    }

    private void ReadAmpersand()
    {
        at++;
        if (at < text.Length && text[at] == '&')
        {
            at++;
            EndPipeline();
            isAfterAnd = true;
            return;
        }

        isAfterAnd = true; // What it sets stays in the background.
        state.HasBackground = true;
        EndCommand();
        CheckForkBomb();
        foreach (var frame in frames)
            state.IsForkBomb |= frame.IsEndless;
        isPiped = true; // A command in the background changes no folder either.
        EndPipeline();
    }

    private void ReadBar()
    {
        at++;
        if (at < text.Length && text[at] == '|')
        {
            at++;
            EndPipeline();
            isAfterOr = true;
            return;
        }

        if (at < text.Length && text[at] == '&')
            at++;
        EndCommand();
        CheckForkBomb();
        isPiped = true;
        source = last;
        last = null;
        upstream = (pipelineStart, state.Commands.Count);
        state.Folder = pipelineFolder;
        draft = new ShellCommandDraft(state.Commands.Count);
    }

    private void ReadParenthesis()
    {
        if (draft.IsEmpty)
        {
            if (Next == '(' && ArithmeticEnd(at + 2) is { } end)
            {
                if (frames.Count > 0 && frames[^1] is { Kind: FrameKind.Loop, HasCondition: false } loop)
                    (loop.HasCondition, loop.IsEndless) = (
                        true,
                        !loop.IsUntil && text.AsSpan(at + 2, end - at - 4).Trim() is "1" or "true"
                    );
                ReadExpansionsIn(at + 2, end - 2);
                at = end;
                last = null;
                return;
            }

            at++;
            Open(FrameKind.Subshell);
            return;
        }

        at++;
        if (at > 1 && text[at - 2] == '=' && draft.Words.Count > 0)
        {
            ReadArray(draft.Words); // declare -a x=(…)
            return;
        }

        SkipBlanks();
        if (draft.Words.Count == 1 && at < text.Length && text[at] == ')')
        {
            at++;
            function = draft.Words[0].Text;
            draft = new ShellCommandDraft(state.Commands.Count);
            return;
        }

        state.Hide("a parenthesis stands where none belongs");
        EndPipeline();
        Open(FrameKind.Subshell);
    }

    private void Open(FrameKind kind, bool isUntil = false)
    {
        frames.Add(new Frame(kind, pipelineStart, upstream, pipelineFolder, state.Folder, state.Mark(), function) { IsUntil = isUntil });
        function = null;
        StartPipeline();
    }

    private void Close(FrameKind kind, int floor)
    {
        EndPipeline();
        if (!TopIs(kind, floor))
        {
            state.Hide("a compound command ends that did not begin");
            return;
        }

        var frame = frames[^1];
        frames.RemoveAt(frames.Count - 1);
        (pipelineStart, upstream, pipelineFolder) = (frame.PipelineStart, frame.Upstream, frame.PipelineFolder);
        isPiped = upstream.To > upstream.From;
        last = null;
        if (kind == FrameKind.Subshell)
        {
            state.RollBack(frame.Mark);
            state.Folder = frame.Folder;
        }
        else if (kind != FrameKind.Group && state.Folder != frame.Folder)
        {
            state.Folder = ShellFolder.Unknown; // Entered in one branch, perhaps.
        }

        draft = new ShellCommandDraft(state.Commands.Count);
    }

    /// <summary>Inside a compound command, what is piped into it reaches every command.</summary>
    private void StartPipeline()
    {
        pipelineStart = state.Commands.Count;
        pipelineFolder = state.Folder;
        upstream = frames.Count > 0 ? frames[^1].Upstream : default;
        (isPiped, isAfterOr, isAfterAnd, source, last) = (false, false, false, null, null);
        draft = new ShellCommandDraft(state.Commands.Count);
    }

    private void EndPipeline()
    {
        var wasPiped = isPiped;
        var folder = pipelineFolder;
        EndCommand();
        if (wasPiped)
            state.Folder = folder;
        StartPipeline();
    }

    private void EndCommand()
    {
        var ended = draft;
        draft = new ShellCommandDraft(state.Commands.Count);
        if (ended.Words.Count == 0)
        {
            foreach (var (name, value) in ended.Assignments)
                Assign(name, value);
            // A redirection alone, or one of a compound command, opens its file as the empty command does.
            if (ended.Outputs.Count > 0 || ended.Inputs.Count > 0)
                Emit([new ShellWord(":")], ended, 0);
            return;
        }

        var mark = state.Mark();
        foreach (var (name, value) in ended.Assignments)
            Assign(name, value);
        last = ended.Command = Emit([.. ended.Words], ended, 0);
        if (frames.Count > 0)
            NoteCall(last, beside: isPiped);
        if (ended.Assignments.Count > 0)
            state.RollBack(mark);
        if (frames.Count > 0 && frames[^1] is { Kind: FrameKind.Loop, HasCondition: false } loop)
            (loop.HasCondition, loop.IsEndless) = (true, IsAlways(last, loop.IsUntil));
    }

    /// <summary>while true, while [ 1 ], until false</summary>
    private static bool IsAlways(ShellCommand condition, bool isUntil) =>
        isUntil
            ? condition is { Program: "false", Words.Length: 1 }
            : condition is { Program: "true" or ":", Words.Length: 1 }
                || (
                    condition is { Program: "[" or "test", Words: [_, { IsUnknown: false, Text: var text }, ..] }
                    && condition.Words.Length <= 3
                    && text is not ("]" or "")
                );

    /// <summary>Programs run what some variables hold.</summary>
    private void Assign(string name, List<string>? value)
    {
        state.Set(
            name,
            value,
            isCertain: frames.Count == 0 && state.Depth <= 1 && !isAfterOr && !isAfterAnd && !isPiped && function is null
        );
        if (value is [var code])
            LookIntoVariable(name, code);
    }

    private void LookIntoVariable(string name, string value)
    {
        if (value.Contains(' ') && RunVariables.Contains(name))
            ReadCode(value);
        else if (name == "BASH_ENV" && value.Length > 0)
            state.Hide("BASH_ENV names a script that bash runs first");
        else if (name.StartsWith("BASH_FUNC_", StringComparison.Ordinal))
            ReadCode("f" + value); // () { … }
    }

    /// <summary>Functions may start each other without end, not only themselves.</summary>
    private void NoteCall(ShellCommand command, bool beside)
    {
        if (command.Words[0].IsUnknown || state.Calls.Count > 256)
            return;
        for (var i = frames.Count - 1; i >= Math.Max(0, frames.Count - 16); i--)
            if (frames[i].Function is { } name)
            {
                state.Calls.Add((name, command.Words[0].Text, beside));
                return;
            }
    }

    private void CheckForkBomb()
    {
        if (last is not null)
            NoteCall(last, beside: true);
        if (last is not { Words.Length: 1 } self)
            return;
        for (var i = frames.Count - 1; i >= Math.Max(0, frames.Count - 16); i--)
            if (frames[i].Function == self.Words[0].Text)
                state.IsForkBomb = true;
    }

    private void ReadCommandWord(int floor)
    {
        if (draft.IsEmpty && ReadReserved(floor))
            return;
        if (draft.Words.Count == 0 && ReadAssignment())
            return;
        var start = at;
        ReadWord(draft.Words);
        // 2>&1 and {fd}>file: the digits or the name belong to the redirection.
        if (at < text.Length && text[at] is '<' or '>' && at > start && IsDescriptor(text.AsSpan(start, at - start)))
            draft.Words.RemoveAt(draft.Words.Count - 1);
    }

    private static bool IsDescriptor(ReadOnlySpan<char> word)
    {
        if (word[0] == '{' && word[^1] == '}' && word.Length > 2)
            return NameLength(word[1..^1]) == word.Length - 2;
        foreach (var c in word)
            if (!char.IsAsciiDigit(c))
                return false;
        return true;
    }
}
