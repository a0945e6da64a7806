using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>The steps of one rule, sorted by where they happen: in the hook process, in Claude Code, or in the queue.</summary>
internal sealed class StepBinder(BindContext context, Scope scope, InlineActions inline, Trigger trigger, Modifiers onRule, ClientVersion? requires)
{
    private readonly List<NativeSyntax> natives = [];
    private readonly Dictionary<string, int> uses = new(StringComparer.Ordinal);
    private StageSyntax? stageWithSync;

    public List<DecisionStep> Decisions { get; } = [];
    public List<FieldChange> Sets { get; } = [];
    public List<ReplyField> Replies { get; } = [];
    public AwaitStep? Await { get; private set; }
    public List<Branch> Sync { get; } = [];
    public List<NativeHandler> Natives { get; } = [];
    public List<Stage> Stages { get; } = [];
    public List<Stage> OnFailure { get; } = [];
    public bool HasErrors { get; private set; }

    /// <summary>It tells where a worktree is: in a <c>reply</c>, or a program or script runs while Claude Code waits for what it prints.</summary>
    public bool SaysPath { get; private set; }

    public void BindStage(StageSyntax stage, bool isFirst)
    {
        if (stageWithSync is not null && !isFirst)
            Report(DiagnosticCatalog.OnlyInFirstStage(context.At(stage), "sync", "a sync action runs while Claude waits, so no queued stage can wait for it"));
        var branches = ImmutableArray.CreateBuilder<Branch>();
        foreach (var item in stage.Items)
        {
            switch (item)
            {
                case DecisionSyntax decision:
                    if (isFirst) Decide(decision);
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(decision), decision.Word.Text, "Claude Code waits for decisions, but not for queued stages"));
                    break;
                case SetSyntax set:
                    if (isFirst) Set(set, stage);
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(set.Word), "set", "Claude Code waits for decisions, but not for queued stages"));
                    break;
                case ReplySyntax reply:
                    if (isFirst) Reply(reply, stage);
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(reply.Word), "reply", "Claude Code waits for decisions, but not for queued stages"));
                    break;
                case NativeSyntax native:
                    if (isFirst) Hand(native);
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(native.Word), native.Word.Text, "Claude Code starts it itself when the event comes"));
                    break;
                case ReferenceSyntax or InlineActionSyntax:
                    if (Branch(item) is not { } bound) break;
                    if (!bound.IsSync) branches.Add(bound.Branch);
                    else if (isFirst) (stageWithSync, _) = (stage, AddSync(bound.Branch));
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(item), "sync", "it runs while Claude Code waits, which no later stage does"));
                    break;
                case ModifierSyntax:
                    break;
                case AwaitSyntax step:
                    if (isFirst) Hold(step);
                    else Report(DiagnosticCatalog.OnlyInFirstStage(context.At(step.Word), "await", "no stage that is queued can hold Claude Code"));
                    break;
                default:
                    throw new InvalidOperationException($"unknown step {item.GetType().Name}");
            }
        }

        if (branches.Count > 0) Stages.Add(new Stage(branches.ToImmutable()));
    }

    public void BindFailure(StageSyntax stage)
    {
        var branches = ImmutableArray.CreateBuilder<Branch>();
        foreach (var item in stage.Items)
        {
            switch (item)
            {
                case ReferenceSyntax or InlineActionSyntax:
                    if (Branch(item) is not { } bound) break;
                    if (bound.IsSync) Report(DiagnosticCatalog.OnlyInFirstStage(context.At(item), "sync", "\"on failure\" is queued"));
                    else branches.Add(bound.Branch);
                    break;
                case DecisionSyntax decision:
                    Report(DiagnosticCatalog.OnlyInFirstStage(context.At(decision), decision.Word.Text, "Claude Code does not wait for \"on failure\""));
                    break;
                case AwaitSyntax step:
                    Report(DiagnosticCatalog.OnlyInFirstStage(context.At(step.Word), "await", "Claude Code does not wait for \"on failure\""));
                    break;
                case SetSyntax or ReplySyntax:
                    Report(DiagnosticCatalog.OnlyInFirstStage(context.At(item), item is SetSyntax ? "set" : "reply", "Claude Code does not wait for \"on failure\""));
                    break;
                case NativeSyntax native:
                    Report(DiagnosticCatalog.OnlyInFirstStage(context.At(native.Word), native.Word.Text, "Claude Code starts it itself when the event comes"));
                    break;
                case ModifierSyntax modifier:
                    Report(DiagnosticCatalog.ModifierMeansNothing(context.At(modifier), modifier.Word.Text, "it binds the whole rule, not \"on failure\"", "write it before \"on failure\", or behind an action without a comma"));
                    break;
            }
        }

        if (branches.Count > 0) OnFailure.Add(new Stage(branches.ToImmutable()));
    }

    public void RefuseNatives(string clause, string what, string mend)
    {
        foreach (var native in natives) Report(DiagnosticCatalog.HandlerCannotFilter(context.At(native.Word), native.Word.Text, what, mend));
    }

    /// <summary>The fields that a window goes by must be there.</summary>
    public void CheckKeys(Modifiers modifiers) => CheckKeys(modifiers, context);

    private void CheckKeys(Modifiers modifiers, BindContext place)
    {
        foreach (var (path, field) in (modifiers.Window?.By ?? []).Zip(modifiers.WrittenWindow?.By ?? []))
        {
            if (trigger.Payload.Find(path) is not FieldLookup.Unknown unknown) continue;
            place.Report(DiagnosticCatalog.UnknownField(place.At(field), field.Text, unknown.Reason, unknown.Nearest));
            HasErrors = true;
        }
    }

    private bool AddSync(Branch branch)
    {
        Sync.Add(branch);
        return true;
    }

    private void Decide(DecisionSyntax decision)
    {
        var @event = trigger.Event;
        if (!@event.Decisions.Contains(decision.Kind))
        {
            Report(DiagnosticCatalog.DecisionNotHonoured(context.At(decision.Word), decision.Word.Text, @event.Name,
                [.. @event.Decisions.Select(kind => kind.ToString().ToLowerInvariant())], Instead(decision.Kind, @event)));
            return;
        }

        if (decision.Text is { Text: "" } empty && !StepGrammar.WithoutText.Contains(decision.Word.Text))
            Report(DiagnosticCatalog.WrongValue(context.At(empty), $"the text of \"{decision.Word.Text}\"", "one that is not empty"));
        var texts = new TextBinder(context);
        var text = decision.Text is null ? Template.Empty : texts.Template(decision.Text);
        TextBinder.Check(context, texts.Placeholders, trigger.Payload);
        Decisions.Add(new DecisionStep(decision.Kind, text));
    }

    private void Set(SetSyntax syntax, StageSyntax stage)
    {
        if (OutputField.ChangeableField(trigger.Event.Name) is null)
        {
            Report(DiagnosticCatalog.SetNotHonoured(context.At(syntax.Word), trigger.Event.Name));
            return;
        }

        var binder = new AnswerBinder(context, trigger.Payload);
        foreach (var change in syntax.Changes)
        {
            if (binder.Change(change) is not { } bound) HasErrors = true;
            else if (Sets.Any(other => other.Field == bound.Field)) Report(DiagnosticCatalog.SetFieldTwice(context.At(change.Key), bound.Field.Text));
            else Sets.Add(bound);
        }

        NeedsDecision(syntax.Word, OutputField.UpdatedInput, stage);
    }

    private void Reply(ReplySyntax syntax, StageSyntax stage)
    {
        var binder = new AnswerBinder(context, trigger.Payload);
        if (binder.ReplyNames.IsEmpty)
        {
            Report(DiagnosticCatalog.NothingToReply(context.At(syntax.Word), trigger.Event.Name));
            return;
        }

        if (syntax.Fields.Members.IsEmpty) Report(DiagnosticCatalog.WrongValue(context.At(syntax.Fields), "\"reply\"", $"a field and its value, such as {{ {binder.ReplyNames[0]}: … }}"));
        foreach (var member in syntax.Fields.Members)
        {
            if (binder.Reply(member) is not { } bound) HasErrors = true;
            else if (Replies.Any(other => other.Name == bound.Name)) Report(DiagnosticCatalog.SetFieldTwice(context.At(member.Key), bound.Name));
            else Replies.Add(bound);
            SaysPath |= member.Key.Text == OutputField.WorktreePath;
            NeedsDecision(member.Key, member.Key.Text, stage);
        }
    }

    /// <summary>An answer to a permission request begins with yes or no.</summary>
    private void NeedsDecision(NameSyntax at, string field, StageSyntax stage)
    {
        if (trigger.Event.Name != "PermissionRequest") return;
        var needed = field == "interrupt" ? DecisionKind.Deny : DecisionKind.Allow;
        if (stage.Items.Any(item => item is DecisionSyntax decision && decision.Kind == needed)) return;
        Report(DiagnosticCatalog.NeedsDecision(context.At(at), at.Text, trigger.Event.Name, needed.ToString().ToLowerInvariant()));
    }

    /// <summary>What says nearly the same on an event that knows the other word.</summary>
    private static string? Instead(DecisionKind kind, HookEvent @event) => kind switch
    {
        DecisionKind.Deny or DecisionKind.Ask when @event.Decisions.Contains(DecisionKind.Block) => "block",
        DecisionKind.Block or DecisionKind.Ask when @event.Decisions.Contains(DecisionKind.Deny) => "deny",
        _ => null,
    };

    private void Hand(NativeSyntax native)
    {
        natives.Add(native);
        if (new NativeBinder(context, trigger, requires).Bind(native) is { } handler) Natives.Add(handler);
        else HasErrors = true;
    }

    private void Hold(AwaitSyntax syntax)
    {
        if (new AwaitBinder(context, scope, trigger, onRule).Bind(syntax) is not { } bound) HasErrors = true;
        else Await ??= bound;
    }

    private (Branch Branch, bool IsSync)? Branch(ItemSyntax item)
    {
        var written = item is ReferenceSyntax { Modifiers: var list } ? list : ((InlineActionSyntax)item).Modifiers;
        var place = Modifiers.Bind(written, context);
        Modifiers declared = Modifiers.None;
        DeclaredAction? found = null;
        if (item is ReferenceSyntax reference)
        {
            found = Find(reference.Action);
            if (found is null) return null;
            declared = found.Modifiers;
        }

        var options = declared.With(onRule).With(place);
        var window = place.Window ?? declared.Window;
        var payload = (window?.IsBatch ?? false) || (onRule.Window?.IsBatch ?? false) ? trigger.Payload with { IsBatch = !options.IsSync } : trigger.Payload;
        ActionDefinition action;
        if (found is not null)
        {
            action = found.Definition;
            found.Uses.Add((payload, context.At(((ReferenceSyntax)item).Action), context));
        }
        else
        {
            var handlers = new HandlerBinder(context);
            if (handlers.Bind(((InlineActionSyntax)item).Handler) is not { } handler)
            {
                HasErrors = true;
                return null;
            }

            TextBinder.Check(context, handlers.Placeholders, payload);
            action = inline.Add(handler, place.As, context.At(item), context);
        }

        if (place.Window is not null || found is null) CheckKeys(place);
        else CheckKeys(found.Modifiers, found.Context);
        if (options.IsSync && action.Handler is not (Handler.Run or Handler.Shell or Handler.Log))
        {
            Report(DiagnosticCatalog.CannotBeSync(context.At(item), action.Handler.GetType().Name.ToLowerInvariant()));
            return null;
        }

        SaysPath |= options.IsSync && action.Handler is Handler.Run or Handler.Shell;
        if (place.Find("closed") is { } closed && !trigger.Event.CanBlock)
            Report(DiagnosticCatalog.ModifierMeansNothing(context.At(closed), "closed", $"nothing can be blocked on {trigger.Event.Name}", "remove it, or choose an event that can block, such as PreToolUse"));
        if (options.IsSync && place.Written.FirstOrDefault(modifier => modifier is WindowSyntax or BusySyntax || modifier.Word.Text is "feedback" or "retry" or "concurrency" or "group") is { } onSync)
            Report(DiagnosticCatalog.ModifierMeansNothing(context.At(onSync), onSync.Word.Text, onSync.Word.Text switch { "feedback" => "a sync action tells Claude itself", "group" => "a sync action runs in the hook process", "retry" => "a sync action runs once, while Claude waits", _ => "a sync action runs for every event" }, "remove it, or remove \"sync\""));

        var name = place.As?.Text ?? action.Name;
        var number = uses[name] = uses.GetValueOrDefault(name) + 1;
        // The rule's id comes first; it is a hash of the rest, and so is put before it later.
        return (new Branch(number == 1 ? $"/{name}" : $"/{name}#{number}", action.Name, options.ToOptions(window)), options.IsSync);
    }

    private DeclaredAction? Find(NameSyntax name)
    {
        if (scope.FindAction(name.Text) is { } action) return action;
        HasErrors = true;
        if (!scope.IsSkippedAction(name.Text)) context.Report(DiagnosticCatalog.UnknownAction(context.At(name), name.Text, scope.Nearest(name.Text, scope.ActionNames.Concat(StepGrammar.Decisions.Keys)), StepGrammar.NeedsArgument(name.Text)));
        return null;
    }

    private void Report(Diagnostic diagnostic)
    {
        HasErrors = true;
        context.Report(diagnostic);
    }
}
