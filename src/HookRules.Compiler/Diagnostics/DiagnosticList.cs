using System.Collections.Immutable;

namespace HookRules.Compiler.Diagnostics;

/// <summary>The order in which problems are told.</summary>
public static class DiagnosticList
{
    /// <summary>With the severities that a project gives to codes; without what it switches off.</summary>
    public static IEnumerable<Diagnostic> Levelled(IEnumerable<Diagnostic> diagnostics, IReadOnlyDictionary<string, Severity?> levels)
    {
        foreach (var diagnostic in diagnostics)
        {
            if (!levels.TryGetValue(diagnostic.Code, out var level))
                yield return diagnostic;
            else if (level is { } severity)
                yield return diagnostic with
                {
                    Severity = severity,
                };
        }
    }

    /// <summary>By file, line and column, each once.</summary>
    public static ImmutableArray<Diagnostic> Sorted(IEnumerable<Diagnostic> diagnostics) =>
        [
            .. diagnostics
                .Distinct()
                .OrderBy(diagnostic => diagnostic.At.File, StringComparer.Ordinal)
                .ThenBy(diagnostic => diagnostic.At.Line)
                .ThenBy(diagnostic => diagnostic.At.Column)
                .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
        ];
}
