using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>
/// One statement while it is read: a window into a text, and what went wrong furthest to the right.
/// Sprache's <c>Many</c> and <c>Optional</c> hide where a parse failed, so every terminal notes here what it wanted and where.
/// </summary>
/// <param name="offsets">Where each character of the text stands in the source, and its end; by default the text is the source's
/// own.</param>
internal sealed class ParseState(
    SourceText source,
    string text,
    int start,
    int end,
    ICollection<Diagnostic> problems,
    ImmutableArray<int> offsets = default
)
{
    private const int MaxDepth = 64;

    private readonly List<string> expected = [];
    private int furthest = -1;
    private Diagnostic? reason;
    private int depth;
    private bool hasReported;

    public string Text => text;

    public int End => end;

    public Cursor At(int position) => new(this, position);

    public Cursor Start => At(start);

    public TextSpan Span(int from, int to) => offsets.IsDefault ? TextSpan.Between(from, to) : TextSpan.Between(offsets[from], offsets[to]);

    public SourceRef Locate(int from, int to) => source.Locate(Span(from, to));

    public SourceRef Locate(TextSpan span) => source.Locate(span);

    public StringSyntax String(int from, int to, string value, int valueStart, int[]? places) =>
        new(
            Span(from, to),
            value,
            Span(valueStart, valueStart).Start,
            places is not null ? [.. places.Select(place => Span(place, place).Start)]
                : offsets.IsDefault ? default
                : offsets[valueStart..(valueStart + value.Length + 1)]
        );

    /// <summary>A terminal did not find what it wanted.</summary>
    public void Expected(int at, string what)
    {
        if (at < furthest)
            return;
        if (at > furthest)
            Forget(at);
        if (!expected.Contains(what))
            expected.Add(what);
    }

    /// <summary>A terminal found something whose mistake it can name better than by what it wanted.</summary>
    public void Wrong(int at, Diagnostic diagnostic)
    {
        if (at < furthest)
            return;
        if (at > furthest)
            Forget(at);
        reason ??= diagnostic;
    }

    /// <summary>A mistake that reading can go on after. Reading again after a step back may report it twice: the sorted list has it
    /// once.</summary>
    public void Report(Diagnostic diagnostic)
    {
        hasReported = true;
        problems.Add(diagnostic);
    }

    /// <summary>Reports why the statement could not be read, unless a mistake in it is reported already: it costs one diagnostic.</summary>
    public void ReportFailure()
    {
        if (!hasReported)
            Report(Failure());
    }

    private Diagnostic Failure()
    {
        var at = Math.Max(furthest, start);
        expected.Sort(StringComparer.Ordinal);
        if (UnclosedString(at) is { } open)
            return DiagnosticCatalog.UnclosedString(Locate(open, Math.Min(end, Words.EndOfLine(text, open, end))));
        if (reason is not null)
            return reason;
        if (at >= end)
            return DiagnosticCatalog.Unexpected(
                Locate(Math.Max(start, LastVisible() - 1), LastVisible()),
                "the end of the statement",
                expected
            );
        var to = at + 1;
        while (to < end && !char.IsWhiteSpace(text[to]) && text[to] is not (',' or '"' or ')' or ']' or '}'))
            to++;
        if (text[at] == '"' && text.IndexOf('"', at + 1, end - at - 1) is var quote and > 0 && quote < Words.EndOfLine(text, at, end))
            to = quote + 1;
        var found = text[at..to];
        return
            found is "'" or ['\'', ..] or ['“', ..] or ['‘', ..]
            && expected.Any(what => what.Contains("double quotes", StringComparison.Ordinal))
            ? DiagnosticCatalog.WrongQuotes(Locate(at, to), found)
            : DiagnosticCatalog.Unexpected(Locate(at, to), found[0] == '"' ? found : $"\"{found}\"", expected);
    }

    /// <summary>Reads something that may hold itself, but not without end.</summary>
    public IResult<T> Nested<T>(Parser<T> parser, int position)
    {
        if (depth >= MaxDepth)
        {
            Wrong(End, DiagnosticCatalog.TooDeep(Locate(position, Math.Min(position + 1, End))));
            return Result.Failure<T>(At(position), "nested too deeply", []);
        }

        depth++;
        try
        {
            return parser(At(position));
        }
        finally
        {
            depth--;
        }
    }

    /// <summary>Where a string starts that was meant to end before it did: the next quote closed it, and a word followed at once.</summary>
    private int? UnclosedString(int at)
    {
        if (at <= start || at >= end || text[at - 1] != '"' || !(char.IsLetterOrDigit(text[at]) || text[at] is '/' or '.'))
            return null;
        var line = text.LastIndexOf('\n', at - 1) + 1;
        int? open = null;
        for (var i = Math.Max(line, start); i < at - 1; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                open = open is null ? i : null;
        }

        return open;
    }

    private void Forget(int at)
    {
        furthest = at;
        expected.Clear();
        reason = null;
    }

    // The end of a statement is best shown at its last word, not below it.
    private int LastVisible()
    {
        var at = end;
        while (at > start + 1 && char.IsWhiteSpace(text[at - 1]))
            at--;
        return at;
    }
}

/// <summary>A position in a <see cref="ParseState"/>: Sprache's input, without copies of the text and without counting lines.</summary>
internal sealed class Cursor(ParseState state, int position) : IInput
{
    private Dictionary<object, object>? memos;

    public ParseState State => state;

    public int Position => position;

    public string Source => state.Text;

    public char Current => state.Text[position];

    public bool AtEnd => position >= state.End;

    // Lines are looked up once, when a span becomes a SourceRef.
    public int Line => 1;

    public int Column => position + 1;

    public IDictionary<object, object> Memos => memos ??= [];

    public IInput Advance() => AtEnd ? throw new InvalidOperationException("the input is at its end") : state.At(position + 1);

    public bool Equals(IInput? other) => other is Cursor cursor && cursor.Position == position && ReferenceEquals(cursor.State, state);

    public override bool Equals(object? obj) => obj is IInput other && Equals(other);

    public override int GetHashCode() => position;
}
