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
        var name = scope.Full(given?.Text ?? $"{WordFor(handler)}-{identity}");
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

    /// <summary>The program that it starts, where that is a plain word: it stands in tables, and in what Claude is told of a
    /// failure.</summary>
    private static string WordFor(Handler handler)
    {
        var program = handler switch
        {
            Handler.Run { Argv: [TextValue.Text { Template.Parts: [{ Literal: { } first }] }, ..] } => first[
                (first.LastIndexOf('/') + 1)..
            ],
            Handler.Shell shell when ShellLine.Parse(shell.Script).Commands is [var first, ..] => first.Program,
            _ => "",
        };
        return
            program.Length is > 0 and < 25
            && char.IsAsciiLetter(program[0])
            && program.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_')
            ? program
            : handler.GetType().Name.ToLowerInvariant();
    }
}
