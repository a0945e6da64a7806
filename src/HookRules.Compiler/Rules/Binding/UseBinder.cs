using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>Loads the packs that files use, and those that packs use, each once; gives every file its scope and its constants.</summary>
internal sealed class UseBinder
{
    private const int MaxDepth = 32;

    private readonly PackLoader packs;
    private readonly ICollection<Diagnostic> problems;
    private readonly PayloadKinds payloads = new();
    private readonly List<UsedPack> used = [];
    private readonly List<string> chain = [];
    private readonly HashSet<string> open = new(StringComparer.Ordinal);
    private readonly Dictionary<(string Text, PackPlace? From), LoadedPack> found = [];
    private readonly Dictionary<(string Identity, string? Revision), RulesFileSyntax> read = [];

    private UseBinder(PackLoader packs, ICollection<Diagnostic> problems)
    {
        this.packs = packs;
        this.problems = problems;
    }

    /// <param name="Chain">Who used it first, in words.</param>
    private sealed record UsedPack(
        LoadedPack Pack,
        PackSyntax Header,
        Dictionary<string, Constant> Arguments,
        string Chain,
        CompilationUnit Unit
    )
    {
        public string Version => Pack.Revision ?? Header.Version.Text;

        /// <summary>The first parameter that has another value there; null where all are the same.</summary>
        public string? Differs(Dictionary<string, Constant> values) =>
            values
                .Where(value => Arguments.TryGetValue(value.Key, out var own) && !own.Equals(value.Value))
                .Select(value => value.Key)
                .FirstOrDefault();

        /// <summary>The same pack, or a copy of it.</summary>
        public bool Is(LoadedPack other, PackSyntax header) =>
            Pack.Identity == other.Identity
            || (
                Header.Name.Text == header.Name.Text
                && Header.Version.Text == header.Version.Text
                && Pack.Source.Sha256 == other.Source.Sha256
            );
    }

    /// <returns>Packs before the files that use them; the project's own files last.</returns>
    public static ImmutableArray<CompilationUnit> Bind(
        IReadOnlyCollection<RulesFileSyntax> files,
        PackLoader packs,
        ICollection<Diagnostic> problems
    )
    {
        var binder = new UseBinder(packs, problems);
        var constants = new Constants();
        var isPack = files.Any(file => file.Statements.Any(statement => statement is PackSyntax));
        if (isPack)
            constants.SetFolder(".");
        var project = new CompilationUnit(
            new Scope(null, constants, binder.payloads),
            isPack,
            [.. files.Select(file => (file, new BindContext(file.Source, problems, constants)))]
        );
        foreach (var (file, context) in project.Files)
        {
            ParameterBinder.Declare(file, context);
            ParameterBinder.Defaults(file, context, isPack, packs.Arguments);
        }

        if (packs.StartIdentity is { } identity)
            binder.open.Add(identity);
        foreach (var file in project.Files)
        {
            binder.chain.Add(file.Syntax.Source.Path);
            binder.Uses(file.Syntax, file.Context, project.Scope, packs.Start);
            binder.chain.Clear();
        }

        // The project may name what its packs use as well.
        foreach (var unit in binder.used.Select(one => one.Unit))
            project.Scope.AddPack(unit.Scope.Prefix!, unit.Scope);
        return [.. binder.used.Select(one => one.Unit), project];
    }

    private void Uses(RulesFileSyntax file, BindContext context, Scope scope, PackPlace? place)
    {
        foreach (var skipped in file.Statements.OfType<SkippedSyntax>().Where(skipped => skipped.Keyword == "use"))
            scope.MissPack();
        foreach (var use in file.Statements.OfType<UseSyntax>())
        {
            if (Use(use, context, place) is { } pack)
                scope.AddPack(use.Alias?.Text ?? pack.Header.Name.Text, pack.Unit.Scope);
            else
                scope.MissPack();
        }
    }

    /// <summary>Null where it cannot be used, which is reported.</summary>
    private UsedPack? Use(UseSyntax use, BindContext context, PackPlace? place)
    {
        var at = context.At(use.Reference);
        if (Find(use, at, place) is not { } pack)
            return null;
        if (open.Contains(pack.Identity))
            return context.None<UsedPack>(DiagnosticCatalog.PackCycle(at, Chain(use)));
        if (chain.Count > MaxDepth)
            return context.None<UsedPack>(DiagnosticCatalog.TooDeep(at));
        if (!read.TryGetValue((pack.Identity, pack.Revision), out var file))
            read.Add((pack.Identity, pack.Revision), file = RulesReader.Read(pack.Source, problems));
        if (file.Statements.OfType<PackSyntax>().FirstOrDefault() is not { } header)
        {
            // A header that cannot be read is told at its own place, and a file that is no text has none.
            return pack.Source.IsText && !file.Statements.Any(statement => statement is SkippedSyntax { Keyword: "pack" })
                ? context.None<UsedPack>(DiagnosticCatalog.NoPackHeader(at, use.Reference.Text, pack.Source.Path))
                : null;
        }

        var name = use.Alias ?? header.Name;
        if (name.Text.Contains('.', StringComparison.Ordinal) && use.Alias is not null)
            return context.None<UsedPack>(DiagnosticCatalog.WrongValue(context.At(use.Alias), "the name of a pack", "a name without dots"));
        return Bind(use, context, pack, file, header, name.Text);
    }

