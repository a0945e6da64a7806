using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Packs;

/// <summary>A <c>use</c> to put into a rules file, which keeps everything else that it says.</summary>
/// <param name="Parameters">Names, and values as they are written.</param>
internal sealed record UseStatement(PackReference Reference, ImmutableArray<KeyValuePair<string, string>> Parameters, string? Alias)
{
    /// <summary>A parameter as the user gave it on a command line, as the language writes a value of its type.</summary>
    public static string Value(string text, string? type) =>
        type switch
        {
            // Anything else is quoted, so that it is told which type was expected.
            "int" when int.TryParse(text, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _) => text,
            "bool" when text is "true" or "false" => text,
            "duration" when Durations.Parse(text) is not null => text,
            "list" when text.StartsWith('[') && text.EndsWith(']') => text,
            "list" => $"[{string.Join(", ", Items(text).Select(TextLayout.Quote))}]",
            _ => TextLayout.Quote(text),
        };

    /// <summary>The file with this statement behind the last of its kind, else at the top; one in the canonical layout stays in
    /// it.</summary>
    public string InsertInto(SourceText source)
    {
        var text = source.IsYaml ? IntoYaml(source) : IntoText(source);
        if (Formatter.Format(source) != source.Text)
            return text;
        // It is in front of the eyes now: as fmt would write it.
        return Formatter.Format(new SourceText(source.Path, text)) ?? text;
    }

    /// <summary>The file without these uses and the comments right above them; everything else stays as it is.</summary>
    public static string Without(SourceText source, IReadOnlyCollection<UseSyntax> uses)
    {
        var text = source.Text;
        foreach (var use in uses.OrderByDescending(use => use.Span.Start))
            text = source.IsYaml ? WithoutItem(source, text, use) : WithoutLines(source, text, use);
        return text;
    }

    private static string WithoutLines(SourceText source, string text, UseSyntax use)
    {
        var first = source.Locate(use.Span).Line;
        while (first > 1 && source.Line(first - 1).StartsWith("#") && (first > 2 || source.Line(first - 1).Length == 0))
            first--;
        var start = source.StartOf(first);
        var end = text.IndexOf('\n', Math.Max(use.Span.Start, use.Span.End - 1));
        return text.Remove(start, (end < 0 ? text.Length : end + 1) - start);
    }

    private static string WithoutItem(SourceText source, string text, UseSyntax use)
    {
        if (new YamlText(source, []).Read() is not YamlMap root || root.Find("use") is not { } entry)
            return text;
        // The last one takes the key with it.
        if (entry.Value is not YamlList { Items.Length: > 1 } list)
            return RemoveLines(source, text, entry.Key.Span.To(entry.Value.Span));
        var item = list.Items.First(one => one.Span.Start <= use.Reference.Span.Start && one.Span.End >= use.Reference.Span.End);
        if (source.Text[list.Span.Start] != '[')
            return RemoveLines(source, text, item.Span);
        var at = list.Items.IndexOf(item);
        return at > 0
            ? text.Remove(list.Items[at - 1].Span.End, item.Span.End - list.Items[at - 1].Span.End)
            : text.Remove(item.Span.Start, list.Items[1].Span.Start - item.Span.Start);
    }

    private static string RemoveLines(SourceText source, string text, TextSpan span)
    {
        var start = source.StartOf(source.Locate(span).Line);
        var end = LineEnd(source, span.End);
        return text.Remove(start, (end < 0 ? text.Length : end + 1) - start);
    }

    public override string ToString()
    {
        var name =
            Reference is PackReference.Local
            || Reference.Text.Any(c => !char.IsAsciiLetterOrDigit(c) && !"-_./:+#@%=~".Contains(c, StringComparison.Ordinal))
                ? TextLayout.Quote(Reference.Text)
                : Reference.Text;
        var parameters = string.Join(", ", Parameters.Select(parameter => $"{parameter.Key} = {parameter.Value}"));
        var with = Parameters.IsEmpty ? "" : $" with {{ {parameters} }}";
        return $"use {name}{with}{(Alias is null ? "" : $" as {Alias}")}";
    }

    private static string[] Items(string text) => text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private string IntoText(SourceText source)
    {
        var newLine = source.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var statements = RulesReader.Read(source, []).Statements;
        var last =
            statements.LastOrDefault(statement => statement is UseSyntax)
            ?? statements.FirstOrDefault(statement => statement is PackSyntax);
        if (last is not null)
        {
            // Behind a comment on the same line.
            var end = source.Text.IndexOf('\n', Math.Max(last.Span.Start, last.Span.End - 1));
            return end < 0 ? $"{source.Text}{newLine}{this}{newLine}" : source.Text.Insert(end + 1, this + newLine);
        }

        var at = BehindHeader(source);
        var before = source.Text[..at];
        var gap =
            before.Length > 0 && !before.EndsWith("\n\n", StringComparison.Ordinal) && !before.EndsWith("\n\r\n", StringComparison.Ordinal)
                ? before.EndsWith('\n')
                    ? newLine
                    : newLine + newLine
                : "";
        var rest = source.Text[at..];
        return $"{before}{gap}{this}{newLine}{(rest.Length > 0 && rest[0] is not ('\n' or '\r') ? newLine : "")}{rest}";
    }

