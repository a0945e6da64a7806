using System.CommandLine;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
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
    public static RulesProject? Open(Cli cli, string? file)
    {
        if (Find(cli, file) is not { } found)
            return null;
        return new RulesProject(found.File, found.ProjectDir, Compilation.Of(found));
    }

    /// <summary>The same without reading it.</summary>
    public static ProjectFiles? Find(Cli cli, string? file)
    {
        if (file is null)
        {
            if (ProjectFiles.Find(cli.WorkingDirectory) is { } found)
                return Chosen(cli, found);
            cli.Error.WriteLine(
                "hookrules: no rules file here or in a folder above: expected hookrules.yaml, hookrules.yml or main.hookrules, "
                    + "also inside .claude/. hookrules init writes one."
            );
            return null;
        }

        var path = Path.GetFullPath(file, cli.WorkingDirectory);
        if (System.IO.File.Exists(path))
            return ProjectFiles.Of(path);
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
        from name in diagnostics.Select(diagnostic => diagnostic.At.File).Distinct()
        where Compilation.Sources.All(source => source.Path != name)
        let path = Path.GetFullPath(name, ProjectDir)
        where System.IO.File.Exists(path)
        select SourceText.Load(path, name);
}
