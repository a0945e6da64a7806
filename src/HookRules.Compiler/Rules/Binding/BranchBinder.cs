using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Actions where a rule uses them, by name or written in place: each a branch with the options that hold there.</summary>
internal sealed class BranchBinder(BindContext context, Scope scope, InlineActions inline, Trigger trigger, Modifiers onRule)
{
    private readonly Dictionary<string, int> uses = new(StringComparer.Ordinal);

    public bool HasErrors { get; private set; }

    public bool RunsPrograms { get; private set; }

    /// <summary>A program or script runs while Claude Code waits for what it prints.</summary>
    public bool MayPrintPath { get; private set; }

    /// <summary>Null where it is wrong, which is reported.</summary>
    public (Branch Branch, bool IsSync)? Bind(ItemSyntax item)
    {
        var written = item is ReferenceSyntax { Modifiers: var list } ? list : ((InlineActionSyntax)item).Modifiers;
        var place = Modifiers.Bind(written, context);
        Modifiers declared = Modifiers.None;
        DeclaredAction? found = null;
        if (item is ReferenceSyntax reference)
        {
            found = Find(reference.Action);
            if (found is null)
                return null;
            declared = found.Modifiers;
        }

        var options = declared.With(onRule).With(place);
        var window = place.Window ?? declared.Window;
        var payload =
            (window?.IsBatch ?? false) || (onRule.Window?.IsBatch ?? false)
                ? trigger.Payload with
                {
                    IsBatch = !options.IsSync,
                }
                : trigger.Payload;
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

        TextBinder.Check(context, place.Placeholders.Concat(onRule.Placeholders), payload);
        var isProgram = action.Handler is Handler.Run or Handler.Shell;
        RunsPrograms |= isProgram;
        if (!isProgram)
            foreach (var modifier in place.Written.Concat(declared.Written))
                if (modifier is FolderSyntax or VariablesSyntax)
                    Report(
                        DiagnosticCatalog.ModifierMeansNothing(
                            (place.Written.Contains(modifier) ? context : found!.Context).At(modifier),
                            modifier.Word.Text,
                            "it is about programs",
                            "remove it, or use run or shell"
                        )
                    );
        if (place.Window is not null || found is null)
            CheckKeys(place, context);
        else
            CheckKeys(found.Modifiers, found.Context);
        if (options.IsSync && action.Handler is not (Handler.Run or Handler.Shell or Handler.Log))
        {
            Report(DiagnosticCatalog.CannotBeSync(context.At(item), action.Handler.GetType().Name.ToLowerInvariant()));
            return null;
        }

        MayPrintPath |= options.IsSync && action.Handler is Handler.Run or Handler.Shell;
        if (place.Find("closed") is { } closed && !trigger.Event.CanBlock)
            Report(
                DiagnosticCatalog.ModifierMeansNothing(
                    context.At(closed),
                    "closed",
                    $"nothing can be blocked on {trigger.Event.Name}",
                    "remove it, or choose an event that can block, such as PreToolUse"
                )
            );
        if (
            options.IsSync
            && place.Written.FirstOrDefault(modifier =>
                modifier is WindowSyntax or BusySyntax || modifier.Word.Text is "feedback" or "retry" or "concurrency" or "group"
            )
                is { } onSync
        )
            Report(
                DiagnosticCatalog.ModifierMeansNothing(
                    context.At(onSync),
                    onSync.Word.Text,
                    onSync.Word.Text switch
                    {
                        "feedback" => "a sync action tells Claude itself",
                        "group" => "a sync action runs in the hook process",
                        "retry" => "a sync action runs once, while Claude waits",
                        _ => "a sync action runs for every event",
                    },
                    onSync.Word.Text == "feedback" && trigger.Event.CanBlock
                        ? "remove it, or remove \"sync\"; with \"closed\" a failure blocks, and std/stop-gate does so for tests before "
                            + "Claude stops"
                        : "remove it, or remove \"sync\""
                )
            );

        var name = place.As?.Text ?? action.Name;
        var number = uses[name] = uses.GetValueOrDefault(name) + 1;
        // The rule's id comes first; it is a hash of the rest, and so is put before it later.
        return (
            new Branch(number == 1 ? $"/{name}" : $"/{name}#{number}", action.Name, options.ToOptions(window, isProgram)),
            options.IsSync
        );
    }

    private DeclaredAction? Find(NameSyntax name)
    {
        if (scope.FindAction(name.Text) is { } action)
            return action;
        HasErrors = true;
        if (!scope.IsSkippedAction(name.Text))
            context.Report(
                DiagnosticCatalog.UnknownAction(
                    context.At(name),
                    name.Text,
                    scope.Nearest(name.Text, scope.ActionNames.Concat(StepGrammar.Decisions.Keys)),
                    StepGrammar.NeedsArgument(name.Text)
                )
            );
        return null;
    }

    /// <summary>The fields that a window goes by must be there.</summary>
    /// <param name="place">Of the file in which the window is written.</param>
    public void CheckKeys(Modifiers modifiers, BindContext place)
    {
        foreach (var (path, field) in (modifiers.Window?.By ?? []).Zip(modifiers.WrittenWindow?.By ?? []))
        {
            if (trigger.Payload.Find(path) is not FieldLookup.Unknown unknown)
                continue;
            place.Report(DiagnosticCatalog.UnknownField(place.At(field), field.Text, unknown.Reason, unknown.Nearest));
            HasErrors = true;
        }
    }

    private void Report(Diagnostic diagnostic)
    {
        HasErrors = true;
        context.Report(diagnostic);
    }
}
