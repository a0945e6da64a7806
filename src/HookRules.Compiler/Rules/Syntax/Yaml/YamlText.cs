using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Reads YAML into nodes. Where the text is broken, the item or section around the mistake is left out and the rest
/// read.</summary>
internal sealed class YamlText(SourceText source, ICollection<Diagnostic> problems)
{
    private const int MaxErrors = 50;
    private const int MaxDepth = 64;
    private const int MaxBrackets = 500;

    private readonly List<Diagnostic> told = [];
    private readonly List<TextSpan> lost = [];
    private readonly HashSet<string> anchors = new(StringComparer.Ordinal);
    private string text = source.Text;
    private Parser parser = null!;
    private int reached;

    /// <summary>The items and sections that were left out.</summary>
    public IReadOnlyList<TextSpan> Lost => lost;

    /// <summary>Null for an empty file, and where nothing could be read.</summary>
    public YamlNode? Read()
    {
        if (TooManyBrackets() is { } bracket)
        {
            problems.Add(DiagnosticCatalog.TooDeep(source.Locate(new TextSpan(bracket, 1))));
            return null;
        }

        for (var errors = 0; errors < MaxErrors; errors++)
        {
            // What is told before a mistake is told again when the rest is read.
            told.Clear();
            try
            {
                var root = Document();
                foreach (var diagnostic in told)
                    problems.Add(diagnostic);
                return root;
            }
            catch (YamlException e)
            {
                if (!Fix((int)e.Start.Line, (int)e.Start.Index, e.Message))
                    return null;
            }
            // The scanner is not free of mistakes of its own, and tells nothing but that.
            catch (Exception e) when (e is InvalidOperationException or ArgumentException or IndexOutOfRangeException)
            {
                if (!Fix(source.Locate(new TextSpan(reached, 0)).Line, reached, "a bracket or a quote is not closed"))
                    return null;
            }
        }

        problems.Add(DiagnosticCatalog.TooManyErrors(source.Locate(new TextSpan(0, 0))));
        return null;
    }

