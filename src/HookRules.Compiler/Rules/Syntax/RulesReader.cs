using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>A rules file as it was read, with what was wrong with it.</summary>
/// <param name="Parts">The statements of the text form; none of YAML.</param>
internal sealed record RulesReading(RulesFileSyntax File, ImmutableArray<Diagnostic> Problems, ImmutableArray<ReadStatement> Parts);

/// <summary>Reads a rules file of either form.</summary>
internal static class RulesReader
{
    public static RulesFileSyntax Read(SourceText source, ICollection<Diagnostic> problems) => Read(source, problems, null).File;

    /// <summary>Reads the next state of a file: of the text form, what stands before the change is not read again.</summary>
    public static RulesReading Read(SourceText source, RulesReading? before)
    {
        var problems = new List<Diagnostic>();
        var (file, parts) = Read(source, problems, before);
        return new RulesReading(file, [.. problems], parts);
    }

    private static (RulesFileSyntax File, ImmutableArray<ReadStatement> Parts) Read(
        SourceText source,
        ICollection<Diagnostic> problems,
        RulesReading? before
    )
    {
        if (!source.IsText)
        {
            var at = source.Text.AsSpan().IndexOfAny('\uFFFD', '\0');
            problems.Add(DiagnosticCatalog.NotText(source.Locate(new TextSpan(at, 1)), isNul: source.Text[at] == '\0'));
            return (new RulesFileSyntax(source, []), []);
        }

        if (MergeConflict.Lines(source.Text) is { Count: > 0 } conflicts)
        {
            var line = conflicts[0].First;
            problems.Add(
                DiagnosticCatalog.RulesConflict(
                    source.Locate(new TextSpan(source.StartOf(line), MergeConflict.Mark.Length)),
                    conflicts.Select(lines => string.Create(CultureInfo.InvariantCulture, $"lines {lines.First} to {lines.Last}"))
                )
            );
            return (new RulesFileSyntax(source, []), []);
        }

        if (source.IsYaml)
            return (RulesYaml.Read(source, problems), []);
        var parts = RulesText.Read(source, before);
        foreach (var part in parts)
        foreach (var problem in part.Problems)
            problems.Add(problem);
        return (new RulesFileSyntax(source, [.. parts.SelectMany(part => part.Statements)]), parts);
    }
}
