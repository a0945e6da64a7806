using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Simulation.Coverage;

/// <summary>Which guards of a project no case reaches, for the hint of lint.</summary>
internal static class GuardReach
{
    /// <summary>The ids of guards that no case makes match; null where the project has no cases, or they cannot be read.</summary>
    public static IReadOnlySet<string>? Unreached(string rulesFile, string projectDir, Compilation compilation)
    {
        var files = CaseFiles.Below(projectDir, CaseFiles.Near).Where(file => CaseFiles.RulesOf(file) == rulesFile).ToList();
        if (files.Count == 0 || compilation.HasErrors)
            return null;
        var rules = RulesUnderTest.Of(rulesFile, rulesFile);
        var problems = new List<Diagnostic>();
        var events = files
            .SelectMany(file => CaseFiles.Read(SourceText.Load(file, file), problems))
            .SelectMany(one => one is EventCase single ? [CaseJudge.Payload(single)] : ((IReachesStages)one).Events)
            .ToList();
        if (problems.Count > 0)
            return null;
        return compilation
            .Graph.Rules.Where(rule => IsGuard(rule) && rules.IsOwn(rule))
            .Where(rule => !events.Exists(payload => Router.Match(payload, [rule], CaseJudge.Context).Length > 0))
            .Select(rule => rule.Id)
            .ToHashSet(StringComparer.Ordinal);
    }

    private static bool IsGuard(Rule rule) =>
        rule.IsClosed || rule.Decisions.Any(step => step.Kind is DecisionKind.Deny or DecisionKind.Ask);
}
