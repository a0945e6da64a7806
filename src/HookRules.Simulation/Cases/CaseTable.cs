using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>
/// A table of cases, a line each: <c>EXPECTED => SUBJECT</c>, or <c>EXPECTED => SUBJECT => TEXT THAT IS TOLD OR RUN</c>;
/// <c>⇶</c> means the same. <c>with { NAME = VALUE }</c> sets a pack's parameters for the lines below it, <c>with { }</c> takes the
/// defaults again.
/// </summary>
internal static class CaseTable
{
    private const string Arrow = "=>",
        WideArrow = "⇶",
        Nothing = "nothing";

    public static ImmutableArray<TestCase> Read(SourceText source, ICollection<Diagnostic> problems, CaseMarks? marks = null)
    {
        var cases = ImmutableArray.CreateBuilder<TestCase>();
        var with = CaseParameters.None;
        for (var number = 1; number <= source.LineCount; number++)
        {
            var start = source.StartOf(number);
            var line = source.Line(number).ToString();
            if (line.AsSpan().Trim() is "" or ['#', ..])
                continue;
            var place = new TextSpan(start, line.Length);
            if (IsParameters(line))
                with = Parameters(source, line, start, problems, marks) ?? with;
            else if (Case(source, line, place, with, problems, marks) is { } found)
                cases.Add(found);
        }

        return cases.ToImmutable();
    }

    private static bool IsParameters(string line) =>
        line.StartsWith("with", StringComparison.Ordinal) && (line.Length == 4 || line[4] is ' ' or '{' or '\t');

    private static CaseParameters? Parameters(SourceText source, string line, int start, ICollection<Diagnostic> problems, CaseMarks? marks)
    {
        var (open, close) = (line.IndexOf('{', StringComparison.Ordinal), Close(line));
        var at = source.Locate(new TextSpan(start, line.Length));
        var rest = close < 0 ? "" : line[(close + 1)..].Trim();
        if (open >= 0 && close > open && (rest.Length == 0 || rest[0] == '#'))
        {
            marks?.AddParameters(line[(open + 1)..close], start + open + 1);
            return new CaseParameters(line[(open + 1)..close].Trim(), at);
        }

        problems.Add(
            DiagnosticCatalog.BadCase(
                at,
                "\"with\" is not followed by parameters in braces",
                "write with { NAME = VALUE }, or with { } for the pack's own values"
            )
        );
        return null;
    }

    /// <summary>The brace that ends the parameters: those in texts, and in the comment behind, are others.</summary>
    private static int Close(string line)
    {
        var isQuoted = false;
        for (var i = 0; i < line.Length; i++)
        {
            if (line[i] == '\\' && isQuoted)
                i++;
            else if (line[i] == '"')
                isQuoted = !isQuoted;
            else if (line[i] == '}' && !isQuoted)
                return i;
        }

        return -1;
    }

    private static EventCase? Case(
        SourceText source,
        string line,
        TextSpan place,
        CaseParameters with,
        ICollection<Diagnostic> problems,
        CaseMarks? marks
    )
    {
        var cells = Cells(line);
        if (cells.Count is < 2 or > 3)
        {
            problems.Add(
                DiagnosticCatalog.BadCase(
                    source.Locate(place),
                    cells.Count < 2
                        ? "a case is EXPECTED => EVENT OR COMMAND LINE, and there is no \"=>\""
                        : "\"=>\" stands there more than twice",
                    cells.Count < 2
                        ? "write for example: deny no-force-push => git push -f"
                        : $"where a command holds \"=>\", write {WideArrow} between the cells"
                )
            );
            return null;
        }

        var expected = Expected(
            cells[0].Text,
            source.Locate(Span(place, cells[0])),
            problems,
            (kind, word, at) => marks?.Add(kind, word, new TextSpan(place.Start + cells[0].Start + at, word.Length))
        );
        var at = source.Locate(Span(place, cells[1]));
        if (cells[1].Text.Length == 0)
        {
            problems.Add(
                DiagnosticCatalog.BadCase(source.Locate(place), "the event or command line is missing", "write one behind the arrow")
            );
            return null;
        }

        if (CaseSubject.Read(cells[1].Text, out var problem, out var fix) is not { } payload)
        {
            problems.Add(DiagnosticCatalog.BadCase(at, problem!, fix));
            return null;
        }

        if (expected is null)
            return null;
        if (cells.Count > 2 && cells[2].Text.Length > 0)
            expected = expected with { Texts = [new ExpectedText(TextPlace.Any, TextComparison.Contains, cells[2].Text)] };
        return new EventCase(source.Locate(place), line.Trim(), with, cells[1].Text, payload, expected);
    }

