using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>One rule: its trigger first, since everything else depends on the event; then its steps in the order in which they
/// stand.</summary>
internal sealed class RuleBinder(BindContext context, Scope scope, InlineActions inline, ClientVersion? requires)
{
    /// <summary>Null where the rule cannot be bound; every mistake in it is reported.</summary>
    public Rule? Bind(RuleSyntax syntax)
    {
        var items = syntax.Stages.SelectMany(stage => stage.Items).ToArray();
        var onRule = Modifiers.Bind(items.OfType<ModifierSyntax>(), context);
        AwaitBinder.CheckIsLast(syntax, context);
        var name = Name(syntax, onRule);
        var (defaultEvent, needsEvent) = DefaultEvent(syntax, items);
        if (
            new TriggerBinder(context, scope, handsOver: items.All(item => item is NativeSyntax or ModifierSyntax)).Bind(
                syntax.Trigger,
                defaultEvent,
                needsEvent
            )
            is not { } trigger
        )
            return null;

        CheckEvent(syntax, trigger.Event);
        // A condition that cannot be bound, which is reported, still makes the rule one that does not always hold.
        var where = syntax.Trigger.Where is { } condition
            ? new ConditionBinder(context, trigger.Payload).BindWhole(condition) ?? new Condition.Any([])
            : null;
        var isNever = ReferenceEquals(where, ConditionBinder.Never);
        if (ReferenceEquals(where, ConditionBinder.Always))
            where = null;
        var steps = new StepBinder(context, scope, inline, trigger, onRule, requires);
        var isFirst = true;
        foreach (var stage in syntax.Stages)
        {
            steps.BindStage(stage, isFirst);
            isFirst = false;
        }

        foreach (var stage in syntax.OnFailure)
            steps.BindFailure(stage);
        if (
            trigger.Event.Answer == AnswerForm.Path
            && !steps.HasErrors
            && !steps.SaysPath
            && items.Any(item => item is ReferenceSyntax or InlineActionSyntax)
        )
            context.Report(DiagnosticCatalog.WorktreeNeedsPath(Beginning(syntax)));
        CheckModifiers(syntax, onRule, steps, trigger.Event);
        if (where is not null && steps.Decisions.Any(step => step.Kind == DecisionKind.Allow))
            OpenAllow.Check(where, trigger, context, context.At(syntax.Trigger.Where!));
        if (steps.OfWord is { } ofWord && !isNever && (where is null || !ShellRewrite.Asked(where).Any()))
            context.Report(DiagnosticCatalog.WordOfNoCommand(context.At(ofWord), ofWord.Replaced!.Text));
        if (where is not null && !isNever)
            steps.RefuseNatives("where", "a \"where\"", "remove \"where\", or use a decision or an action instead");

        var rule = new Rule
        {
            Id = "",
            Name = name is null ? null : scope.Full(name.Text),
            Event = trigger.Event.Name,
            Matcher = trigger.Matcher,
            Globs = trigger.Globs,
            Where = where,
            Decisions = [.. steps.Decisions],
            Sets = [.. steps.Sets],
            Replies = [.. steps.Replies],
            Await = steps.Await,
            Sync = [.. steps.Sync],
            Natives = [.. steps.Natives],
            Stages = [.. steps.Stages],
            OnFailure = [.. steps.OnFailure],
            Window = steps.Stages.Count > 0 ? onRule.Window : null,
            Closed = onRule.IsClosed ?? false,
            Source = context.At(syntax),
        };
        if (SkillCommands.AreGuardedBy(rule) && SkillCommands.AreSeenBy(requires))
            rule = rule with { GuardsSkillCommands = true };
        // A parameter switched it off.
        if (isNever || trigger.IsNever)
            return null;
        return rule.NeedsHook || rule.Natives.Length > 0 ? rule : null;
    }

