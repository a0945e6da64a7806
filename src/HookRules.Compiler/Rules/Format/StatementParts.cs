using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Format;

/// <summary>The parts of a statement that can have a line, and so a comment, of their own.</summary>
internal static class StatementParts
{
    public static IEnumerable<TextSpan> Of(StatementSyntax statement) =>
        statement switch
        {
            RuleSyntax rule => (rule.Name is { } name ? [name.Span] : Enumerable.Empty<TextSpan>())
                .Concat(Words(rule.Trigger) is { } words ? [words] : [])
                .Concat(rule.Trigger.Where is { } where ? [where.Span] : [])
                .Concat(rule.Stages.Concat(rule.OnFailure).SelectMany(Of)),
            ActionSyntax action => [action.Name.Span, .. Of(action.Handler), .. action.Modifiers.SelectMany(Of)],
            UseSyntax { With: { } with } => Of(with),
            ParamSyntax { Default: { } value } => Of(value),
            _ => [],
        };

    /// <summary>The words of a trigger without its condition; null where it has none.</summary>
    public static TextSpan? Words(TriggerSyntax trigger) => trigger.Words.IsEmpty ? null : trigger.Words[0].Span.To(trigger.Words[^1].Span);

    private static IEnumerable<TextSpan> Of(StageSyntax stage) => stage.Items.SelectMany(Of).Prepend(stage.Span);

    private static IEnumerable<TextSpan> Of(ItemSyntax item) =>
        item switch
        {
            NativeSyntax native => [native.Span, .. Of(native.Subject), .. Of(native.Input), .. Of(native.Fields)],
            InlineActionSyntax action => [action.Span, .. Of(action.Handler), .. Of(action.Modifiers, action)],
            AwaitSyntax step => [step.Span, .. Of(step.Modifiers, step)],
            VariablesSyntax variables => [variables.Span, .. Of(variables.Variables)],
            ReferenceSyntax reference => [reference.Span, .. Of(reference.Modifiers, reference)],
            _ => [item.Span],
        };

    // What is said behind the last modifier is said about the action.
    private static IEnumerable<TextSpan> Of(ImmutableArray<ModifierSyntax> modifiers, ItemSyntax item) =>
        modifiers.SelectMany(Of).Where(span => span.End != item.Span.End);

    private static IEnumerable<TextSpan> Of(HandlerSyntax handler) =>
        handler switch
        {
            HttpSyntax http => [http.Span, .. Of(http.Headers), .. Of(http.Body)],
            RunSyntax run => [run.Span, .. Of(run.Command)],
            _ => [handler.Span],
        };

    private static IEnumerable<TextSpan> Of(ValueSyntax? value) =>
        value switch
        {
            MapSyntax map => map.Members.SelectMany(member => Of(member.Value).Prepend(member.Span)),
            ListSyntax list => list.Items.SelectMany(item => Of(item).Prepend(item.Span)),
            _ => [],
        };
}
