using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>The text form, from the text to the plan.</summary>
internal sealed class RulesTarget : TextTarget
{
    public override string Name => "rules";

    public override string Promise =>
        "compiling never throws, every diagnostic lies inside the file, a file without errors gives a plan that reads back the "
        + "same, reading from where a text changed reads the same as reading it all, time is linear";

    public override TimeBound Time => RulesCheck.Time;

    public override string Make(Choices choices)
    {
        var text = choices.Next(8) switch
        {
            0 => RulesInput.File(choices),
            1 or 2 => RulesInput.Sound(choices),
            3 or 4 or 5 => Mutation.Of(
                choices.OneIn(2) ? RulesInput.Sound(choices) : choices.Pick(Corpus.Rules),
                choices,
                RulesInput.Words
            ),
            6 => RulesInput.Soup(choices),
            _ => $"on before mcp__s__* where {RulesInput.Condition(choices)} -> deny \"no\"\n",
        };
        if (choices.OneIn(1500) && text.Length > 0)
            text = Mutation.Pumped(text, choices);
        return Mutation.Utf8(text);
    }

    public override Verdict Check(string text)
    {
        var verdict = RulesCheck.Of("main.hookrules", text);
        // Somewhere a character more, a character less, or the end.
        var number = text.Aggregate(0u, (sum, c) => sum * 31 + c);
        var at = text.Length == 0 ? 0 : (int)(number / 3 % text.Length);
        var before = (number % 3) switch
        {
            0 => text[..at],
            1 => text.Remove(at, Math.Min(1, text.Length - at)),
            _ => text.Insert(at, "\n"),
        };
        if (WholeReading.Difference("main.hookrules", before, text) is { } found)
            throw new BrokenException(found);
        return verdict;
    }
}

/// <summary>What holds for every rules file, in either form.</summary>
internal static class RulesCheck
{
    public static readonly TimeBound Time = new(TimeSpan.FromMilliseconds(50), 10_000);

    public static Verdict Of(string path, string text)
    {
        var source = new SourceText(path, text);
        var compilation = Compilation.Create(source);
        var lines = compilation.Sources.ToDictionary(file => file.Path, file => file.Text.Split('\n'));
        foreach (var diagnostic in compilation.Diagnostics)
        {
            var at = diagnostic.At;
            BrokenException.Unless(lines.TryGetValue(at.File, out var inFile), $"a diagnostic of another file: {diagnostic}");
            BrokenException.Unless(
                IsInside(at.Line, at.Column, inFile!) && IsInside(at.EndLine, at.EndColumn, inFile!),
                $"a diagnostic outside of the file: {diagnostic}"
            );
            BrokenException.Unless(
                (at.Line, at.Column).CompareTo((at.EndLine, at.EndColumn)) <= 0,
                $"a diagnostic that ends before it starts: {diagnostic}"
            );
            BrokenException.Unless(
                diagnostic.Message.Length is > 0 and < 4000 || text.Length > 1000,
                $"a message of {diagnostic.Message.Length} characters: {diagnostic.Message[..Math.Min(200, diagnostic.Message.Length)]}"
            );
        }

        if (compilation.HasErrors)
            return Verdict.Rejected;

        var (plan, hash) = RuleGraphJson.Write(compilation.Graph, "1");
        var read = RuleGraphJson.Read(plan);
        BrokenException.Unless(read.Hash == hash, "the plan has another hash once read");
        BrokenException.Unless(
            RuleGraphJson.Write(read.Graph, "1").Text.AsSpan().SequenceEqual(plan),
            "the plan is another one once read and written again"
        );
        SettingsEmitter.Emit(compilation.Graph, hash, new EmitOptions());
        return Verdict.Accepted;
    }

    private static bool IsInside(int line, int column, string[] lines) =>
        line >= 1 && line <= lines.Length && column >= 1 && column <= lines[line - 1].Length + 1;
}