    private NameSyntax? Name(RuleSyntax syntax, Modifiers onRule)
    {
        if (syntax.Name is { } name)
        {
            if (onRule.As is { } second)
                context.Report(DiagnosticCatalog.NameForRule(context.At(second), second.Text, name.Text));
            return scope.AddRule(name, context) ? name : null;
        }

        return onRule.As is { } given && scope.AddRule(given, context) ? given : null;
    }

    /// <summary>Decisions are made before a tool runs, actions after it.</summary>
    private (string? Event, Func<Diagnostic> Otherwise) DefaultEvent(RuleSyntax syntax, ItemSyntax[] items)
    {
        if (items.OfType<NativeSyntax>().FirstOrDefault() is { } native)
            return (null, () => DiagnosticCatalog.EventNeededForHandler(Beginning(syntax), native.Word.Text));
        if (items.Any(item => item is AwaitSyntax))
            return (null, () => DiagnosticCatalog.AwaitNeedsEvent(Beginning(syntax), AwaitBinder.Events));
        // Those of a later stage are told there.
        var decides = First(syntax).Any(item => item is DecisionSyntax or SetSyntax or ReplySyntax);
        var acts = items.Any(item => item is ReferenceSyntax or InlineActionSyntax) || syntax.OnFailure.Length > 0;
        return (
            decides && acts ? null
            : decides ? "PreToolUse"
            : "PostToolUse",
            () => DiagnosticCatalog.EventNeeded(Beginning(syntax))
        );
    }

    private static IEnumerable<ItemSyntax> First(RuleSyntax syntax) => syntax.Stages.FirstOrDefault()?.Items ?? [];

    private SourceRef Beginning(RuleSyntax syntax) => context.At(syntax.Trigger);

    private void CheckEvent(RuleSyntax syntax, HookEvent @event)
    {
        if (requires is { } oldest && @event.Since is { } text && ClientVersion.Parse(text) is { } since && since.CompareTo(oldest) > 0)
            context.Report(DiagnosticCatalog.NewerThanRequired(Beginning(syntax), $"the event {@event.Name}", text, oldest.ToString()));
    }

    private void CheckModifiers(RuleSyntax syntax, Modifiers onRule, StepBinder steps, HookEvent @event)
    {
        if (steps.HasErrors)
            return;
        if (syntax.OnFailure.Length > 0 && steps.Stages.Count == 0)
            context.Report(DiagnosticCatalog.NothingCanFail(context.At(syntax.OnFailure[0])));
        foreach (var modifier in onRule.Written)
        {
            var word = modifier.Word.Text;
            if (word is "as" or "open" || (word == "timeout" && steps.Await is not null))
                continue;
            if (word == "closed")
            {
                // Claude Code heeds onFailure on fewer events than those that a sync action can block itself.
                if (!@event.OnFailureBlocks && !(@event.CanBlock && steps.Sync.Count > 0))
                    Nothing(
                        modifier,
                        $"a failed hook blocks nothing on {@event.Name}",
                        "remove it, or choose an event that can block, such as PreToolUse"
                    );
            }
            else if (steps.Stages.Count == 0 && steps.Sync.Count == 0)
            {
                Nothing(modifier, "this rule runs no action", "remove it");
            }
            else if (
                steps.Stages.Count == 0
                && (modifier is WindowSyntax or BusySyntax || word is "retry" or "concurrency" or "group" or "feedback")
            )
            {
                Nothing(modifier, "it is about queued actions, and this rule has only sync ones", "remove it");
            }
            else if (modifier is FolderSyntax or VariablesSyntax && !steps.RunsPrograms)
            {
                Nothing(modifier, "it is about programs, and this rule runs none", "remove it");
            }
        }

        steps.CheckKeys(onRule);
    }

    private void Nothing(ModifierSyntax modifier, string why, string fix) =>
        context.Report(DiagnosticCatalog.ModifierMeansNothing(context.At(modifier), modifier.Word.Text, why, fix));
}
