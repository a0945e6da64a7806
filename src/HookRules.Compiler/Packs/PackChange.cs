using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>What one pack was and will be.</summary>
/// <param name="Before">Null where nothing was known of it, or nothing that can be compared.</param>
/// <param name="Newer">A newer tag of its repository.</param>
internal sealed record PackStep(FoundPack Pack, LockedPack? Locked, PackAbilities? Before, PackAbilities After, string? Newer)
{
    public LockedPack Entry => Pack.Entry!;

    public bool IsNew => Locked is null;

    public bool IsChanged => Locked is not null && Locked != Entry;

    /// <summary>The same tag is another commit now.</summary>
    public bool IsMoved => Locked is not null && Locked.Reference == Entry.Reference && Locked.Commit != Entry.Commit;
}

/// <summary>All that <c>pack add</c> or <c>pack update</c> would write, not yet written.</summary>
internal sealed record PackChange(PackStore Store, ProjectFiles Files, PackLock Lock, string? Rules, ImmutableArray<PackStep> Steps, ImmutableArray<LockedPack> Dropped, bool Prunes)
{
    /// <summary>Copies before the lock that names them, and both before the rules that use them.</summary>
    public void Write()
    {
        foreach (var step in Steps)
            if (step.Pack.Fetched is { } fetched) Store.Vendored.Replace(step.Entry.Name, fetched.Files);
        if (Lock.Packs.Length > 0 || File.Exists(Store.LockPath)) Lock.Write(Store.LockPath);
        if (Rules is not null) AtomicFile.Write(Files.File, Encoding.UTF8.GetBytes(Rules));
        if (Prunes) Store.Vendored.Keep(Lock.Packs.Where(pack => pack.IsGit).Select(pack => pack.Name).ToHashSet(StringComparer.Ordinal));
    }
}

/// <summary>Works out what <c>pack add</c> and <c>pack update</c> change: the rules are compiled as they would be, with what is missing fetched into a temporary folder.</summary>
internal sealed class PackChanges : IDisposable
{
    private readonly ProjectFiles files;
    private readonly GitSource git;
    private readonly Action<string> say;
    private FetchingPacks? packs;

    public PackChanges(ProjectFiles files, Func<string, string?> environment, Action<string> say)
    {
        (this.files, this.say) = (files, say);
        git = new GitSource(environment);
        Store = new PackStore(files, path => Path.GetRelativePath(files.ProjectDir, path).Replace('\\', '/'));
        Source = files.Load();
        Rules = RulesReader.Read(Source, []);
    }

    public PackStore Store { get; }

    public SourceText Source { get; }

    public RulesFileSyntax Rules { get; }

    /// <summary>What must be mended before anything is written.</summary>
    public ImmutableArray<Diagnostic> Problems { get; private set; } = [];

    public ImmutableArray<SourceText> Sources { get; private set; } = [];

    public IEnumerable<(UseSyntax Syntax, PackReference? Reference)> Uses =>
        Rules.Statements.OfType<UseSyntax>().Select(use => (use, PackReference.Parse(use.Reference.Text, Source.Locate(use.Reference.Span), [])));

