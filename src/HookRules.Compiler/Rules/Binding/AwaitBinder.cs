using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary><c>await</c>: where it can hold Claude Code, for what and for how long.</summary>
internal sealed class AwaitBinder(BindContext context, Scope scope, Trigger trigger, Modifiers onRule)
{
    /// <summary>The events that can be held until actions have ended.</summary>
    public static IEnumerable<string> Events => HookEvents.All.Where(known => known.CanAwait).Select(known => known.Name);

    /// <summary>Null where it is wrong, which is reported.</summary>
    public AwaitStep? Bind(AwaitSyntax syntax)
    {
        var @event = trigger.Event;
        if (!@event.CanAwait)
            return context.None<AwaitStep>(
                DiagnosticCatalog.AwaitNotHonoured(context.At(syntax.Word), @event.Name, new EventFacts(@event).Decisions, Events)
            );

        var modifiers = Modifiers.Bind(syntax.Modifiers, context);
        foreach (var modifier in modifiers.Written.Where(modifier => modifier is not TimeoutSyntax))
            context.Report(
                DiagnosticCatalog.ModifierMeansNothing(
                    context.At(modifier),
                    modifier.Word.Text,
                    "\"await\" runs nothing, it waits",
                    "write it behind the action, or put a comma before it if it is about the whole rule"
                )
            );
        foreach (var name in syntax.Actions)
            scope.AddAwaited(name, context);
        return new AwaitStep(
            [.. syntax.Actions.Select(name => scope.ActionName(name.Text)).Distinct(StringComparer.Ordinal)],
            modifiers.Timeout ?? onRule.Timeout ?? AwaitStep.DefaultTimeout
        );
    }

    /// <summary>What stands behind it in its stage would be taken for something that it waits for.</summary>
    public static void CheckIsLast(RuleSyntax syntax, BindContext context)
    {
        foreach (var stage in syntax.Stages)
        {
            var step = stage.Items.OfType<AwaitSyntax>().FirstOrDefault();
            if (
                step is not null
                && stage.Items.SkipWhile(item => item != step).Skip(1).FirstOrDefault(item => item is not ModifierSyntax) is { } after
            )
                context.Report(DiagnosticCatalog.AwaitIsLast(context.At(after)));
        }
    }
}
