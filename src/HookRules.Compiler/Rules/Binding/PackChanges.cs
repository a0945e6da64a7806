using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>What a project changes in the packs that it uses: actions that it replaces, rules that it switches off.</summary>
internal sealed class PackChanges(Scope project)
{
    /// <summary>The action of a pack that a declaration replaces; its scope is null where the declaration is one of the project's
    /// own.</summary>
    /// <returns>False where it replaces nothing that there is, which is reported.</returns>
    public bool TryReplace(NameSyntax name, BindContext context, out (Scope? Pack, string Name) replaced)
    {
        replaced = (null, name.Text);
        var dot = name.Text.IndexOf('.', StringComparison.Ordinal);
        if (dot <= 0)
            return true;
        if (project.InPack(name.Text) is var (pack, own))
        {
            replaced = (pack, own);
            if (pack.FindAction(own) is not null)
                return true;
            if (!pack.IsSkippedAction(own))
                Unknown();
            return false;
        }

        if (project.MissesPack)
            return false;
        // A name with a dot is a name like any other, unless it nearly is a pack's.
        if (project.Nearest(name.Text[..dot], project.Packs.Keys) is null)
            return true;
        Unknown();
        return false;

        void Unknown() =>
            context.Report(
                DiagnosticCatalog.UnknownPackAction(context.At(name), name.Text, Nearest(name.Text, scope => scope.OwnActionNames))
            );
    }

    public void Disable(DisableSyntax syntax, BindContext context)
    {
        var name = syntax.Rule.Text;
        if (project.InPack(name) is var (pack, own))
        {
            if (pack.HasRule(own))
                pack.Disable(own);
            else if (!pack.MaySkipRule(own))
                Unknown();
        }
        else if (!project.MissesPack)
        {
            Unknown();
        }

        void Unknown() =>
            context.Report(DiagnosticCatalog.UnknownPackRule(context.At(syntax.Rule), name, Nearest(name, scope => scope.RuleNames)));
    }

    private string? Nearest(string name, Func<Scope, IEnumerable<string>> names)
    {
        var all = project.Packs.SelectMany(pack => names(pack.Value).Select(one => $"{pack.Key}.{one}")).ToList();
        // The right name with the wrong pack, or with none: often one of a pack that is used under another name.
        var own = name[(name.LastIndexOf('.') + 1)..];
        return all.Where(one => one.EndsWith($".{own}", StringComparison.Ordinal)).Take(2).ToList() is [var only]
            ? only
            : project.Nearest(name, all);
    }
}