    private static TextSpan Span(TextSpan line, (string Text, int Start) cell) =>
        new(line.Start + cell.Start, Math.Max(1, cell.Text.Length));

    /// <summary>Where the wide arrow stands, a plain one is part of a command.</summary>
    private static List<(string Text, int Start)> Cells(string line)
    {
        var cells = new List<(string, int)>();
        var isWide = line.Contains(WideArrow, StringComparison.Ordinal);
        var arrow = isWide ? WideArrow : Arrow;
        var start = 0;
        for (var from = 0; ; )
        {
            var at = line.IndexOf(arrow, from, StringComparison.Ordinal);
            if (at < 0)
                break;
            from = at + arrow.Length;
            // Within a command it is no arrow of ours: node -e 'x=>x'.
            if (!isWide && !((at == 0 || line[at - 1] is ' ' or '\t') && (from == line.Length || line[from] is ' ' or '\t')))
                continue;
            cells.Add(Cell(start, at));
            start = from;
        }

        cells.Add(Cell(start, line.Length));
        return cells;

        (string, int) Cell(int first, int end)
        {
            var text = line[first..end];
            return (text.Trim(), first + text.Length - text.TrimStart().Length);
        }
    }

    /// <summary>Null where it cannot be read, which is reported.</summary>
    /// <param name="mark">Takes each step and each name, and where in the text it begins.</param>
    public static Expectation? Expected(string text, SourceRef at, ICollection<Diagnostic> problems, Action<CaseMarkKind, string, int> mark)
    {
        if (text == Nothing)
            return new Expectation([], IsWhole: true);
        var steps = ImmutableArray.CreateBuilder<ExpectedStep>();
        var start = 0;
        foreach (var part in text.Split(','))
        {
            var (item, place) = (part.Trim(), start + part.Length - part.TrimStart().Length);
            start += part.Length + 1;
            var words = item.Split(' ', StringSplitOptions.RemoveEmptyEntries);
            if (words is [] || !ExpectedStep.Words.Contains(words[0]))
            {
                var nearest = words is [] ? null : NearestName.Find(words[0], [.. ExpectedStep.Words, Nothing]);
                problems.Add(
                    DiagnosticCatalog.BadCase(
                        at,
                        words is []
                            ? "what is expected is missing"
                            : $"\"{words[0]}\" is nothing that can be expected{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
                        $"write one of {string.Join(", ", ExpectedStep.Words)}, with the name of a rule behind it or not, or {Nothing}"
                    )
                );
                return null;
            }

            if (words.Length > 2)
            {
                problems.Add(
                    DiagnosticCatalog.BadCase(
                        at,
                        $"\"{item}\" is more than a step and a rule",
                        "write a comma between steps: deny a, queue b"
                    )
                );
                return null;
            }

            mark(CaseMarkKind.Step, words[0], place);
            if (words.Length > 1)
                mark(CaseMarkKind.Name, words[1], place + item.LastIndexOf(words[1], StringComparison.Ordinal));
            steps.Add(new ExpectedStep(words[0], words.ElementAtOrDefault(1)));
        }

        return new Expectation(steps.ToImmutable(), IsWhole: true);
    }
}
