using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>Works out what <c>pack add</c> and <c>pack update</c> change: the rules are compiled as they would be, with what is missing
/// fetched into a temporary folder.</summary>
internal sealed class PackUpdate : IDisposable
{
    private readonly ProjectFiles files;
    private readonly GitSource git;
    private readonly Action<string> say;
    private FetchingPacks? packs;

    public PackUpdate(ProjectFiles files, Func<string, string?> environment, Action<string> say)
    {
        (this.files, this.say) = (files, say);
        git = new GitSource(environment);
        Store = new PackStore(files, files.Relative);
        Source = files.Load();
        Rules = RulesReader.Read(Source, []);
    }

    public PackStore Store { get; }

    public SourceText Source { get; }

    public RulesFileSyntax Rules { get; }

    /// <summary>What must be mended before anything is written.</summary>
    public ImmutableArray<Diagnostic> Problems { get; private set; } = [];

    public ImmutableArray<SourceText> Sources { get; private set; } = [];

    /// <summary>Nothing is wrong with the rules, but git could not get what they need.</summary>
    public bool GitFailed => packs?.GitFailed == true;

    public IEnumerable<(UseSyntax Syntax, PackReference? Reference)> Uses =>
        Rules
            .Statements.OfType<UseSyntax>()
            .Select(use => (use, PackReference.Parse(use.Reference.Text, Source.Locate(use.Reference.Span), [])));

    /// <summary>Where the rules use a pack already, under this name or, without one, under any.</summary>
    public SourceRef? UseOf(PackReference reference, string? alias)
    {
        var key = KeyOf(reference);
        var use = Uses.Where(use =>
                use.Reference is not null && KeyOf(use.Reference) == key && (alias is null || use.Syntax.Alias?.Text == alias)
            )
            .Select(use => use.Syntax)
            .FirstOrDefault();
        return use is null ? null : Source.Locate(use.Reference.Span);
    }

    /// <summary>Null, with <see cref="Problems"/>, where it cannot be added.</summary>
    /// <param name="parameters">As they were given, by name.</param>
    public PackChange? Add(PackReference reference, IReadOnlyList<KeyValuePair<string, string>> parameters, string? alias)
    {
        var key = KeyOf(reference);
        var text = Source.Text;
        if (UseOf(reference, alias) is null)
            text = Insert(reference, parameters, alias);
        return Change(text, _ => false, pinned => pinned.Key == key, prunes: false);
    }

    /// <summary>Null, with <see cref="Problems"/>, where they cannot be updated.</summary>
    /// <param name="rules">The rules with the tags that are wanted.</param>
    /// <param name="isMeant">Of the packs in the lock, those to update.</param>
    public PackChange? Update(string rules, Func<LockedPack, bool> isMeant, bool all)
    {
        // A rules file of another name may share the lock with the project's own, which uses other packs.
        var prunes = all && ProjectFiles.Names.Contains(Path.GetFileName(files.File));
        return Change(rules, isMeant, pack => all && Store.Lock is null, prunes);
    }

    /// <summary>The uses of the rules file, each with what it may be called: the pack's own name or alias first, then its reference and the
    /// name in the lock.</summary>
    public IEnumerable<(UseSyntax Use, ImmutableArray<string> Names)> NamesOfUses()
    {
        using var known = new FetchingPacks(files, Store, null, _ => false, say);
        foreach (var (use, reference) in Uses)
        {
            var names = new List<string>();
            if (use.Alias is { } alias)
                names.Add(alias.Text);
            if (reference is not null)
            {
                var loaded = known.Load(new PackRequest(reference, Source.Locate(use.Reference.Span), known.Start), []);
                if (loaded is not null && PackHeader.Of(loaded.Source) is { } header)
                    names.Add(header.Name);
                if (Store.Lock?.Find(KeyOf(reference)) is { } locked)
                    names.AddRange([locked.Name, locked.Reference, locked.Origin]);
            }

            names.Add(use.Reference.Text);
            yield return (use, [.. names.Distinct(StringComparer.Ordinal)]);
        }
    }

    /// <summary>Null, with <see cref="Problems"/>, where the rules name something of a pack that would be gone.</summary>
    public PackChange? Remove(IReadOnlyCollection<UseSyntax> uses)
    {
        var text = UseStatement.Without(Source, uses);
        return Change(text, _ => false, _ => false, prunes: ProjectFiles.Names.Contains(Path.GetFileName(files.File)));
    }

    /// <summary>A newer tag than the one of a pack; null where there is none or its repository cannot be asked.</summary>
    private string? Newer(FoundPack pack) =>
        pack.Reference is PackReference.Git { Tag: { } tag } reference ? PackVersions.NewerThan(tag, git.Tags(reference)) : null;

    public void Dispose() => packs?.Dispose();

    /// <summary>The name of a pack in the lock that the rules file uses by this reference.</summary>
    public string KeyOf(PackReference reference) =>
        Store.KeyOf(new PackRequest(reference, new SourceRef(Source.Path, 1, 1, 1, 1), PackPlace.Of(files))) ?? reference.Text;

