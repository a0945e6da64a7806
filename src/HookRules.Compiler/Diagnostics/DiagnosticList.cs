using System.Collections.Immutable;

namespace HookRules.Compiler.Diagnostics;

/// <summary>The order in which problems are told.</summary>
public static class DiagnosticList
{
    /// <summary>By file, line and column, each once.</summary>
    public static ImmutableArray<Diagnostic> Sorted(IEnumerable<Diagnostic> diagnostics) =>
    [
        .. diagnostics.Distinct()
            .OrderBy(diagnostic => diagnostic.At.File, StringComparer.Ordinal)
            .ThenBy(diagnostic => diagnostic.At.Line)
            .ThenBy(diagnostic => diagnostic.At.Column)
            .ThenBy(diagnostic => diagnostic.Code, StringComparer.Ordinal),
    ];
}
