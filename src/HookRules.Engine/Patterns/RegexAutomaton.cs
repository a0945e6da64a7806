namespace HookRules.Engine;

/// <summary>The same program as a deterministic automaton whose states are made when a text first needs them: one table look-up a character
/// for long texts.</summary>
/// <remarks>A state is the set of instructions that wait for the next character, before assertions are looked at, and what stood before
/// that character; so an assertion is decided when both its neighbours are known.</remarks>
internal sealed class RegexAutomaton
{
    private const int MaxStates = 2000;

    // Making a state costs this much for each instruction that is looked at.
    private const int StepCost = 10;

    // What stands in the table where no state does.
    private const int Unknown = -1;
    private const int Matched = -2;
    private const int Dead = -3;

    private enum Neighbour : byte
    {
        Edge,
        Word,
        LineEnd,
        Other,
    }

    private sealed record State(int[] Waiting, Neighbour Before)
    {
        public int AtEnd { get; set; } = Unknown;
    }

    private readonly List<RegexProgram.Instruction> code;
    private readonly bool anchored;
    private readonly char[] starts;
    private readonly byte[] ascii = new byte[128];
    private readonly List<State> states = [];
    private readonly Dictionary<string, int> known = new(StringComparer.Ordinal);
    private readonly bool[] marks;
    private readonly List<int> stepped = [];

    // A row for each state, a column for each kind of character: where the row of the next state begins.
    private int[] table = [];

    public RegexAutomaton(List<RegexProgram.Instruction> code, bool anchored)
    {
        (this.code, this.anchored) = (code, anchored);
        starts = Classes();
        for (var c = 0; c < 128; c++)
            ascii[c] = (byte)Search((char)c);
        marks = new bool[code.Count];
    }

    public bool IsMatch(ReadOnlySpan<char> text, Budget? budget)
    {
        budget?.Spend(text.Length);
        if (starts.Length > byte.MaxValue)
            return IsMatchWithout(text, budget);
        var row = Start();
        var (rows, kinds) = (table, ascii);
        foreach (var c in text)
        {
            var kind = c < 128 ? kinds[c] : Search(c);
            var next = rows[row + kind];
            if (next < 0)
            {
                if (next == Unknown)
                {
                    budget?.Spend((long)StepCost * code.Count);
                    // A copy: a variable that is passed by reference would live in memory, which halves the speed of the loop.
                    var from = row;
                    next = Step(ref from, kind);
                    rows = table;
                }

                if (next == Matched)
                    return true;
                if (next == Dead)
                    return false;
            }

            row = next;
        }

        var last = states[row / starts.Length];
        if (last.AtEnd == Unknown)
            last.AtEnd = Close(last, Neighbour.Edge, _ => { }) ? Matched : Dead;
        return last.AtEnd == Matched;
    }

    // An expression with more kinds of characters than a byte can number: states are made and forgotten.
    private bool IsMatchWithout(ReadOnlySpan<char> text, Budget? budget)
    {
        var state = new State([0], Neighbour.Edge);
        foreach (var c in text)
        {
            budget?.Spend(StepCost * state.Waiting.Length);
            var waiting = new SortedSet<int>();
            if (
                Close(
                    state,
                    KindOf(c),
                    pc =>
                    {
                        if (code[pc].Set!.Contains(c))
                            waiting.Add(pc + 1);
                    }
                )
            )
                return true;
            if (!anchored)
                waiting.Add(0);
            state = new State([.. waiting], KindOf(c));
        }

        return Close(state, Neighbour.Edge, _ => { });
    }

    private int Start()
    {
        if (states.Count == 0)
            Add([0], Neighbour.Edge);
        return 0;
    }

    private int Step(ref int row, int kind)
    {
        var from = states[row / starts.Length];
        var c = starts[kind];
        stepped.Clear();
        int next;
        if (
            Close(
                from,
                KindOf(c),
                pc =>
                {
                    if (code[pc].Set!.Contains(c))
                        stepped.Add(pc + 1);
                }
            )
        )
        {
            next = Matched;
        }
        else
        {
            if (!anchored)
                stepped.Add(0);
            stepped.Sort();
            var waiting = stepped.Distinct().ToArray();
            next = waiting.Length == 0 ? Dead : Find(ref row, waiting, KindOf(c));
        }

        table[row + kind] = next;
        return next;
    }

