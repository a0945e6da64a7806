namespace HookRules.Engine;

/// <summary>A Pike virtual machine: all threads of the expression advance together, one character at a time, so that time is linear in the
/// text.</summary>
internal sealed class RegexProgram
{
    private const int MaxInstructions = 4000;

    // From this length on it pays to remember which threads follow which on a character.
    private const int LongText = 512;

    // Of so many instructions about one is at work at a time.
    private const int TypicalThreads = 8;

    internal enum Op : byte
    {
        Set,
        Split,
        Jump,
        Assert,
        Match,
    }

    internal readonly record struct Instruction(Op Op, int A, int B, CharSet? Set);

    private readonly List<Instruction> code = new(32);
    private readonly bool anchored;
    private readonly CharSet? first;
    private RegexAutomaton? automaton;

    /// <exception cref="RegexProblem">The expression is too large.</exception>
    public RegexProgram(RegexNode node)
    {
        Emit(node);
        Add(new Instruction(Op.Match, 0, 0, null));
        anchored = StartsAtTextStart(node);
        first = anchored ? null : FirstChars();
    }

    public bool IsMatch(ReadOnlySpan<char> text, Budget? budget)
    {
        if (text.Length >= LongText)
            return (automaton ??= new RegexAutomaton(code, anchored)).IsMatch(text, budget);
        budget?.Spend(text.Length * (1 + (code.Count / TypicalThreads)));
        return Simulate(text);
    }

    private bool Simulate(ReadOnlySpan<char> text)
    {
        var size = code.Count;
        Span<int> memory = size <= 256 ? stackalloc int[size * 4] : new int[size * 4];
        var current = new Threads(memory[..size], memory[size..(2 * size)]);
        var next = new Threads(memory[(2 * size)..(3 * size)], memory[(3 * size)..]);
        Span<int> stack = size <= 256 ? stackalloc int[size + 1] : new int[size + 1];
        for (var i = 0; ; i++)
        {
            if (current.Count == 0)
            {
                if (anchored && i > 0)
                    return false;
                if (first is not null)
                {
                    while (i < text.Length && !first.Contains(text[i]))
                        i++;
                    if (i >= text.Length)
                        return false;
                }
            }

            if (!(anchored && i > 0) && Follow(ref current, 0, text, i, stack))
                return true;
            if (i >= text.Length)
                return false;

            var c = text[i];
            next.Clear();
            for (var t = 0; t < current.Count; t++)
            {
                var pc = current[t];
                var instruction = code[pc];
                if (instruction.Op == Op.Set && instruction.Set!.Contains(c) && Follow(ref next, pc + 1, text, i + 1, stack))
                    return true;
            }

            var swap = current;
            current = next;
            next = swap;
        }
    }

    /// <summary>Adds what can be reached from an instruction without a character; true where that is the end of the expression.</summary>
    private bool Follow(ref Threads threads, int start, ReadOnlySpan<char> text, int at, Span<int> stack)
    {
        var depth = 0;
        Push(stack, ref depth, start, ref threads);
        while (depth > 0)
        {
            var pc = stack[--depth];
            var instruction = code[pc];
            switch (instruction.Op)
            {
                case Op.Match:
                    return true;
                case Op.Jump:
                    Push(stack, ref depth, instruction.A, ref threads);
                    break;
                case Op.Split:
                    Push(stack, ref depth, instruction.B, ref threads);
                    Push(stack, ref depth, instruction.A, ref threads);
                    break;
                case Op.Assert when Holds((RegexAssertion)instruction.A, text, at):
                    Push(stack, ref depth, pc + 1, ref threads);
                    break;
            }
        }

        return false;
    }

    // An instruction is pushed once at most, which bounds the stack by the size of the program.
    private static void Push(Span<int> stack, ref int depth, int pc, ref Threads threads)
    {
        if (threads.Add(pc))
            stack[depth++] = pc;
    }

    internal static bool Holds(RegexAssertion assertion, ReadOnlySpan<char> text, int at) =>
        assertion switch
        {
            RegexAssertion.TextStart => at == 0,
            RegexAssertion.TextEnd => at == text.Length,
            RegexAssertion.LineStart => at == 0 || CharSet.LineEnd.Contains(text[at - 1]),
            RegexAssertion.LineEnd => at == text.Length || CharSet.LineEnd.Contains(text[at]),
            RegexAssertion.WordEdge => IsWordEdge(text, at),
            RegexAssertion.NotWordEdge => !IsWordEdge(text, at),
            _ => throw new InvalidOperationException($"unknown assertion {assertion}"),
        };

