using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Answers;

/// <summary>A name, and the file that gives it.</summary>
/// <param name="File">The path or URI of the file; of a bundled pack its reference.</param>
internal sealed record Named(string File, NameKind Kind, string Name)
{
    /// <summary>A pack that lies in the program cannot be changed.</summary>
    public bool IsBundled => File.StartsWith("std/", StringComparison.Ordinal);
}

/// <summary>Where a name stands.</summary>
internal sealed record Occurrence(OpenFile File, TextSpan At, bool IsGiven);

/// <summary>Finds a name in all files of a project: where it is given, in the rules that use it, and in the cases of both.</summary>
internal sealed class ProjectNames(OpenFiles files, ServerContext context)
{
    private readonly Dictionary<string, OpenFile?> loaded = new(StringComparer.Ordinal);

    /// <summary>The name at a place, and where it stands there; null where there is none.</summary>
    public (Named Name, TextSpan At)? At(OpenFile file, int at) =>
        In(file).FirstOrDefault(one => one.At.Holds(at)) is { Named: { } name } found ? (name, found.At) : null;

    /// <param name="near">Where the search begins: a file that knows the name.</param>
    public IEnumerable<Occurrence> Of(Named name, OpenFile near) =>
        from file in Around(name, near).DistinctBy(KeyOf).ToList()
        from one in In(file)
        where one.Named == name
        select new Occurrence(file, one.At, one.IsGiven);

    /// <summary>The files that may say the name.</summary>
    public IEnumerable<OpenFile> Around(Named name, OpenFile near)
    {
        var rules = new List<OpenFile>();
        if ((near.Kind == FileKind.Cases ? RulesOf(near) : near) is { } first)
            rules.Add(first);
        if (Given(name) is { } giver)
        {
            rules.Add(giver);
            if (giver.Path is { } path && giver.Syntax.Statements.OfType<PackSyntax>().Any())
                rules.AddRange(Beside(path));
        }

        foreach (var file in rules.DistinctBy(KeyOf).ToList())
        {
            yield return file;
            foreach (var cases in CasesOf(file))
                yield return cases;
        }
    }

    /// <summary>The files of cases that are about these rules, those that are open first.</summary>
    public IEnumerable<OpenFile> CasesOf(OpenFile rules)
    {
        if (rules.Path is not { } path)
            return [];
        var folder = ProjectFiles.Of(path, context.Home).ProjectDir;
        var below = folder == context.Home || !Directory.Exists(folder) ? [] : CaseFiles.Below(folder);
        return files
            .All.Where(file => file.Kind == FileKind.Cases)
            .Select(file => file.Path)
            .OfType<string>()
            .Concat(below)
            .Distinct(StringComparer.Ordinal)
            .Where(cases => CaseFiles.RulesOf(cases) == path)
            .Select(Load)
            .OfType<OpenFile>();
    }

    /// <summary>All rules files of the repository that a pack lies in, and those that are open.</summary>
    private IEnumerable<OpenFile> Beside(string pack)
    {
        var root = ProjectFiles.RootOf(Path.GetDirectoryName(pack)!);
        return files
            .All.Where(file => file.Kind == FileKind.Rules)
            .Concat(
                root == context.Home || !Directory.Exists(root)
                    ? []
                    : LintFiles.In(root).Where(file => file.IsRules).Select(file => Load(file.Path)).OfType<OpenFile>()
            );
    }

    private OpenFile? Given(Named name) =>
        name.IsBundled ? null
        : files.Find(name.File) is { } open ? open
        : Load(name.File);

    private OpenFile? RulesOf(OpenFile cases) => cases.Path is { } path && CaseFiles.RulesOf(path) is { } rules ? Load(rules) : null;

    /// <summary>As it stands in the editor, else on the disk; null where it cannot be read.</summary>
    public OpenFile? Load(string path)
    {
        if (files.At(path) is { } open)
            return open;
        if (loaded.TryGetValue(path, out var known))
            return known;
        try
        {
            return loaded[path] = OpenFile.Of(OpenFile.UriOf(path), null, null, SourceText.Load(path, path).Text);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or UriFormatException)
        {
            return loaded[path] = null;
        }
    }

    private static string KeyOf(OpenFile file) => file.Path ?? file.Uri;

    /// <summary>The names of a file with what they mean.</summary>
    private IEnumerable<(Named? Named, TextSpan At, bool IsGiven)> In(OpenFile file)
    {
        switch (file.Kind)
        {
            case FileKind.Rules:
                var view = new ProjectView(file, files, context);
                return file.Uses.Select(use => (Meant(view, use.Kind, use.Pack, use.Name), use.At, use.IsGiven));
            case FileKind.Cases when RulesOf(file) is { } rules:
                var about = new ProjectView(rules, files, context);
                return CaseMarks
                    .In(file.Source)
                    .Where(mark => mark.Kind != CaseMarkKind.Step)
                    .Select(mark => Meant(about, mark))
                    .Where(one => one.Named is not null);
            default:
                return [];
        }
    }

    private static Named? Meant(ProjectView view, NameKind kind, string? pack, string name) =>
        pack is null ? new Named(KeyOf(view.File), kind, name)
        : view.Packs.FirstOrDefault(used => used.Name == pack || UsedPack.NameOf(used.Use) == pack) is { } found
            ? new Named(found.Path ?? found.Use.Reference.Text, kind, name)
        : null;

    private static (Named? Named, TextSpan At, bool IsGiven) Meant(ProjectView rules, CaseMark mark)
    {
        if (mark.Kind == CaseMarkKind.Parameter)
            return (new Named(KeyOf(rules.File), NameKind.Let, mark.Text), mark.At, false);
        if (Given(rules.Names, mark.Text) is { } own)
            return (new Named(KeyOf(rules.File), own.Kind, own.Name), mark.At, false);
        var dot = mark.Text.IndexOf('.', StringComparison.Ordinal);
        var name = mark.Text[(dot + 1)..];
        foreach (var pack in rules.Packs)
            if ((dot <= 0 || pack.Name == mark.Text[..dot]) && Given([.. DeclaredName.In(pack.Syntax)], name) is { } found)
                return (
                    new Named(pack.Path ?? pack.Use.Reference.Text, found.Kind, name),
                    TextSpan.Between(mark.At.End - name.Length, mark.At.End),
                    false
                );
        return (null, mark.At, false);
    }

    /// <summary>Cases name rules, and where there is none, actions.</summary>
    private static DeclaredName? Given(IReadOnlyList<DeclaredName> names, string name) =>
        names.FirstOrDefault(one => one.Name == name && one.Kind == NameKind.Rule)
        ?? names.FirstOrDefault(one => one.Name == name && one.Kind == NameKind.Action);
}
