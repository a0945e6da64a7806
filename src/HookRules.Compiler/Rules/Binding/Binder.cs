using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>What binding gives.</summary>
/// <param name="Packs">The files of the packs that are used.</param>
/// <param name="LintLevels">What the project's files say about findings of lint.</param>
internal sealed record Bound(RuleGraph Graph, ImmutableArray<SourceText> Packs, IReadOnlyDictionary<string, Severity?> LintLevels);

/// <summary>Resolves names and checks types: from the syntax of all files to one rule graph. A statement that is wrong is left out and the
/// rest bound.</summary>
internal sealed class Binder
{
    private readonly StatementBinder settings = new();
    private readonly LintLevels levels;
    private readonly List<(Rule Rule, Scope Scope)> rules = [];
    private readonly List<ActionDefinition> actions = [];

    private Binder(LintLevels levels) => this.levels = levels;

    /// <param name="files">The project's own; the packs that they use are loaded here.</param>
    /// <param name="codes">The codes whose findings a project may weigh.</param>
    public static Bound Bind(
        IReadOnlyCollection<RulesFileSyntax> files,
        PackLoader packs,
        Func<IEnumerable<KnownCode>> codes,
        ICollection<Diagnostic> problems
    )
    {
        var binder = new Binder(new LintLevels(codes));
        var units = UseBinder.Bind(files, packs, problems);
        // Names may be used before they are declared, and one file may use another's.
        foreach (var unit in units)
            binder.Declare(unit);
        foreach (var unit in units)
            binder.BindRules(unit);
        foreach (var unit in units)
        {
            unit.Scope.ReportUnusedConstants();
            foreach (var action in unit.Scope.Actions)
                CheckUses(action);
        }

        var project = units[^1];
        // Two files cannot be told apart in messages and in the plan if they have one path, as a folder "std" in the project could have it.
        var sources = project
            .Files.Concat(units[..^1].SelectMany(unit => unit.Files))
            .Select(file => file.Syntax.Source)
            .DistinctBy(source => source.Path)
            .ToImmutableArray();
        return new Bound(binder.Graph(sources), sources[project.Files.Length..], binder.levels.All);
    }

    private RuleGraph Graph(ImmutableArray<SourceText> sources)
    {
        var kept = rules.Where(one => !one.Scope.IsDisabled(one.Rule)).ToList();
        var used = kept.SelectMany(one => one.Rule.QueuedBranches.Concat(one.Rule.Sync))
            .Select(branch => branch.Action)
            .ToHashSet(StringComparer.Ordinal);
        return new RuleGraph
        {
            Sources = [.. sources.Select(source => new SourceFile(source.Path, source.Sha256))],
            Settings = settings.Settings,
            Actions = [.. actions.Where(action => used.Contains(action.Name))],
            Rules = Named(kept),
        };
    }

    private void Declare(CompilationUnit unit)
    {
        settings.Begin();
        foreach (var (file, context) in unit.Files)
        {
            foreach (var statement in file.Statements)
            {
                switch (statement)
                {
                    case ActionSyntax action:
                        Declare(action, unit, context);
                        break;
                    case SkippedSyntax skipped:
                        unit.Scope.Skip(skipped.Keyword, skipped.Name);
                        break;
                    case RuleSyntax or LetSyntax or PackSyntax or ParamSyntax or UseSyntax:
                        break;
                    case RequiresSyntax:
                        settings.Bind(statement, context);
                        break;
                    case var _ when unit.IsPack:
                        context.Report(
                            DiagnosticCatalog.NotInPack(
                                context.At(statement),
                                file.Source.Text[statement.Span.Start..statement.Span.End].Split(' ', ':', '\n')[0]
                            )
                        );
                        break;
                    case DisableSyntax:
                        // The rules of packs are known only when they are bound.
                        break;
                    case LintSyntax lint:
                        levels.Bind(lint, context);
                        break;
                    default:
                        settings.Bind(statement, context);
                        break;
                }
            }
        }
    }

