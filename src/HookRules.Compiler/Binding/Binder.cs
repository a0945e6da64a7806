using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>Resolves names and checks types: from the syntax of all files to one rule graph. A statement that is wrong is left out and the rest bound.</summary>
internal sealed class Binder
{
    private readonly Scope scope = new();
    private readonly InlineActions inline = new();
    private readonly SettingsBinder settings = new();
    private readonly LintLevels levels = new();
    private readonly List<Rule> rules = [];

    /// <param name="levels">What the files say about findings of lint.</param>
    public static RuleGraph Bind(IReadOnlyCollection<RulesFileSyntax> files, ICollection<Diagnostic> problems, out IReadOnlyDictionary<string, Severity?> levels)
    {
        var binder = new Binder();
        var contexts = files.Select(file => (File: file, Context: new BindContext(file.Source, problems))).ToArray();
        // Names may be used before they are declared, and one file may use another's.
        foreach (var (file, context) in contexts) binder.Declare(file, context);
        foreach (var (file, context) in contexts) binder.BindRules(file, context);
        binder.scope.ReportUnusedLets();
        binder.scope.CheckAwaited(binder.inline.All.Select(action => action.Name));
        foreach (var action in binder.scope.Actions) CheckUses(action);

        levels = binder.levels.All;
        var used = binder.rules.SelectMany(rule => rule.QueuedBranches.Concat(rule.Sync)).Select(branch => branch.Action).ToHashSet(StringComparer.Ordinal);
        return new RuleGraph
        {
            Sources = [.. files.Select(file => new SourceFile(file.Source.Path, file.Source.Sha256))],
            Settings = binder.settings.Settings,
            Actions = [.. binder.scope.Actions.Select(action => action.Definition).Concat(binder.inline.All).Where(action => used.Contains(action.Name))],
            Rules = Named(binder.rules),
        };
    }

    private void Declare(RulesFileSyntax file, BindContext context)
    {
        foreach (var statement in file.Statements)
        {
            switch (statement)
            {
                case ActionSyntax action:
                    Declare(action, context);
                    break;
                case LetSyntax let:
                    scope.AddLet(let, context);
                    break;
                case SkippedSyntax skipped:
                    scope.Skip(skipped.Keyword, skipped.Name);
                    break;
                case LintSyntax lint:
                    levels.Bind(lint, context);
                    break;
                case RuleSyntax:
                    break;
                default:
                    settings.Bind(statement, context);
                    break;
            }
        }
    }

    private void Declare(ActionSyntax syntax, BindContext context)
    {
        var modifiers = Modifiers.Bind(syntax.Modifiers, context);
        if (modifiers.As is { } name) context.Report(DiagnosticCatalog.ModifierMeansNothing(context.At(name), "as", "the action has a name", "remove it"));
        var handlers = new HandlerBinder(context);
        if (handlers.Bind(syntax.Handler) is { } handler)
            scope.AddAction(syntax.Name, new DeclaredAction(new ActionDefinition(syntax.Name.Text, handler, context.At(syntax)), modifiers, handlers.Placeholders, context));
        else
            scope.Skip("action", syntax.Name.Text);
    }

    private void BindRules(RulesFileSyntax file, BindContext context)
    {
        var binder = new RuleBinder(context, scope, inline, settings.Requires);
        foreach (var syntax in file.Statements.OfType<RuleSyntax>())
        {
            if (binder.Bind(syntax) is { } rule) rules.Add(rule);
        }
    }

    /// <summary>A placeholder that no use can fill is the action's mistake, one that only some cannot is theirs.</summary>
    private static void CheckUses(DeclaredAction action)
    {
        // An action may be used often and say much, but there are few kinds of payload.
        var uses = action.Uses.ToLookup(use => use.Payload);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placeholder in action.Placeholders)
        {
            var failed = uses.Select(kind => (Uses: kind, Lookup: kind.Key.Find(placeholder.Field) as FieldLookup.Unknown)).Where(kind => kind.Lookup is not null).ToArray();
            if (failed.Length == 0) continue;
            if (failed.Length == uses.Count) TextBinder.Check(action.Context, [placeholder], failed[0].Uses.Key);
            else if (told.Add(placeholder.Text))
            {
                foreach (var (kind, lookup) in failed)
                    foreach (var (_, at, context) in kind) context.Report(DiagnosticCatalog.PlaceholderNotThere(at, action.Definition.Name, placeholder.Text, lookup!.Reason));
            }
        }
    }

    /// <summary>A rule without a name is called after what it means; equal rules are told apart by their order.</summary>
    private static ImmutableArray<Rule> Named(List<Rule> rules)
    {
        var taken = rules.Where(rule => rule.Name is not null).Select(rule => rule.Name!).ToHashSet(StringComparer.Ordinal);
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        return [.. rules.Select(rule => rule.Name is null ? WithId(rule, Unique($"r-{Identity.Of(rule)}", taken, next)) : WithId(rule, rule.Name))];
    }

    private static string Unique(string id, HashSet<string> taken, Dictionary<string, int> next)
    {
        var number = next.GetValueOrDefault(id, 1);
        string unique;
        do unique = number == 1 ? id : $"{id}-{number}"; while (++number > 0 && !taken.Add(unique));
        next[id] = number;
        return unique;
    }

    private static Rule WithId(Rule rule, string id)
    {
        return rule with { Id = id, Sync = [.. rule.Sync.Select(Branch)], Stages = [.. rule.Stages.Select(Stage)], OnFailure = [.. rule.OnFailure.Select(Stage)] };

        Stage Stage(Stage stage) => new([.. stage.Branches.Select(Branch)]);

        Branch Branch(Branch branch) => branch with { Id = id + branch.Id };
    }
}