    private static bool IsWordEdge(ReadOnlySpan<char> text, int at) =>
        (at > 0 && CharSet.Word.Contains(text[at - 1])) != (at < text.Length && CharSet.Word.Contains(text[at]));

    private void Emit(RegexNode node)
    {
        switch (node)
        {
            case RegexNode.Empty:
                break;
            case RegexNode.Set set:
                Add(new Instruction(Op.Set, 0, 0, set.Chars));
                break;
            case RegexNode.Assert assert:
                Add(new Instruction(Op.Assert, (int)assert.Kind, 0, null));
                break;
            case RegexNode.Sequence sequence:
                foreach (var item in sequence.Items)
                    Emit(item);
                break;
            case RegexNode.Choice choice:
                EmitChoice(choice);
                break;
            case RegexNode.Repeat repeat:
                EmitRepeat(repeat);
                break;
            default:
                throw new InvalidOperationException($"unknown node {node.GetType().Name}");
        }
    }

    private void EmitChoice(RegexNode.Choice choice)
    {
        var ends = new List<int>();
        for (var i = 0; i < choice.Options.Length - 1; i++)
        {
            var split = Add(default);
            Emit(choice.Options[i]);
            ends.Add(Add(default));
            code[split] = new Instruction(Op.Split, split + 1, code.Count, null);
        }

        Emit(choice.Options[^1]);
        foreach (var end in ends)
            code[end] = new Instruction(Op.Jump, code.Count, 0, null);
    }

    private void EmitRepeat(RegexNode.Repeat repeat)
    {
        for (var i = 0; i < repeat.Min; i++)
            Emit(repeat.Item);
        if (repeat.Max is not { } max)
        {
            var split = Add(default);
            Emit(repeat.Item);
            Add(new Instruction(Op.Jump, split, 0, null));
            code[split] = new Instruction(Op.Split, split + 1, code.Count, null);
            return;
        }

        var splits = new List<int>();
        for (var i = repeat.Min; i < max; i++)
        {
            splits.Add(Add(default));
            Emit(repeat.Item);
        }

        foreach (var split in splits)
            code[split] = new Instruction(Op.Split, split + 1, code.Count, null);
    }

    private int Add(Instruction instruction)
    {
        if (code.Count >= MaxInstructions)
            throw new RegexProblem(0, "the expression is too large once its counts are written out");
        code.Add(instruction);
        return code.Count - 1;
    }

    private static bool StartsAtTextStart(RegexNode node) =>
        node switch
        {
            RegexNode.Assert { Kind: RegexAssertion.TextStart } => true,
            RegexNode.Sequence sequence => StartsAtTextStart(sequence.Items[0]),
            RegexNode.Choice choice => choice.Options.All(StartsAtTextStart),
            RegexNode.Repeat { Min: > 0 } repeat => StartsAtTextStart(repeat.Item),
            _ => false,
        };

    /// <summary>The characters that a match can begin with; null where it may be empty or begins with an anchor.</summary>
    private CharSet? FirstChars()
    {
        var sets = new List<CharSet>();
        var seen = new bool[code.Count];
        var open = new Stack<int>([0]);
        while (open.TryPop(out var pc))
        {
            if (seen[pc])
                continue;
            seen[pc] = true;
            var instruction = code[pc];
            switch (instruction.Op)
            {
                case Op.Match:
                    return null;
                case Op.Set:
                    sets.Add(instruction.Set!);
                    break;
                case Op.Jump:
                    open.Push(instruction.A);
                    break;
                case Op.Split:
                    open.Push(instruction.A);
                    open.Push(instruction.B);
                    break;
                case Op.Assert:
                    open.Push(pc + 1); // Too many first characters are harmless: an assertion only narrows them.
                    break;
            }
        }

        return CharSet.Union(sets);
    }

    /// <summary>A sparse set: constant time to add, ask and clear.</summary>
    private ref struct Threads(Span<int> dense, Span<int> sparse)
    {
        private readonly Span<int> dense = dense;
        private readonly Span<int> sparse = sparse;

        public int Count { get; private set; }

        public readonly int this[int index] => dense[index];

        public readonly bool Contains(int pc)
        {
            var index = sparse[pc];
            return (uint)index < (uint)Count && dense[index] == pc;
        }

        public bool Add(int pc)
        {
            if (Contains(pc))
                return false;
            sparse[pc] = Count;
            dense[Count++] = pc;
            return true;
        }

        public void Clear() => Count = 0;
    }
}