    private int Find(ref int row, int[] waiting, Neighbour before)
    {
        var key = string.Create(
            waiting.Length + 1,
            (waiting, before),
            static (text, value) =>
            {
                for (var i = 0; i < value.waiting.Length; i++)
                    text[i] = (char)value.waiting[i];
                text[^1] = (char)value.before;
            }
        );
        if (known.TryGetValue(key, out var found))
            return found;
        if (states.Count >= MaxStates)
        {
            // Forget all but where we are: time stays linear, memory bounded.
            var here = states[row / starts.Length];
            states.Clear();
            known.Clear();
            Add([0], Neighbour.Edge);
            row = Add(here.Waiting, here.Before);
        }

        return known[key] = Add(waiting, before);
    }

    private int Add(int[] waiting, Neighbour before)
    {
        var row = states.Count * starts.Length;
        states.Add(new State(waiting, before));
        if (row == table.Length)
            Array.Resize(ref table, Math.Max(row * 2, 8 * starts.Length));
        table.AsSpan(row, starts.Length).Fill(Unknown);
        return row;
    }

    /// <summary>Follows what needs no character between two neighbours; true where the end of the expression is reached.</summary>
    private bool Close(State state, Neighbour after, Action<int> waits)
    {
        Array.Clear(marks);
        var open = new Stack<int>(state.Waiting);
        while (open.TryPop(out var pc))
        {
            if (marks[pc])
                continue;
            marks[pc] = true;
            var instruction = code[pc];
            switch (instruction.Op)
            {
                case RegexProgram.Op.Match:
                    return true;
                case RegexProgram.Op.Set:
                    waits(pc);
                    break;
                case RegexProgram.Op.Jump:
                    open.Push(instruction.A);
                    break;
                case RegexProgram.Op.Split:
                    open.Push(instruction.A);
                    open.Push(instruction.B);
                    break;
                case RegexProgram.Op.Assert when Holds((RegexAssertion)instruction.A, state.Before, after):
                    open.Push(pc + 1);
                    break;
            }
        }

        return false;
    }

    private static bool Holds(RegexAssertion assertion, Neighbour before, Neighbour after) =>
        assertion switch
        {
            RegexAssertion.TextStart => before == Neighbour.Edge,
            RegexAssertion.TextEnd => after == Neighbour.Edge,
            RegexAssertion.LineStart => before is Neighbour.Edge or Neighbour.LineEnd,
            RegexAssertion.LineEnd => after is Neighbour.Edge or Neighbour.LineEnd,
            RegexAssertion.WordEdge => (before == Neighbour.Word) != (after == Neighbour.Word),
            RegexAssertion.NotWordEdge => (before == Neighbour.Word) == (after == Neighbour.Word),
            _ => throw new InvalidOperationException($"unknown assertion {assertion}"),
        };

    private static Neighbour KindOf(char c) =>
        CharSet.Word.Contains(c) ? Neighbour.Word
        : CharSet.LineEnd.Contains(c) ? Neighbour.LineEnd
        : Neighbour.Other;

    /// <summary>The first character of each run of characters that no instruction tells apart.</summary>
    private char[] Classes()
    {
        var edges = new SortedSet<char> { '\0' };
        foreach (
            var set in code.Where(instruction => instruction.Set is not null)
                .Select(instruction => instruction.Set!)
                .Append(CharSet.Word)
                .Append(CharSet.LineEnd)
                .Distinct()
        )
        {
            foreach (var (from, to) in set.Ranges)
            {
                edges.Add(from);
                if (to < char.MaxValue)
                    edges.Add((char)(to + 1));
            }
        }

        return [.. edges];
    }

    private int Search(char c)
    {
        var index = starts.AsSpan().BinarySearch(c);
        return index >= 0 ? index : ~index - 1;
    }
}