    // A comment at the top that an empty line ends is about the file; one that stands right above a statement is about that.
    private static int BehindHeader(SourceText source)
    {
        var line = 1;
        while (line <= source.LineCount && source.Line(line).StartsWith("#"))
            line++;
        if (line > source.LineCount)
            return source.Text.Length;
        if (line == 1 || !source.Line(line).Trim().IsEmpty)
            return 0;
        return line == source.LineCount ? source.Text.Length : source.StartOf(line + 1);
    }

    private string IntoYaml(SourceText source)
    {
        var newLine = source.Text.Contains("\r\n", StringComparison.Ordinal) ? "\r\n" : "\n";
        var root = new YamlText(source, []).Read() as YamlMap;
        switch (root?.Find("use"))
        {
            case null:
                return WithKey(source, root, newLine);
            case { Value: YamlList { Items: [.., var last] } list } when source.Text[list.Span.Start] != '[':
                var start = source.StartOf(source.Locate(last.Span).Line);
                var dash = source.Text.IndexOf('-', start);
                var end = LineEnd(source, last.Span.End);
                return end < 0
                    ? $"{source.Text}{newLine}{source.Text[start..dash]}- {Item}{newLine}"
                    : source.Text.Insert(end + 1, $"{source.Text[start..dash]}- {Item}{newLine}");
            case { Value: YamlList { Items: [.., var last] } }:
                return source.Text.Insert(last.Span.End, $", {Item}");
            case { Value: YamlList list }:
                return source.Text.Remove(list.Span.Start, list.Span.Length).Insert(list.Span.Start, $"[{Item}]");
            case { Value: YamlScalar { IsNothing: true } } empty:
                return source.Text.Insert(source.Text.IndexOf(':', empty.Key.Span.End) + 1, $" [{Item}]");
            case { Value: YamlMap map } when source.Text[map.Span.Start] != '{':
                return AfterMapping(source, map, newLine);
            case { Value: var one }:
                return source.Text.Insert(one.Span.End, $", {Item}]").Insert(one.Span.Start, "[");
        }
    }

    // A mapping below the key becomes the first item of a list by a dash in front of it.
    private string AfterMapping(SourceText source, YamlMap map, string newLine)
    {
        var (first, last) = (
            source.Locate(map.Entries[0].Key.Span).Line,
            source.Locate(new TextSpan(Math.Max(map.Span.Start, map.Entries[^1].Value.Span.End - 1), 0)).Line
        );
        var indentation = source.Text[source.StartOf(first)..map.Entries[0].Key.Span.Start];
        var lines = Enumerable
            .Range(1, source.LineCount)
            .Select(line =>
            {
                var text = source.Line(line).ToString();
                return line == first ? $"{indentation}- {text[indentation.Length..]}"
                    : line > first && line <= last && text.Length > 0 ? $"  {text}"
                    : text;
            })
            .ToList();
        lines.Insert(last, $"{indentation}- {Item}");
        return string.Join(newLine, lines);
    }

    private string WithKey(SourceText source, YamlMap? root, string newLine)
    {
        var line = $"use: [{Item}]{newLine}";
        var behind = root?.Find("version") ?? root?.Find("pack");
        if (behind is not null)
        {
            var end = LineEnd(source, Math.Max(behind.Value.Span.End, behind.Key.Span.End));
            return end < 0 ? $"{source.Text}{newLine}{line}" : source.Text.Insert(end + 1, line);
        }

        return source.Text.Insert(
            root is { Entries: [var first, ..] } ? source.StartOf(source.Locate(first.Key.Span).Line) : source.Text.Length,
            line
        );
    }

    // A node that ends with its line may end behind it.
    private static int LineEnd(SourceText source, int end) =>
        source.Text.IndexOf('\n', Math.Max(0, end > 0 && source.Text[end - 1] == '\n' ? end - 1 : end));

    private string Item
    {
        get
        {
            var name = YamlScalars.Text(Reference.Text);
            if (Parameters.IsEmpty && Alias is null)
                return name;
            var with = Parameters.IsEmpty
                ? ""
                : $", with: {{ {string.Join(", ", Parameters.Select(parameter => $"{parameter.Key}: {parameter.Value}"))} }}";
            return $"{{ pack: {name}{with}{(Alias is null ? "" : $", as: {Alias}")} }}";
        }
    }
}
