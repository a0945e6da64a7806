using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Fields of a condition that only some of the rule's tools have: for the others a comparison never holds, and nobody
/// notices.</summary>
internal sealed class PartialFields(BindContext context, PayloadKind payload)
{
    /// <summary>What a tool calls the text that another one calls content, and the like.</summary>
    private static readonly string[][] Alike =
    [
        ["content", "new_string", "new_source"],
        ["file_path", "notebook_path", "path"],
        ["command", "code"],
    ];

    private readonly List<(NameSyntax Field, FieldPath Path)> found = [];

    public void Look(NameSyntax field, FieldPath path) => found.Add((field, path));

    public void Report(ConditionSyntax where)
    {
        if (payload.Tools is not { Count: > 1 } tools || Fields(where).Any(field => field.Text is "tool" or "tool_name"))
            return;
        foreach (var (field, path) in found)
        {
            if (path.IsFile || path.Segments is not [{ Name: "tool_input" }, ..])
                continue;
            var lacking = tools.Where(tool => !MayHave(tool, path) && !IsAskedOtherwise(where, field, tool)).ToArray();
            if (lacking.Length == 0 || lacking.Length == tools.Count)
                continue;
            context.Report(
                DiagnosticCatalog.FieldOfSomeTools(
                    context.At(field),
                    field.Text,
                    lacking,
                    [.. lacking.Select(tool => Instead(tool, path)).OfType<string>().Distinct(StringComparer.Ordinal)]
                )
            );
        }
    }

    /// <summary>Of a tool without a schema nobody knows.</summary>
    private bool MayHave(string tool, FieldPath path) =>
        HookTools.Find(HookTools.Canonical(tool)) is not { HasSchema: true }
        || FieldCatalog.Shapes(payload.Event.Name, [tool], path).Count > 0;

    /// <summary>Beside an <c>or</c> another field is asked, which that tool has.</summary>
    private bool IsAskedOtherwise(ConditionSyntax where, NameSyntax field, string tool) =>
        where switch
        {
            AnySyntax any => any.Terms.Any(term => Fields(term).Contains(field))
                && any.Terms.Any(term => !Fields(term).Contains(field) && Fields(term).Any(other => Has(tool, other)))
                || any.Terms.Any(term => IsAskedOtherwise(term, field, tool)),
            AllSyntax all => all.Terms.Any(term => IsAskedOtherwise(term, field, tool)),
            NotSyntax not => IsAskedOtherwise(not.Term, field, tool),
            ExistsSyntax exists => exists.Field == field,
            _ => false,
        };

    private bool Has(string tool, NameSyntax field) => FieldPath.Parse(field.Text) is { } path && (path.IsFile || MayHave(tool, path));

    private string? Instead(string tool, FieldPath path) =>
        path.Segments is [_, { Name: { } name }] && Alike.FirstOrDefault(names => names.Contains(name)) is { } names
            ? names
                .Where(other => other != name && FieldPath.Parse($"tool_input.{other}") is { } like && MayHave(tool, like))
                .Select(other => $"{tool} has tool_input.{other}")
                .FirstOrDefault()
            : null;

    private static IEnumerable<NameSyntax> Fields(ConditionSyntax condition) =>
        condition switch
        {
            AllSyntax all => all.Terms.SelectMany(Fields),
            AnySyntax any => any.Terms.SelectMany(Fields),
            NotSyntax not => Fields(not.Term),
            ExistsSyntax exists => [exists.Field],
            CompareSyntax compare => [compare.Field],
            MatchesSyntax matches => [matches.Field],
            InGlobSyntax glob => [glob.Field],
            _ => [],
        };
}