    // The types of parameters are known when the pack is, so it is loaded once before it is used.
    private string Insert(PackReference reference, IReadOnlyList<KeyValuePair<string, string>> parameters, string? alias)
    {
        IReadOnlyDictionary<string, string>? types = null;
        if (parameters.Count > 0)
        {
            packs ??= new FetchingPacks(files, Store, git, _ => false, say);
            var loaded = packs.Load(new PackRequest(reference, new SourceRef(Source.Path, 1, 1, 1, 1), packs.Start), []);
            types = loaded is null ? null : PackHeader.Of(loaded.Source)?.Parameters;
        }

        return new UseStatement(
            reference,
            [
                .. parameters.Select(given =>
                    KeyValuePair.Create(given.Key, UseStatement.Value(given.Value, types?.GetValueOrDefault(given.Key)))
                ),
            ],
            alias
        ).InsertInto(Source);
    }

    /// <summary>The rules with another tag of a pack; null where they do not name it.</summary>
    public string? WithTag(LockedPack pack, string tag, out string problem)
    {
        var text = Source.Text;
        var places = Uses.Where(use => use.Reference is PackReference.Git git && $"git+{git.Url}" == pack.Origin).ToList();
        var url = pack.Origin["git+".Length..];
        problem =
            GitAddress.Problem(url, tag) is var (what, _) ? what
            : places.Count == 0 ? $"{Source.Path} does not use {pack.Name} itself: the pack that uses it names the tag"
            : "";
        if (problem.Length > 0)
            return null;
        foreach (var (use, reference) in places.AsEnumerable().Reverse())
        {
            var old = $"#{((PackReference.Git)reference!).Tag}";
            // No tag holds a sign that could be written in two ways, so it stands in the file as it is.
            var at = text.LastIndexOf(old, use.Reference.Span.End - 1, use.Reference.Span.Length, StringComparison.Ordinal);
            text = text.Remove(at, old.Length).Insert(at, $"#{tag}");
        }

        return text;
    }

    private PackChange? Change(string text, Func<LockedPack, bool> takeOver, Func<FoundPack, bool> pins, bool prunes)
    {
        packs ??= new FetchingPacks(files, Store, git, takeOver, say);
        using var known = new FetchingPacks(files, Store, null, _ => false, say);
        var before = Compilation.Create(known, Source);
        var after = Compilation.Create(packs, new SourceText(Source.Path, text));
        Sources = after.Sources;
        // What was wrong before is not made worse by a pack.
        var told = before.Diagnostics.Select(diagnostic => (diagnostic.Code, diagnostic.Message)).ToHashSet();
        var errors = after.Diagnostics.Where(diagnostic => diagnostic.Severity == Severity.Error).ToList();
        Problems = [.. errors.Where(diagnostic => IsOfPacks(diagnostic) || !told.Contains((diagnostic.Code, diagnostic.Message)))];
        if (Problems.Length > 0)
            return null;

        var found = packs.Found.ToList();
        var pinned = Pinned(found, pins);
        var old = Store.Lock ?? PackLock.Empty;
        var kept = prunes
            ? []
            : old.Packs.Where(pack => found.All(one => one.Key != pack.Reference) && !pinned.Any(one => one.Entry!.Origin == pack.Origin));
        var next = new PackLock([.. kept, .. pinned.Select(pack => pack.Entry!)]);
        var steps = pinned.Select(pack => new PackStep(
            pack,
            Locked(old, pack.Entry!),
            before.HasErrors ? null : AbilitiesOf(before, known.Found.FirstOrDefault(one => one.Entry?.Origin == pack.Entry!.Origin)),
            AbilitiesOf(after, pack)!,
            takeOver(pack.Entry!) ? Newer(pack) : null
        ));
        return new PackChange(
            Store,
            files,
            next,
            text == Source.Text ? null : text,
            [.. steps],
            [.. old.Packs.Where(pack => next.Packs.All(other => other.Origin != pack.Origin))],
            prunes
        );
    }

    private static bool IsOfPacks(Diagnostic diagnostic) => diagnostic.Code.StartsWith("HR4", StringComparison.Ordinal);

    private static LockedPack? Locked(PackLock packs, LockedPack pack) =>
        packs.Find(pack.Reference) ?? (pack.IsGit ? packs.Packs.FirstOrDefault(other => other.Origin == pack.Origin) : null);

    // Those of git, those that were pinned, what is asked for now, and what these use.
    private List<FoundPack> Pinned(List<FoundPack> found, Func<FoundPack, bool> pins)
    {
        var pinned = found
            .Where(pack => pack.Reference is PackReference.Git || Store.Lock?.Find(pack.Key) is not null || pins(pack))
            .ToHashSet();
        for (var grown = true; grown; )
        {
            var sources = pinned
                .Where(pack => pack.Pack is not null)
                .Select(pack => pack.Pack!.Source.Path)
                .ToHashSet(StringComparer.Ordinal);
            var more = found.Where(pack => pack.UsedBy.Overlaps(sources) && !pinned.Contains(pack)).ToList();
            pinned.UnionWith(more);
            grown = more.Count > 0;
        }

        return [.. pinned.Where(pack => pack.Entry is not null).OrderBy(pack => pack.Key, StringComparer.Ordinal)];
    }

    /// <summary>What the rules of one pack may do, with the parameters that it was given.</summary>
    public static PackAbilities? AbilitiesOf(Compilation compilation, FoundPack? pack) =>
        pack?.Pack is { } loaded ? PackAbilities.Of(Part(compilation.Graph, loaded.Source.Path)) : null;

    private static RuleGraph Part(RuleGraph graph, string file) =>
        graph with
        {
            Rules = [.. graph.Rules.Where(rule => rule.Source.File == file)],
            Actions = [.. graph.Actions.Where(action => action.Source.File == file)],
        };
}
