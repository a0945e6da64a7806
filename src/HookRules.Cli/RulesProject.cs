using System.CommandLine;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>The rules file that a command works on: named, or found from the working folder up.</summary>
internal sealed record RulesProject(string File, string ProjectDir, Compilation Compilation)
{
    public static Argument<string?> FileArgument =>
        new("FILE")
        {
            Description =
                "The rules file; without it hookrules.yaml, hookrules.yml or main.hookrules is looked for from here up to the "
                + "repository root, also inside .claude/.",
            Arity = ArgumentArity.ZeroOrOne,
        };

    /// <summary>Null, with the reason printed, where there is no such file.</summary>
    public static RulesProject? Open(Cli cli, string? file) => Find(cli, file) is { } found ? Of(found) : null;

    /// <summary>Of whose layer the rules are.</summary>
    public Layer Layer { get; private init; }

    /// <summary>The files that a command works on: the one that was named, else those of project and person together, or of the layer
    /// that was named. Null, with the reason printed, where there is none.</summary>
    public static IReadOnlyList<ProjectFiles>? FindAll(Cli cli, string? file, Layer? layer)
    {
        if (file is not null)
            return Find(cli, file) is { } named ? [named with { Layer = layer ?? named.Layer }] : null;
        var project = ProjectFiles.Find(cli.WorkingDirectory, Home(cli));
        IEnumerable<ProjectFiles?> found = layer switch
        {
            null => [project, ProjectFiles.FindPersonal(cli.WorkingDirectory, project, Home(cli))],
            Layer.Personal => [ProjectFiles.FindPersonal(cli.WorkingDirectory, project, Home(cli))],
            Layer.User => [Home(cli) is { } home ? ProjectFiles.In(home, ProjectFiles.Names, home) : null],
            _ => [project is null ? null : project with { Layer = layer.Value }],
        };
        var files = found.OfType<ProjectFiles>().Select(one => Chosen(cli, one)).ToList();
        if (files.Count > 0)
            return files;
        if (layer is null)
            return Find(cli, null) is { } one ? [one] : null;
        cli.Error.WriteLine(
            layer switch
            {
                Layer.Personal =>
                    "hookrules: no rules of your own here: expected main.local.hookrules or hookrules.local.yaml, also inside "
                        + ".claude/.",
                Layer.User => "hookrules: no rules in your home folder: expected ~/.claude/main.hookrules or ~/.claude/hookrules.yaml.",
                _ => "hookrules: no rules file here or in a folder above: expected hookrules.yaml, hookrules.yml or main.hookrules.",
            }
        );
        return null;
    }

    /// <param name="arguments">Values for the parameters, if the file is a pack.</param>
    public static RulesProject Of(ProjectFiles files, IReadOnlyDictionary<string, string>? arguments = null) =>
        new(files.File, files.ProjectDir, Compilation.Of(files, arguments: arguments)) { Layer = files.Layer };

    public static string? Home(Cli cli) =>
        cli.Environment(OperatingSystem.IsWindows() ? "USERPROFILE" : "HOME") is { Length: > 0 } home ? Path.GetFullPath(home) : null;

    /// <summary>The same without reading it.</summary>
    public static ProjectFiles? Find(Cli cli, string? file)
    {
        if (file is null)
        {
            if (ProjectFiles.Find(cli.WorkingDirectory, Home(cli)) is { } found)
                return Chosen(cli, found);
            cli.Error.WriteLine(
                "hookrules: no rules file here or in a folder above: expected hookrules.yaml, hookrules.yml or main.hookrules, "
                    + "also inside .claude/. hookrules init writes one."
            );
            return null;
        }

        var path = Path.GetFullPath(file, cli.WorkingDirectory);
        if (System.IO.File.Exists(path))
            return ProjectFiles.Of(path, Home(cli));
        cli.SayMissing(file);
        return null;
    }

    /// <summary>Says which files are passed over for one that was found: who edits one of those would wait in vain.</summary>
    public static ProjectFiles Chosen(Cli cli, ProjectFiles found)
    {
        foreach (var other in found.Others)
            cli.Error.WriteLine(
                Printable.Line(
                    $"hookrules: {Path.GetRelativePath(cli.WorkingDirectory, other)} is not read: "
                        + $"{Path.GetRelativePath(cli.WorkingDirectory, found.File)} comes before it. Keep one of the two."
                )
            );
        return found;
    }

    /// <summary>Prints the diagnostics; true if one is an error.</summary>
    public bool Report(Cli cli, IEnumerable<Diagnostic>? more = null, DiagnosticFormat format = DiagnosticFormat.Text)
    {
        var diagnostics = Compilation.Diagnostics.Concat(more ?? []).ToList();
        DiagnosticReport.Write(cli, format, diagnostics, [.. Compilation.Sources, .. OtherSources(diagnostics)]);
        return diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);
    }

    // Settings files, so that their lines can be shown too.
    private IEnumerable<SourceText> OtherSources(IEnumerable<Diagnostic> diagnostics) =>
        from name in diagnostics
            .Where(diagnostic => !DiagnosticCatalog.AboutWholeFiles.Contains(diagnostic.Code))
            .Select(diagnostic => diagnostic.At.File)
            .Distinct()
        where Compilation.Sources.All(source => source.Path != name)
        let path = Path.GetFullPath(name.StartsWith("~/", StringComparison.Ordinal) ? name[2..] : name, ProjectDir)
        where System.IO.File.Exists(path)
        select SourceText.Load(path, name);
}
