using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Simulation.Mutants;

/// <summary>A change of the rules that every case lets pass.</summary>
/// <param name="Line">A case that would not; null where none was found, as the two may mean the same.</param>
internal sealed record Survivor(Rule Rule, string What, string? Line);

/// <summary>How many changes were tried, and which no case noticed.</summary>
internal sealed record MutantRun(int Tried, ImmutableArray<Survivor> Survivors)
{
    public int Killed => Tried - Survivors.Length;

    /// <summary>Changes each rule of the tested files a little and judges the cases again. Only cases that pass can notice
    /// anything.</summary>
    /// <param name="noticed">Called after each rule.</param>
    public static MutantRun Of(IEnumerable<CaseSuite> suites, Action? noticed = null)
    {
        var (tried, survivors) = (0, ImmutableArray.CreateBuilder<Survivor>());
        foreach (var suite in suites)
        {
            // Parameters make other rules of the same text: a change is noticed if it is in one of them.
            var benches = suite.Graphs.Select(one => new MutantBench(one.Graph, one.Results)).ToList();
            if (benches.Count == 0)
                continue;
            var known = new HashSet<string>(StringComparer.Ordinal);
            foreach (var rule in benches.SelectMany(bench => bench.Graph.Rules).Where(suite.Rules.IsOwn))
            {
                if (!known.Add(rule.Id))
                    continue;
                var forms = benches
                    .Select(bench => (Bench: bench, Rule: bench.Graph.Rules.FirstOrDefault(one => one.Id == rule.Id)))
                    .Where(form => form.Rule is not null)
                    .Select(form => (form.Bench, Rule: form.Rule!, Mutations: Mutation.Of(form.Rule!).ToList()))
                    .ToList();
                for (var i = 0; i < forms[0].Mutations.Count; i++)
                {
                    tried++;
                    var killed = forms.Exists(form => i < form.Mutations.Count && form.Bench.Notices(form.Rule, form.Mutations[i].Rule));
                    if (killed)
                        continue;
                    var mutation = forms[0].Mutations[i];
                    survivors.Add(new Survivor(rule, mutation.What, MissingCase.Find(forms[0].Bench, forms[0].Rule, mutation)));
                }

                noticed?.Invoke();
            }
        }

        return new MutantRun(tried, survivors.ToImmutable());
    }
}
