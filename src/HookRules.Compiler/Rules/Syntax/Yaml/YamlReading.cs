using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>What reading nodes needs at hand: kinds checked, and texts read with the grammar of the text form.</summary>
internal sealed class YamlReading(SourceText source, ICollection<Diagnostic> problems)
{
    public SourceText Source => source;

    public SourceRef At(YamlNode node) => source.Locate(node.Span);

    public SourceRef At(TextSpan span) => source.Locate(span);

    public void Report(Diagnostic diagnostic) => problems.Add(diagnostic);

    public YamlMap? Map(YamlNode node, string what, string expected) => As<YamlMap>(node, what, expected);

    public YamlList? List(YamlNode node, string what, string expected) => As<YamlList>(node, what, expected);

    public YamlScalar? Scalar(YamlNode node, string what, string expected)
    {
        if (node is not YamlScalar { IsNothing: true })
            return As<YamlScalar>(node, what, expected);
        Report(DiagnosticCatalog.WrongKind(At(node), what, expected, node.Kind));
        return null;
    }

    /// <summary>Reads a value with a parser of the text form; null where it cannot be read, which is reported.</summary>
    public T? Parse<T>(YamlScalar scalar, Parser<T> parser)
        where T : class => Parse(scalar, parser, isLine: false);

    /// <summary>The same for a value that may be long enough for YAML to have cut it at a <c>#</c>.</summary>
    public T? ParseLine<T>(YamlScalar scalar, Parser<T> parser)
        where T : class => Parse(scalar, parser, isLine: true);

    /// <param name="constants">A bare <c>$name</c> is a constant; in the handlers of Claude Code it is a text, which may name a
    /// variable.</param>
    public ValueSyntax Value(YamlNode node, bool constants = true)
    {
        switch (node)
        {
            case YamlScalar { IsPlain: false } text:
                return text.Text;
            case YamlScalar scalar:
                return Core(scalar) is { } json
                    ? new LiteralSyntax(scalar.Span, json)
                    : (constants ? Terminals.ConstantOf(scalar.Span, scalar.Value) : null)
                        ?? ValueGrammar.Bare(scalar.Span, scalar.Value)
                        ?? scalar.Text;
            case YamlList list:
                return new ListSyntax(list.Span, [.. list.Items.Select(item => Value(item, constants))]);
            case YamlMap map:
                return Values(map, constants);
            default:
                return new LiteralSyntax(node.Span, "null");
        }
    }

    public MapSyntax Values(YamlMap map, bool constants = true) =>
        new(
            map.Span,
            [
                .. map.Entries.Select(entry => new MemberSyntax(
                    entry.Key.Span.To(entry.Value.Span),
                    entry.Key.Name,
                    Value(entry.Value, constants)
                )),
            ]
        );

    /// <summary>A text whatever it looks like, or <c>env.NAME</c> or <c>$name</c> where it is bare.</summary>
    public static ValueSyntax TextOrEnv(YamlScalar scalar, bool constants = true) =>
        constants && scalar.IsPlain && Terminals.ConstantOf(scalar.Span, scalar.Value) is { } constant ? constant
        : scalar.IsPlain && ValueGrammar.Bare(scalar.Span, scalar.Value) is EnvSyntax or PayloadSyntax
            ? ValueGrammar.Bare(scalar.Span, scalar.Value)!
        : scalar.Text;

    /// <summary>What the core schema of YAML 1.2 reads as a number, truth value or null and JSON spells otherwise.</summary>
    private static string? Core(YamlScalar scalar) =>
        scalar.Value switch
        {
            "" or "~" or "null" or "Null" or "NULL" => "null",
            "True" or "TRUE" => "true",
            "False" or "FALSE" => "false",
            ['0', 'x', .. var hex] when long.TryParse(hex, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var number) =>
                number.ToString(CultureInfo.InvariantCulture),
            _ => null,
        };

    private T? As<T>(YamlNode node, string what, string expected)
        where T : YamlNode
    {
        if (node is T found)
            return found;
        if (node is not YamlRefused)
            Report(DiagnosticCatalog.WrongKind(At(node), what, expected, node.Kind));
        return null;
    }

    private T? Parse<T>(YamlScalar scalar, Parser<T> parser, bool isLine)
        where T : class
    {
        var state = new ParseState(source, scalar.Value, 0, scalar.Value.Length, problems, scalar.Offsets);
        var result = Terminals.Whole(parser)(state.Start);
        if (result.WasSuccessful)
            return result.Value;
        if (isLine && scalar.IsPlain && IsCut(scalar))
            Report(YamlError.At(source, scalar.Span.Start, "\" #\" starts a comment and cuts it off"));
        else
            state.ReportFailure();
        return null;
    }

    private bool IsCut(YamlScalar scalar)
    {
        var rest = source.Text.AsSpan(scalar.Span.End);
        var end = rest.IndexOf('\n');
        return (end < 0 ? rest : rest[..end]).TrimStart() is ['#', ..] && scalar.Value.AsSpan().Count('"') % 2 != 0;
    }
}
