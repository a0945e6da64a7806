using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Actions that are written where they are used. Equal ones are one action; each is known by what it does, so that its name
/// outlives edits elsewhere.</summary>
internal sealed class InlineActions(Scope scope)
{
    private readonly Dictionary<string, (ActionDefinition Action, string Identity)> byName = new(StringComparer.Ordinal);
    private readonly List<ActionDefinition> all = [];

    public IEnumerable<ActionDefinition> All => all;

    /// <param name="given">The name that <c>as</c> gives it.</param>
    public ActionDefinition Add(Handler handler, NameSyntax? given, SourceRef at, BindContext context)
    {
        var identity = Identity.Of(handler);
        var name = scope.Full(given?.Text ?? $"{handler.GetType().Name.ToLowerInvariant()}-{identity}");
        if (given is not null && scope.FindAction(given.Text) is { } declared)
            context.Report(DiagnosticCatalog.DuplicateName(context.At(given), "an action", given.Text, declared.Definition.Source));
        if (byName.TryGetValue(name, out var known))
        {
            if (known.Identity != identity)
                context.Report(
                    DiagnosticCatalog.DuplicateName(
                        given is null ? at : context.At(given),
                        "an action",
                        given?.Text ?? name,
                        known.Action.Source
                    )
                );
            return known.Action;
        }

        var action = new ActionDefinition(name, handler, at);
        byName.Add(name, (action, identity));
        all.Add(action);
        return action;
    }
}
