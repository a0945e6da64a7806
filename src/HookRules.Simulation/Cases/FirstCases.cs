using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Simulation.Mutants;

namespace HookRules.Simulation.Cases;

/// <summary>A first table for rules that have none: a line for each rule that a line can be about, and what must stay free.</summary>
internal static class FirstCases
{
    private const string Head =
        "# What the rules do: expected => event or command line [=> text that is told or run]. \"hookrules test\" runs these lines;\n"
        + "# \"hookrules explain cases\" says what else may stand here. A rule is done when a line would notice that it is gone.\n";

    private static readonly string[] Free =
    [
        "nothing => git push origin feature",
        "nothing => git commit -m 'never git push -f'",
        "nothing => ls",
    ];

    /// <summary>Null where no line about these rules holds.</summary>
    public static string? For(Compilation compilation)
    {
        var graph = compilation.Graph;
        var lines = graph
            .Rules.Select(rule => Of(rule, graph))
            .OfType<string>()
            .Concat(Free)
            .Distinct()
            .Where(line => Holds(line, graph))
            .ToList();
        if (lines.Count == 0)
            return null;
        var width = Math.Min(36, lines.Max(line => line.IndexOf(" => ", StringComparison.Ordinal)));
        var text = new StringBuilder(Head).Append('\n');
        foreach (var line in lines)
        {
            var at = line.IndexOf(" => ", StringComparison.Ordinal);
            text.Append(line[..at].PadRight(width)).Append(line[at..]).Append('\n');
        }

        return text.ToString();
    }

    /// <summary>A line that holds and that would notice if the rule were gone; null where none is found.</summary>
    public static string? LineFor(Rule rule, RuleGraph graph) => Of(rule, graph) is { } line && Holds(line, graph) ? line : null;

    private static string? Of(Rule rule, RuleGraph graph) =>
        MissingCase
            .Subjects([], rule)
            .Select(subject => (Subject: subject, Payload: PayloadOf(subject)))
            .Where(one => one.Payload is not null && rule.IsOn(one.Payload.Event))
            .Select(one => (one.Subject, Matched: Router.Match(one.Payload!, graph.Rules, CaseJudge.Context), one.Payload!.Event))
            .Where(one => one.Matched is [var only] && only == rule)
            .Select(one => $"{MissingCase.Expected(Outcome.Of(one.Matched, one.Event))} => {one.Subject}")
            .FirstOrDefault();

    private static Payload? PayloadOf(string subject) =>
        CaseSubject.Read(subject, out _, out _) is { } bytes ? Payload.TryParse(bytes, out _) : null;

    private static bool Holds(string line, RuleGraph graph)
    {
        var problems = new List<Diagnostic>();
        return CaseTable.Read(new SourceText("main.cases", line), problems) is [EventCase one]
            && problems.Count == 0
            && CaseJudge.Judge(one, graph).Passed;
    }
}
