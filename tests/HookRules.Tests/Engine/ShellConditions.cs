using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;

namespace HookRules.Tests.Engine;

/// <summary>Reads the shell-aware conditions of a table as the text form spells them.</summary>
internal sealed class ShellConditions(string text)
{
    private static readonly FieldPath Command = FieldPath.Parse("command")!;

    private int at;

    public static Condition Parse(string text)
    {
        var reader = new ShellConditions(text);
        var condition = reader.Or();
        reader.Skip();
        return reader.at == text.Length ? condition : throw new FormatException($"'{text[reader.at..]}' is left of '{text}'");
    }

    private Condition Or()
    {
        List<Condition> terms = [And()];
        while (Take("or")) terms.Add(And());
        return terms.Count == 1 ? terms[0] : new Condition.Any([.. terms]);
    }

    private Condition And()
    {
        List<Condition> terms = [Term()];
        while (Take("and")) terms.Add(Term());
        return terms.Count == 1 ? terms[0] : new Condition.All([.. terms]);
    }

    private Condition Term()
    {
        if (Take("not")) return new Condition.Not(Term());
        if (Take("("))
        {
            var inner = Or();
            return Take(")") ? inner : throw new FormatException($"')' is missing in '{text}'");
        }

        if (Take("may"))
        {
            Take("run");
            return Runs() with { OrMay = true };
        }

        if (Take("runs")) return Runs();
        if (Take("opaque")) return new Condition.Opaque(Command);
        if (Take("forkbomb")) return new Condition.ForkBomb(Command);
        if (Take("writes")) return new Condition.Writes(Command, [.. Items().Select(item => Glob.TryParse(item, out _)!)]);
        if (Take("pipes"))
        {
            var from = Items();
            return Take("into") ? new Condition.Pipes(Command, from, Items()) : throw new FormatException($"'into' is missing in '{text}'");
        }

        throw new FormatException($"no condition: '{text[at..]}'");
    }

    private Condition.Runs Runs()
    {
        var command = Item().Split(' ', StringSplitOptions.RemoveEmptyEntries);
        var with = Take("with") ? Items() : [];
        var without = Take("without") ? Items() : [];
        return new Condition.Runs(Command, [.. command], with, without) { Outside = Take("outside") ? Items() : [] };
    }

    private ImmutableArray<string> Items()
    {
        if (!Take("(")) return [Item()];
        var items = ImmutableArray.CreateBuilder<string>();
        while (!Take(")"))
        {
            items.Add(Item());
            Take(",");
        }

        return items.ToImmutable();
    }

    private string Item()
    {
        Skip();
        if (at < text.Length && text[at] == '"')
        {
            var quoted = new StringBuilder();
            for (at++; text[at] != '"'; at++) quoted.Append(text[at] == '\\' ? text[++at] : text[at]);
            at++;
            return quoted.ToString();
        }

        var start = at;
        while (at < text.Length && text[at] is not (' ' or ',' or ')' or '(')) at++;
        return at > start ? text[start..at] : throw new FormatException($"a word is missing in '{text}'");
    }

    private bool Take(string word)
    {
        Skip();
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0) return false;
        var end = at + word.Length;
        if (char.IsAsciiLetter(word[0]) && end < text.Length && char.IsAsciiLetter(text[end])) return false;
        at = end;
        return true;
    }

    private void Skip()
    {
        while (at < text.Length && text[at] == ' ') at++;
    }
}
