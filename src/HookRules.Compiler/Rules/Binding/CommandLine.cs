using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>
/// Splits the text of <c>run</c> into arguments once, when compiling: quotes and backslashes as in a shell, and nothing else.
/// A placeholder is filled in later and so always stays inside its argument.
/// </summary>
internal sealed class CommandLine(BindContext context, StringSyntax source)
{
    private static readonly string[] Operators = ["&&", "||", "|", ";", "&", ">", ">>", "<", "<<", "2>", "2>&1", "&>", "1>&2", ">&2"];

    private readonly string text = source.Text;
    private readonly StringBuilder argument = new();
    private readonly List<int> places = [];
    private readonly ImmutableArray<TextValue>.Builder arguments = ImmutableArray.CreateBuilder<TextValue>();
    private readonly List<Diagnostic> expansions = [];

    /// <summary>Null where the text cannot be run, which is reported.</summary>
    public ImmutableArray<TextValue>? Split(TextBinder texts)
    {
        var i = 0;
        while (true)
        {
            while (i < text.Length && char.IsWhiteSpace(text[i]))
                i++;
            if (i >= text.Length)
                break;
            var start = i;
            i = Argument(i);
            if (i < 0)
                return null;
            // One is enough to say that this wants a shell.
            if (IsOperator(text[start..i]))
                return Refuse(start, i);
            arguments.Add(new TextValue.Text(texts.Template(argument.ToString(), Place, source.IsConstant)));
        }

        foreach (var expansion in expansions)
            context.Report(expansion);
        return arguments.ToImmutable();
    }

    private ImmutableArray<TextValue>? Refuse(int start, int end)
    {
        context.Report(DiagnosticCatalog.ShellSyntaxInRun(context.At(source.Part(start, end - start)), text[start..end]));
        return null;
    }

    private TextSpan Place(int start, int length) =>
        length == 0
            ? source.Part(places.ElementAtOrDefault(start), 0)
            : source.Part(places[start], places[start + length - 1] + 1 - places[start]);

    private int Argument(int i)
    {
        argument.Clear();
        places.Clear();
        var quote = '\0';
        var open = 0;
        for (; i < text.Length; i++)
        {
            var c = text[i];
            if (quote == '\0' && char.IsWhiteSpace(c))
                break;
            if (c == quote)
            {
                quote = '\0';
            }
            else if (quote == '\0' && c is '"' or '\'')
            {
                (quote, open) = (c, i);
            }
            else if (c == '\\' && quote != '\'' && i + 1 < text.Length && (quote == '\0' || text[i + 1] is '"' or '\\'))
            {
                Take(++i);
            }
            else
            {
                if (quote != '\'' && IsExpansion(i, quote != '\0'))
                    expansions.Add(DiagnosticCatalog.ShellExpansionInRun(context.At(source.Part(i, 1)), Word(i)));
                Take(i);
            }
        }

        if (quote == '\0')
            return i;
        context.Report(DiagnosticCatalog.UnclosedQuoteInRun(context.At(source.Part(open, 1)), quote));
        return -1;
    }

    private void Take(int at)
    {
        argument.Append(text[at]);
        places.Add(at);
    }

    /// <summary>What a shell would replace: <c>$NAME</c>, <c>$(…)</c>, backquotes, a <c>*</c>, a leading <c>~/</c>.</summary>
    private bool IsExpansion(int i, bool quoted)
    {
        var next = i + 1 < text.Length ? text[i + 1] : '\0';
        return text[i] switch
        {
            '$' => char.IsAsciiLetter(next) || next is '_' or '(' or '{',
            '`' => true,
            '*' => !quoted,
            '~' => !quoted && next is '/' or '\0' && argument.Length == 0,
            _ => false,
        };
    }

    // Other uses of these signs, as in a URL with &, are what the author meant.
    private static bool IsOperator(string word) =>
        Operators.Contains(word) || word.EndsWith(';') || (word.Length > 1 && word.TrimStart('1', '2').StartsWith('>'));

    private string Word(int i)
    {
        var end = i + 1;
        while (end < text.Length && (char.IsAsciiLetterOrDigit(text[end]) || text[end] == '_'))
            end++;
        return text[i..end];
    }
}
