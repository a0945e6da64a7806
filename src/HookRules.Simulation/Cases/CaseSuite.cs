using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>All cases about the same rules, and how they ended.</summary>
internal sealed record CaseSuite(RulesUnderTest Rules, ImmutableArray<CaseResult> Results)
{
    /// <summary>The rules as one value of their parameters makes them, with the cases about that.</summary>
    public IEnumerable<(RuleGraph Graph, ImmutableArray<CaseResult> Results)> Graphs =>
        from result in Results
        group result by result.Case.With into with
        select (Rules.Compile(with.Key).Graph, with.ToImmutableArray());

    public static CaseFile Bundled(string name) => new(BundledPacks.Cases(name), RulesUnderTest.Bundled(name));

    /// <summary>Reads and runs the cases of files; what cannot be read is reported.</summary>
    /// <param name="filter">Only cases whose title or place holds this.</param>
    public static ImmutableArray<CaseSuite> Run(IEnumerable<CaseFile> files, string? filter, ICollection<Diagnostic> problems) =>
        [
            .. from file in files.GroupBy(file => file.Rules)
            select new CaseSuite(
                file.Key,
                [
                    .. from one in file.SelectMany(one => Read(one, problems))
                    where filter is null || IsMeant(one, filter)
                    select Judge(one, file.Key),
                ]
            ),
        ];

    private static IEnumerable<TestCase> Read(CaseFile file, ICollection<Diagnostic> problems)
    {
        var cases = CaseFiles.Read(file.Source, problems);
        // Rules that do not compile are told once, however many cases are about them.
        var broken = cases.Select(one => one.With).Distinct().Where(with => file.Rules.Compile(with).HasErrors).ToHashSet();
        foreach (var problem in broken.SelectMany(file.Rules.Problems))
            if (!problems.Contains(problem))
                problems.Add(problem);
        return cases.Where(one => !broken.Contains(one.With));
    }

    private static bool IsMeant(TestCase one, string filter) =>
        one.Title.Contains(filter, StringComparison.OrdinalIgnoreCase)
        || one.At.ToString().Contains(filter, StringComparison.OrdinalIgnoreCase);

    private static CaseResult Judge(TestCase one, RulesUnderTest rules)
    {
        var graph = rules.Compile(one.With).Graph;
        return one switch
        {
            EventCase single => CaseJudge.Judge(single, graph),
            TimelineCase timeline => timeline.Judge(graph),
            _ => throw new InvalidOperationException($"unknown case {one.GetType().Name}"),
        };
    }
}