    /// <summary>Null, with <see cref="Problems"/>, where it cannot be added.</summary>
    /// <param name="parameters">As they were given, by name.</param>
    public PackChange? Add(PackReference reference, IReadOnlyList<KeyValuePair<string, string>> parameters, string? alias)
    {
        var key = KeyOf(reference);
        var text = Source.Text;
        if (!Uses.Any(use => use.Reference is not null && KeyOf(use.Reference) == key)) text = Insert(reference, parameters, alias, pack => false);
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

    /// <summary>A newer tag than the one of a pack; null where there is none or its repository cannot be asked.</summary>
    private string? Newer(FoundPack pack) => pack.Reference is PackReference.Git { Tag: { } tag } reference ? PackVersions.NewerThan(tag, git.Tags(reference)) : null;

    public void Dispose() => packs?.Dispose();

    /// <summary>The name of a pack in the lock that the rules file uses by this reference.</summary>
    public string KeyOf(PackReference reference) =>
        Store.KeyOf(new PackRequest(reference, new SourceRef(Source.Path, 1, 1, 1, 1), new PackPlace(Path.GetDirectoryName(files.File)!, ProjectFiles.RootOf(files.ProjectDir)))) ?? reference.Text;

    // The types of parameters are known when the pack is, so it is loaded once before it is used.
    private string Insert(PackReference reference, IReadOnlyList<KeyValuePair<string, string>> parameters, string? alias, Func<LockedPack, bool> takeOver)
    {
        IReadOnlyDictionary<string, string>? types = null;
        if (parameters.Count > 0)
        {
            packs ??= new FetchingPacks(files, Store, git, takeOver, say);
            var loaded = packs.Load(new PackRequest(reference, new SourceRef(Source.Path, 1, 1, 1, 1), packs.Start), []);
            types = loaded is null ? null : PackHeader.Of(loaded.Source).Parameters;
        }

        return new UseStatement(reference, [.. parameters.Select(given => KeyValuePair.Create(given.Key, UseStatement.Value(given.Value, types?.GetValueOrDefault(given.Key))))], alias).InsertInto(Source);
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
        if (Problems.Length > 0) return null;

        var found = packs.Found.ToList();
        var pinned = Pinned(found, pins);
        var old = Store.Lock ?? PackLock.Empty;
        var kept = prunes ? [] : old.Packs.Where(pack => found.All(one => one.Key != pack.Reference) && !pinned.Any(one => one.Entry!.Origin == pack.Origin));
        var next = new PackLock([.. kept, .. pinned.Select(pack => pack.Entry!)]);
        var steps = pinned.Select(pack => new PackStep(pack, Locked(old, pack.Entry!), before.HasErrors ? null : AbilitiesOf(before, known.Found.FirstOrDefault(one => one.Entry?.Origin == pack.Entry!.Origin)), AbilitiesOf(after, pack)!, takeOver(pack.Entry!) ? Newer(pack) : null));
        return new PackChange(Store, files, next, text == Source.Text ? null : text, [.. steps], [.. old.Packs.Where(pack => next.Packs.All(other => other.Origin != pack.Origin))], prunes);
    }

    private static bool IsOfPacks(Diagnostic diagnostic) => diagnostic.Code.StartsWith("HR4", StringComparison.Ordinal);

    private static LockedPack? Locked(PackLock packs, LockedPack pack) => packs.Find(pack.Reference) ?? (pack.IsGit ? packs.Packs.FirstOrDefault(other => other.Origin == pack.Origin) : null);

    // Those of git, those that were pinned, what is asked for now, and what these use.
    private List<FoundPack> Pinned(List<FoundPack> found, Func<FoundPack, bool> pins)
    {
        var pinned = found.Where(pack => pack.Reference is PackReference.Git || Store.Lock?.Find(pack.Key) is not null || pins(pack)).ToHashSet();
        for (var grown = true; grown;)
        {
            var sources = pinned.Where(pack => pack.Pack is not null).Select(pack => pack.Pack!.Source.Path).ToHashSet(StringComparer.Ordinal);
            grown = found.Where(pack => pack.UsedBy.Overlaps(sources)).Count(pinned.Add) > 0;
        }

        return [.. pinned.Where(pack => pack.Entry is not null).OrderBy(pack => pack.Key, StringComparer.Ordinal)];
    }

    /// <summary>What the rules of one pack may do, with the parameters that it was given.</summary>
    public static PackAbilities? AbilitiesOf(Compilation compilation, FoundPack? pack) => pack?.Pack is { } loaded ? PackAbilities.Of(Part(compilation.Graph, loaded.Source.Path)) : null;

    private static RuleGraph Part(RuleGraph graph, string file) => graph with
    {
        Rules = [.. graph.Rules.Where(rule => rule.Source.File == file)],
        Actions = [.. graph.Actions.Where(action => action.Source.File == file)],
    };
}