    // The scanner's time grows with the square of the open brackets.
    private int? TooManyBrackets()
    {
        var open = 0;
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is '[' or '{')
                open++;
            else if (text[i] is ']' or '}')
                open--;
            else if (text[i] == '\n' && i + 1 < text.Length && !char.IsWhiteSpace(text[i + 1]))
                open = 0;
            if (open > MaxBrackets)
                return i;
        }

        return null;
    }

    private YamlNode? Document()
    {
        anchors.Clear();
        reached = 0;
        parser = new Parser(new StringReader(text));
        parser.Consume<StreamStart>();
        if (parser.TryConsume<StreamEnd>(out _))
            return null;
        parser.Consume<DocumentStart>();
        var root = Node(0);
        parser.Consume<DocumentEnd>();
        if (parser.TryConsume<DocumentStart>(out var second))
            told.Add(
                DiagnosticCatalog.YamlFeatureRefused(
                    source.Locate(Span(second)),
                    "several documents in one file",
                    "move the other rules to a file of their own"
                )
            );
        return root is YamlScalar { IsNothing: true } ? null : root;
    }

    private YamlNode Node(int depth)
    {
        switch (parser.Current ?? Next())
        {
            case Scalar scalar:
                Take();
                return Scalar(scalar);
            case AnchorAlias alias:
                Take();
                if (anchors.Contains(alias.Value.Value))
                    Refuse(alias, "anchors and aliases", "write the value in both places, or use let");
                else
                    told.Add(YamlError.At(source, Span(alias).Start, "a leading * makes it an alias"));
                return new YamlRefused(Span(alias));
            case SequenceStart list:
                return List(list, depth);
            case MappingStart map:
                return Map(map, depth);
            default:
                throw new InvalidOperationException("no YAML node begins here");
        }
    }

    private YamlNode Scalar(Scalar scalar)
    {
        Check(scalar);
        var isTagged =
            !scalar.Tag.IsEmpty
            && !(scalar.Tag.IsNonSpecific && scalar.Tag.Value == "?")
            && source.Text.ElementAtOrDefault(Span(scalar).Start) == '!';
        if (isTagged)
        {
            if (source.Text.AsSpan(Span(scalar).Start).StartsWith("!!"))
                Refuse(scalar, "tags", "remove it: values need no type here");
            else
                told.Add(YamlError.At(source, Span(scalar).Start, "a leading ! makes it a tag"));
            return new YamlRefused(Span(scalar));
        }

        var span = Span(scalar);
        return new YamlScalar(
            span,
            scalar.Value,
            scalar.Style == ScalarStyle.Plain,
            ScalarOffsets.Of(source.Text, span, scalar.Value, scalar.Style)
        );
    }

    private YamlNode List(SequenceStart start, int depth)
    {
        Check(start);
        Take();
        if (depth >= MaxDepth)
            return TooDeep(start);
        var items = ImmutableArray.CreateBuilder<YamlNode>();
        while ((parser.Current ?? Next()) is not SequenceEnd)
            items.Add(Node(depth + 1));
        return new YamlList(Around(start, items.Count > 0 ? items[^1] : null), items.ToImmutable());
    }

    private YamlNode Map(MappingStart start, int depth)
    {
        Check(start);
        Take();
        if (depth >= MaxDepth)
            return TooDeep(start);
        var entries = ImmutableArray.CreateBuilder<YamlEntry>();
        var keys = new HashSet<string>(StringComparer.Ordinal);
        while ((parser.Current ?? Next()) is not MappingEnd)
        {
            var key = Node(depth + 1);
            var before = told.Count;
            var value = Node(depth + 1);
            if (key is not YamlScalar name)
            {
                if (key is not YamlRefused)
                    told.Add(DiagnosticCatalog.WrongKind(source.Locate(key.Span), "a key", "a text", key.Kind));
                continue;
            }

            if (name is { IsPlain: true, Value: "<<" })
            {
                // The alias that is merged is the same mistake.
                told.RemoveRange(before, told.Count - before);
                told.Add(DiagnosticCatalog.YamlFeatureRefused(source.Locate(name.Span), "merge keys", "write the values in both places"));
            }
            else if (!keys.Add(name.Value))
                told.Add(DiagnosticCatalog.DuplicateKey(source.Locate(name.Span), name.Value));
            else
                entries.Add(new YamlEntry(name, value));
        }

        return new YamlMap(Around(start, entries.Count > 0 ? entries[^1].Value : null), entries.ToImmutable());
    }

    /// <summary>Takes the event that ends the collection. Its mark is that of what follows, so the last child tells where a block
    /// ends.</summary>
    private TextSpan Around(ParsingEvent start, YamlNode? last)
    {
        var end = Span(parser.Current!);
        Take();
        var isFlow =
            end.Start > 0
            && end.Start <= source.Text.Length
            && (start is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow });
        if (isFlow)
            return TextSpan.Between(Span(start).Start, Math.Max(Close(last?.Span.End ?? Span(start).Start), last?.Span.End ?? 0));
        return TextSpan.Between(Span(start).Start, last?.Span.End ?? Span(start).End);
    }

    private int Close(int from)
    {
        var close = source.Text.AsSpan(from).IndexOfAny(']', '}');
        return close < 0 ? from : from + close + 1;
    }

    private YamlRefused TooDeep(ParsingEvent start)
    {
        told.Add(DiagnosticCatalog.TooDeep(source.Locate(Span(start))));
        for (var open = 1; open > 0; Take())
        {
            if ((parser.Current ?? Next()) is MappingStart or SequenceStart)
                open++;
            else if (parser.Current is MappingEnd or SequenceEnd)
                open--;
        }

        return new YamlRefused(Span(start));
    }

    private void Check(NodeEvent node)
    {
        if (node.Anchor.IsEmpty)
            return;
        anchors.Add(node.Anchor.Value);
        Refuse(node, "anchors and aliases", "write the value in both places, or use let");
    }

    private void Refuse(ParsingEvent at, string feature, string fix) =>
        told.Add(DiagnosticCatalog.YamlFeatureRefused(source.Locate(FirstWord(Span(at))), feature, fix));

    private TextSpan FirstWord(TextSpan span)
    {
        var end = span.Start;
        while (end < source.Text.Length && !char.IsWhiteSpace(source.Text[end]))
            end++;
        return TextSpan.Between(span.Start, end);
    }

    private ParsingEvent Next() => parser.MoveNext() ? parser.Current! : throw new InvalidOperationException("the YAML ends too early");

    private void Take()
    {
        reached = Math.Clamp((int)parser.Current!.End.Index, 0, source.Text.Length);
        parser.MoveNext();
    }

    private TextSpan Span(ParsingEvent at) =>
        TextSpan.Between(Math.Clamp((int)at.Start.Index, 0, source.Text.Length), Math.Clamp((int)at.End.Index, 0, source.Text.Length));

    /// <summary>Reports a mistake and blanks what holds it, so that the rest can be read; false where that is no way out.</summary>
    private bool Fix(int line, int index, string message)
    {
        var (at, diagnostic) = YamlError.Explain(source, text, line, Math.Clamp(index, 0, source.Text.Length), message);
        problems.Add(diagnostic);
        var (start, end) = Around(at);
        if (text.AsSpan(start..end).IsWhiteSpace())
            return false;
        lost.Add(TextSpan.Between(start, end));
        text = string.Concat(
            text.AsSpan(0, start),
            string.Concat(text[start..end].Select(c => c is '\n' or '\r' ? c : ' ')),
            text.AsSpan(end)
        );
        return true;
    }

    /// <summary>The list item or section that a line belongs to.</summary>
    private (int Start, int End) Around(int line)
    {
        var first = line;
        while (first > 1 && !(IsItem(first, Indentation(line)) || Indentation(first) == 0))
            first--;
        var indentation = Indentation(first);
        var last = Math.Max(first, line) + 1;
        while (source.StartOf(last) > source.StartOf(last - 1) && !(Indentation(last) is { } next && next <= indentation))
            last++;
        var end = source.StartOf(last);
        return (source.StartOf(first), end > source.StartOf(Math.Max(first, line)) ? end : source.Text.Length);
    }

    private bool IsItem(int line, int? within) =>
        Indentation(line) is { } spaces && spaces <= (within ?? int.MaxValue) && Current(line).TrimStart(' ').StartsWith("-");

    // Null for a blank line.
    private int? Indentation(int line) =>
        Current(line) is var content && content.IsWhiteSpace() ? null : content.Length - content.TrimStart(' ').Length;

    // Lines keep their places while parts of the text are blanked.
    private ReadOnlySpan<char> Current(int line) => text.AsSpan(source.StartOf(line), source.Line(line).Length);
}
