using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>The steps of one rule, sorted by where they happen: in the hook process, in Claude Code, or in the queue.</summary>
internal sealed class StepBinder(
    BindContext context,
    Scope scope,
    InlineActions inline,
    Trigger trigger,
    Modifiers onRule,
    ClientVersion? requires
)
{
    private readonly BranchBinder branches = new(context, scope, inline, trigger, onRule);
    private readonly List<NativeSyntax> natives = [];
    private bool hasErrors;
    private bool repliesPath;
    private StageSyntax? stageWithSync;

    public List<DecisionStep> Decisions { get; } = [];
    public List<FieldChange> Sets { get; } = [];
    public List<ReplyField> Replies { get; } = [];
    public AwaitStep? Await { get; private set; }
    public List<Branch> Sync { get; } = [];
    public List<NativeHandler> Natives { get; } = [];
    public List<Stage> Stages { get; } = [];
    public List<Stage> OnFailure { get; } = [];
    public bool HasErrors => hasErrors || branches.HasErrors;

    /// <summary>The first <c>set</c> of a word.</summary>
    public SetSyntax? OfWord { get; private set; }

    public bool RunsPrograms => branches.RunsPrograms;

    /// <summary>It tells where a worktree is: in a <c>reply</c>, or a program or script runs while Claude Code waits for what it
    /// prints.</summary>
    public bool SaysPath => repliesPath || branches.MayPrintPath;

    public void BindStage(StageSyntax stage, bool isFirst)
    {
        if (stageWithSync is not null && !isFirst)
        {
            Report(
                DiagnosticCatalog.BehindSync(
                    context.At(SyncOf(stageWithSync)),
                    stage.Items.Any(item => item is DecisionSyntax),
                    trigger.Event.CanBlock
                )
            );
            return;
        }

        var queued = ImmutableArray.CreateBuilder<Branch>();
        foreach (var item in stage.Items)
        {
            switch (item)
            {
                case DecisionSyntax decision:
                    if (isFirst)
                        Decide(decision);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(decision),
                                decision.Word.Text,
                                "Claude Code waits for decisions, but not for queued stages",
                                trigger.Event.CanBlock
                            )
                        );
                    break;
                case SetSyntax set:
                    if (isFirst)
                        Set(set, stage);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(set.Word),
                                "set",
                                "Claude Code waits for decisions, but not for queued stages"
                            )
                        );
                    break;
                case ReplySyntax reply:
                    if (isFirst)
                        Reply(reply, stage);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(reply.Word),
                                "reply",
                                "Claude Code waits for decisions, but not for queued stages"
                            )
                        );
                    break;
                case NativeSyntax native:
                    if (isFirst)
                        Hand(native);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(native.Word),
                                native.Word.Text,
                                "Claude Code starts it itself when the event comes"
                            )
                        );
                    break;
                case ReferenceSyntax or InlineActionSyntax:
                    if (branches.Bind(item) is not { } bound)
                        break;
                    if (!bound.IsSync)
                        queued.Add(bound.Branch);
                    else if (isFirst)
                        AddSync(bound.Branch, stage);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(item),
                                "sync",
                                "it runs while Claude Code waits, which no later stage does"
                            )
                        );
                    break;
                case ModifierSyntax:
                    break;
                case AwaitSyntax step:
                    if (isFirst)
                        Hold(step);
                    else
                        Report(
                            DiagnosticCatalog.OnlyInFirstStage(
                                context.At(step.Word),
                                "await",
                                "no stage that is queued can hold Claude Code"
                            )
                        );
                    break;
                default:
                    throw new InvalidOperationException($"unknown step {item.GetType().Name}");
            }
        }

        if (queued.Count > 0)
            Stages.Add(new Stage(queued.ToImmutable()));
    }

    // A declared action may hold the word itself.
    private static SyntaxNode SyncOf(StageSyntax stage) =>
        stage
            .Items.SelectMany(item =>
                item switch
                {
                    ReferenceSyntax reference => reference.Modifiers.AsEnumerable(),
                    InlineActionSyntax action => action.Modifiers,
                    ModifierSyntax modifier => [modifier],
                    _ => [],
                }
            )
            .FirstOrDefault(modifier => modifier.Word.Text == "sync")
        ?? (SyntaxNode)stage;

    public void BindFailure(StageSyntax stage)
    {
        var queued = ImmutableArray.CreateBuilder<Branch>();
        foreach (var item in stage.Items)
        {
            switch (item)
            {
                case ReferenceSyntax or InlineActionSyntax:
                    if (branches.Bind(item) is not { } bound)
                        break;
                    if (bound.IsSync)
                        Report(DiagnosticCatalog.OnlyInFirstStage(context.At(item), "sync", "\"on failure\" is queued"));
                    else
                        queued.Add(bound.Branch);
                    break;
                case DecisionSyntax decision:
                    Report(
                        DiagnosticCatalog.OnlyInFirstStage(
                            context.At(decision),
                            decision.Word.Text,
                            "Claude Code does not wait for \"on failure\""
                        )
                    );
                    break;
                case AwaitSyntax step:
                    Report(
                        DiagnosticCatalog.OnlyInFirstStage(context.At(step.Word), "await", "Claude Code does not wait for \"on failure\"")
                    );
                    break;
                case SetSyntax or ReplySyntax:
                    Report(
                        DiagnosticCatalog.OnlyInFirstStage(
                            context.At(item),
                            item is SetSyntax ? "set" : "reply",
                            "Claude Code does not wait for \"on failure\""
                        )
                    );
                    break;
                case NativeSyntax native:
                    Report(
                        DiagnosticCatalog.OnlyInFirstStage(
                            context.At(native.Word),
                            native.Word.Text,
                            "Claude Code starts it itself when the event comes"
                        )
                    );
                    break;
                case ModifierSyntax modifier:
                    Report(
                        DiagnosticCatalog.ModifierMeansNothing(
                            context.At(modifier),
                            modifier.Word.Text,
                            "it binds the whole rule, not \"on failure\"",
                            "write it before \"on failure\", or behind an action without a comma"
                        )
                    );
                    break;
            }
        }

        if (queued.Count > 0)
            OnFailure.Add(new Stage(queued.ToImmutable()));
    }

    public void RefuseNatives(string clause, string what, string fix)
    {
        foreach (var native in natives)
            Report(DiagnosticCatalog.HandlerCannotFilter(context.At(native.Word), native.Word.Text, what, fix));
    }

    public void CheckKeys(Modifiers modifiers) => branches.CheckKeys(modifiers, context);

    private void AddSync(Branch branch, StageSyntax stage)
    {
        Sync.Add(branch);
        stageWithSync = stage;
    }

    private void Decide(DecisionSyntax decision)
    {
        var @event = trigger.Event;
        if (!@event.Decisions.Contains(decision.Kind))
        {
            Report(
                DiagnosticCatalog.DecisionNotHonoured(
                    context.At(decision.Word),
                    decision.Word.Text,
                    @event.Name,
                    [.. @event.Decisions.Select(DecisionWords.Of)],
                    Instead(decision.Kind, @event),
                    WhyNot(decision.Kind, @event)
                )
            );
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
        if (trigger.Event.Changes is null)
        {
            Report(DiagnosticCatalog.SetNotHonoured(context.At(syntax.Word), trigger.Event.Name));
            return;
        }

        if (syntax.Replaced is not null)
            OfWord ??= syntax;
        var binder = new AnswerBinder(context, trigger.Payload);
        foreach (var change in syntax.Changes)
        {
            if ((syntax.Replaced is { } word ? binder.Replacement(change, word) : binder.Change(change)) is not { } bound)
                hasErrors = true;
            else if (Sets.Any(other => other.Field == bound.Field && (other.Word is null || other.Word == bound.Word)))
                Report(DiagnosticCatalog.SetFieldTwice(context.At(change.Key), bound.Field.Text));
            else
                Sets.Add(bound);
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

        if (syntax.Fields.Members.IsEmpty)
            Report(
                DiagnosticCatalog.WrongValue(
                    context.At(syntax.Fields),
                    "\"reply\"",
                    $"a field and its value, such as {{ {binder.ReplyNames[0]}: … }}"
                )
            );
        foreach (var member in syntax.Fields.Members)
        {
            if (binder.Reply(member) is not { } bound)
                hasErrors = true;
            else if (Replies.Any(other => other.Name == bound.Name))
                Report(DiagnosticCatalog.SetFieldTwice(context.At(member.Key), bound.Name));
            else
                Replies.Add(bound);
            repliesPath |= member.Key.Text == OutputField.WorktreePath;
            NeedsDecision(member.Key, member.Key.Text, stage);
        }
    }

    /// <summary>An answer to a permission request begins with yes or no.</summary>
    private void NeedsDecision(NameSyntax at, string field, StageSyntax stage)
    {
        if (trigger.Event.Answer != AnswerForm.Behavior)
            return;
        var needed = field == "interrupt" ? DecisionKind.Deny : DecisionKind.Allow;
        if (stage.Items.Any(item => item is DecisionSyntax decision && decision.Kind == needed))
            return;
        Report(DiagnosticCatalog.NeedsDecision(context.At(at), at.Text, trigger.Event.Name, DecisionWords.Of(needed)));
    }

    /// <summary>What says nearly the same on an event that knows the other word.</summary>
    private static string? Instead(DecisionKind kind, HookEvent @event) =>
        kind switch
        {
            DecisionKind.Deny or DecisionKind.Ask when @event.Decisions.Contains(DecisionKind.Block) => "block",
            DecisionKind.Block or DecisionKind.Ask when @event.Decisions.Contains(DecisionKind.Deny) => "deny",
            _ => null,
        };

    /// <summary>What the step would do there, where that is more than nothing.</summary>
    private static string? WhyNot(DecisionKind kind, HookEvent @event) =>
        (kind, @event.Name) switch
        {
            (DecisionKind.Block, "PostToolBatch") =>
                "a block ends the turn there and Claude never reads why; \"context\" tells Claude, \"stop\" ends the turn on purpose",
            (DecisionKind.Allow, HookEvents.SkillCommand) => "what nothing refuses runs there anyway",
            (DecisionKind.Stop, _) when @event.Universal is UniversalOutput.SystemMessageOnly or UniversalOutput.Discarded =>
                $"Claude Code goes on there whatever {@event.Name} is told",
            (DecisionKind.Warn, _) when @event.Universal is UniversalOutput.ContinueOnly or UniversalOutput.Discarded =>
                "nobody would see it there",
            _ => null,
        };

    private void Hand(NativeSyntax native)
    {
        natives.Add(native);
        if (new NativeBinder(context, trigger, requires).Bind(native) is { } handler)
            Natives.Add(handler);
        else
            hasErrors = true;
    }

    private void Hold(AwaitSyntax syntax)
    {
        if (new AwaitBinder(context, scope, trigger, onRule).Bind(syntax) is not { } bound)
            hasErrors = true;
        else
            Await ??= bound;
    }

    private void Report(Diagnostic diagnostic)
    {
        hasErrors = true;
        context.Report(diagnostic);
    }
}