    /// <summary>Null where there is none, which is reported.</summary>
    private LoadedPack? Find(UseSyntax use, SourceRef at, PackPlace? place)
    {
        if (found.TryGetValue((use.Reference.Text, place), out var pack))
            return pack;
        var told = new List<Diagnostic>();
        pack = PackReference.Parse(use.Reference.Text, at, told) is { } reference
            ? packs.Load(new PackRequest(reference, at, place), told)
            : null;
        // What is written in the project's own file needs no explanation of how it came there.
        foreach (var diagnostic in told)
            problems.Add(chain.Count < 2 ? diagnostic : diagnostic with { Message = $"{diagnostic.Message} ({Chain(use)})" });
        if (pack is not null)
            found.Add((use.Reference.Text, place), pack);
        return pack;
    }

    private UsedPack? Bind(UseSyntax use, BindContext context, LoadedPack loaded, RulesFileSyntax file, PackSyntax header, string prefix)
    {
        var at = context.At(use.Reference);
        var constants = new Constants();
        var own = new BindContext(file.Source, problems, constants);
        // What is wrong in the pack's own file is told once, however often it is looked at.
        ParameterBinder.Declare(file, own);
        var arguments = ParameterBinder.Bind(file, own, use, context);
        var same = used.Where(other => other.Is(loaded, header)).ToArray();
        if (same.Length > 0)
        {
            if (OtherVersion(same[0], loaded, header) is { } version)
                return context.None<UsedPack>(
                    DiagnosticCatalog.PackVersionConflict(at, header.Name.Text, same[0].Version, same[0].Chain, version, Chain(use))
                );
            if (Array.Find(same, other => other.Differs(arguments) is null) is { } known)
                return known;
            // Under a name of its own it is there once more, with values of its own.
            if (use.Alias is null || Array.Exists(same, other => other.Unit.Scope.Prefix == prefix))
            {
                var first = same[0];
                var name = first.Differs(arguments)!;
                return context.None<UsedPack>(
                    DiagnosticCatalog.PackParameterConflict(
                        at,
                        header.Name.Text,
                        name,
                        first.Arguments[name].Inline,
                        first.Chain,
                        arguments[name].Inline,
                        Chain(use)
                    )
                );
            }
        }

        if (used.Find(other => other.Unit.Scope.Prefix == prefix) is { } clash)
        {
            return context.None<UsedPack>(
                clash.Header.Name.Text == header.Name.Text && clash.Header.Version.Text != header.Version.Text
                    ? DiagnosticCatalog.PackVersionConflict(
                        at,
                        prefix,
                        clash.Header.Version.Text,
                        clash.Chain,
                        header.Version.Text,
                        Chain(use)
                    )
                    : DiagnosticCatalog.PackPrefixClash(at, prefix, clash.Chain, Chain(use), use.Reference.Text)
            );
        }

        constants.SetFolder(loaded.ProjectPath);
        var pack = new UsedPack(
            loaded,
            header,
            arguments,
            Chain(use),
            new CompilationUnit(new Scope(prefix, constants, payloads), IsPack: true, [(file, own)])
        );
        chain.Add(use.Reference.Text);
        open.Add(loaded.Identity);
        Uses(file, own, pack.Unit.Scope, loaded.Place);
        open.Remove(loaded.Identity);
        chain.RemoveAt(chain.Count - 1);
        used.Add(pack);
        return pack;
    }

    /// <summary>Null where both are of one version.</summary>
    private static string? OtherVersion(UsedPack known, LoadedPack loaded, PackSyntax header) =>
        known.Pack.Identity == loaded.Identity && (loaded.Revision ?? header.Version.Text) is var version && version != known.Version
            ? version
            : null;

    // main.hookrules uses ./a, which uses ./b
    private string Chain(UseSyntax use) => $"{chain[0]} uses {string.Join(", which uses ", chain.Skip(1).Append(use.Reference.Text))}";
}
