using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Lint;

/// <summary>What the rules of two layers say of each other.</summary>
public static class LayerRules
{
    /// <summary>Rules of the second that stand in the first too, whatever their names: both run.</summary>
    public static IEnumerable<Diagnostic> Repeated(Compilation first, Compilation second)
    {
        var known = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var (file, rule) in Rules(first))
            known.TryAdd(Text(rule), $"{file.Source.Path}:{file.Source.Locate(rule.Span).Line}");
        return from own in Rules(second)
            let other = known.GetValueOrDefault(Text(own.Rule))
            where other is not null
            select DiagnosticCatalog.RuleOfTwoLayers(own.File.Source.Locate(own.Rule.Span), other);
    }

    private static IEnumerable<(RulesFileSyntax File, RuleSyntax Rule)> Rules(Compilation compilation) =>
        from file in compilation.Files
        from rule in file.Statements.OfType<RuleSyntax>()
        select (file, rule);

    private static string Text(RuleSyntax rule) => TextLayout.Line(layout => layout.Statement(rule with { Name = null }));
}