    private void Declare(ActionSyntax syntax, CompilationUnit unit, BindContext context)
    {
        var (pack, name) = ((Scope?)null, syntax.Name.Text);
        if (unit.IsPack && unit.Scope.InPack(name) is not null)
        {
            context.Report(DiagnosticCatalog.NotInPack(context.At(syntax.Name), $"an action of another pack, \"{name}\","));
            return;
        }

        if (!unit.IsPack)
        {
            if (!new PackChanges(unit.Scope).TryReplace(syntax.Name, context, out var replaced))
            {
                unit.Scope.Skip("action", name);
                return;
            }

            (pack, name) = replaced;
        }

        var modifiers = Modifiers.Bind(syntax.Modifiers, context);
        if (modifiers.As is { } given)
            context.Report(DiagnosticCatalog.ModifierMeansNothing(context.At(given), "as", "the action has a name", "remove it"));
        var handlers = new HandlerBinder(context);
        if (handlers.Bind(syntax.Handler) is not { } handler)
        {
            if (pack is null)
                unit.Scope.Skip("action", name);
            return;
        }

        var action = new DeclaredAction(
            new ActionDefinition((pack ?? unit.Scope).Full(name), handler, context.At(syntax)),
            modifiers,
            [.. handlers.Placeholders, .. modifiers.Placeholders],
            context
        );
        if (pack is null)
            unit.Scope.AddAction(syntax.Name, action);
        else
            pack.Override(name, syntax.Name, action);
    }

    private void BindRules(CompilationUnit unit)
    {
        var inline = new InlineActions(unit.Scope);
        foreach (var (file, context) in unit.Files)
        {
            if (!unit.IsPack)
            {
                var changes = new PackChanges(unit.Scope);
                foreach (var disable in file.Statements.OfType<DisableSyntax>())
                    changes.Disable(disable, context);
            }

            var binder = new RuleBinder(context, unit.Scope, inline, settings.Requires);
            foreach (var syntax in file.Statements.OfType<RuleSyntax>())
            {
                if (binder.Bind(syntax) is { } rule)
                    rules.Add((rule, unit.Scope));
            }
        }

        unit.Scope.CheckAwaited(inline.All.Select(action => action.Name));
        actions.AddRange(unit.Scope.Actions.Select(action => action.Definition).Concat(inline.All));
    }

    /// <summary>A placeholder that no use can fill is the action's mistake, one that only some cannot is theirs.</summary>
    private static void CheckUses(DeclaredAction action)
    {
        // An action may be used often and say much, but there are few kinds of payload.
        var uses = action.Uses.ToLookup(use => use.Payload);
        var told = new HashSet<string>(StringComparer.Ordinal);
        foreach (var placeholder in action.Placeholders)
        {
            var failed = uses.Select(kind => (Uses: kind, Lookup: kind.Key.Find(placeholder.Field) as FieldLookup.Unknown))
                .Where(kind => kind.Lookup is not null)
                .ToArray();
            if (failed.Length == 0)
                continue;
            if (failed.Length == uses.Count)
                TextBinder.Check(action.Context, [placeholder], failed[0].Uses.Key);
            else if (told.Add(placeholder.Text))
            {
                foreach (var (kind, lookup) in failed)
                foreach (var (_, at, context) in kind)
                    context.Report(DiagnosticCatalog.PlaceholderNotThere(at, action.Definition.Name, placeholder.Text, lookup!.Reason));
            }
        }
    }

    /// <summary>A rule without a name is called after what it means; equal rules are told apart by their order.</summary>
    private static ImmutableArray<Rule> Named(List<(Rule Rule, Scope Scope)> rules)
    {
        var taken = rules.Where(one => one.Rule.Name is not null).Select(one => one.Rule.Name!).ToHashSet(StringComparer.Ordinal);
        var next = new Dictionary<string, int>(StringComparer.Ordinal);
        return
        [
            .. rules.Select(one => WithId(one.Rule, one.Rule.Name ?? Unique(one.Scope.Full($"r-{Identity.Of(one.Rule)}"), taken, next))),
        ];
    }

    private static string Unique(string id, HashSet<string> taken, Dictionary<string, int> next)
    {
        var number = next.GetValueOrDefault(id, 1);
        string unique;
        do unique = number == 1 ? id : $"{id}-{number}";
        while (++number > 0 && !taken.Add(unique));
        next[id] = number;
        return unique;
    }

    private static Rule WithId(Rule rule, string id)
    {
        return rule with
        {
            Id = id,
            Sync = [.. rule.Sync.Select(Branch)],
            Stages = [.. rule.Stages.Select(Stage)],
            OnFailure = [.. rule.OnFailure.Select(Stage)],
        };

        Stage Stage(Stage stage) => new([.. stage.Branches.Select(Branch)]);

        Branch Branch(Branch branch) => branch with { Id = id + branch.Id };
    }
}
