using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using HookRules.LanguageServer.Files;

namespace HookRules.LanguageServer.Answers;

/// <summary>A pack that a file uses, by what it is called there.</summary>
/// <param name="Path">Absolute; null for a bundled one.</param>
internal sealed record UsedPack(string Name, UseSyntax Use, RulesFileSyntax Syntax, string? Path)
{
    /// <summary>What tells one use from another before the pack is read.</summary>
    public static string NameOf(UseSyntax use) => use.Alias?.Text ?? use.Reference.Text;
}

/// <summary>The names that one open file declares, and those of the packs that it uses.</summary>
internal sealed class ProjectView(OpenFile file, OpenFiles files, ServerContext context)
{
    private IReadOnlyList<UsedPack>? packs;
    private IReadOnlyList<DeclaredName>? names;

    public OpenFile File => file;

    public OpenFiles Files => files;

    public ServerContext Context => context;

    public Compilation Compilation => files.Compiled(file, context).Compilation;

    public IReadOnlyList<DeclaredName> Names => names ??= file.Kind == FileKind.Rules ? [.. DeclaredName.In(file.Syntax)] : [];

    public IReadOnlyList<UsedPack> Packs => packs ??= file.Kind == FileKind.Rules ? [.. Used()] : [];

    /// <summary>The pack behind a reference; null where it cannot be read.</summary>
    public (SourceText Source, string? Path)? Load(string reference)
    {
        var problems = new List<Diagnostic>();
        var at = new SourceRef(file.Display, 1, 1, 1, 1);
        if (PackReference.Parse(reference, at, problems) is not { } parsed)
            return null;
        var loader = file.Path is null
            ? PackLoader.BundledOnly
            : (PackLoader)new OpenPacks(ProjectFiles.Of(file.Path, context.Home), files);
        return loader.Load(new PackRequest(parsed, at, loader.Start), problems) is { } pack
            ? (pack.Source, loader is OpenPacks open ? open.Places.GetValueOrDefault(pack.Source.Path) : null)
            : null;
    }

    private IEnumerable<UsedPack> Used()
    {
        foreach (var use in file.Syntax.Statements.OfType<UseSyntax>())
        {
            if (Load(use.Reference.Text) is not var (source, path))
                continue;
            var syntax = RulesReader.Read(source, []);
            var name = use.Alias?.Text ?? syntax.Statements.OfType<PackSyntax>().FirstOrDefault()?.Name.Text;
            if (name is not null)
                yield return new UsedPack(name, use, syntax, path);
        }
    }
}

internal enum NameKind
{
    Action,
    Let,
    Parameter,
    Rule,
}

/// <summary>A name that a statement gives.</summary>
/// <param name="At">Where the name stands.</param>
/// <param name="Whole">The statement, or what else gives it.</param>
internal sealed record DeclaredName(NameKind Kind, string Name, TextSpan At, TextSpan Whole)
{
    public static IEnumerable<DeclaredName> In(RulesFileSyntax file)
    {
        foreach (var statement in file.Statements)
        {
            switch (statement)
            {
                case ActionSyntax action:
                    yield return new DeclaredName(NameKind.Action, action.Name.Text, action.Name.Span, action.Span);
                    break;
                case LetSyntax let:
                    yield return new DeclaredName(NameKind.Let, let.Name.Text, let.Name.Span, let.Span);
                    break;
                case ParamSyntax param:
                    yield return new DeclaredName(NameKind.Parameter, param.Name.Text, param.Name.Span, param.Span);
                    break;
                case RuleSyntax rule:
                    if (rule.Name is not null)
                        yield return new DeclaredName(NameKind.Rule, rule.Name.Text, rule.Name.Span, rule.Span);
                    foreach (var given in GivenIn(rule))
                        yield return given;
                    break;
                case SkippedSyntax { Name: { } name, Keyword: { } keyword } skipped when KindOf(keyword) is { } kind:
                    yield return new DeclaredName(kind, name, skipped.Span, skipped.Span);
                    break;
            }
        }
    }

    /// <summary>The names that <c>as</c> gives to actions in a rule.</summary>
    private static IEnumerable<DeclaredName> GivenIn(RuleSyntax rule) =>
        from stage in rule.Stages.Concat(rule.OnFailure)
        from action in stage.Items.OfType<InlineActionSyntax>()
        from modifier in action.Modifiers.OfType<NameModifierSyntax>()
        where modifier.Word.Text == "as"
        select new DeclaredName(NameKind.Action, modifier.Name.Text, modifier.Name.Span, action.Span);

    private static NameKind? KindOf(string keyword) =>
        keyword switch
        {
            "action" => NameKind.Action,
            "let" => NameKind.Let,
            "param" => NameKind.Parameter,
            "rule" => NameKind.Rule,
            _ => null,
        };
}
