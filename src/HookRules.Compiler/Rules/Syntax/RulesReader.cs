using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Reads a rules file of either form.</summary>
internal static class RulesReader
{
    public static RulesFileSyntax Read(SourceText source, ICollection<Diagnostic> problems)
    {
        if (!source.IsText)
        {
            var at = source.Text.AsSpan().IndexOfAny('\uFFFD', '\0');
            problems.Add(DiagnosticCatalog.NotText(source.Locate(new TextSpan(at, 1)), isNul: source.Text[at] == '\0'));
            return new RulesFileSyntax(source, []);
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
            return new RulesFileSyntax(source, []);
        }

        return source.IsYaml ? RulesYaml.Read(source, problems) : RulesText.Read(source, problems);
    }
}
