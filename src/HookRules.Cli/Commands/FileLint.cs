using System.Collections.Immutable;
using System.Text;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Engine;
using HookRules.Simulation.Cases;
using HookRules.Simulation.Coverage;

namespace HookRules.Cli.Commands;

/// <summary>Looks at one file after another, each as what it is, and keeps what is wrong with them.</summary>
internal sealed class FileLint(Cli cli)
{
    private readonly List<Diagnostic> diagnostics = [];
    private readonly List<SourceText> sources = [];
    private readonly List<Compilation> rules = [];

    /// <summary>The parameters of a pack.</summary>
    public IReadOnlyDictionary<string, string> Arguments { get; init; } = ImmutableDictionary<string, string>.Empty;

    /// <summary>Repairs of settings files that are certain are made first.</summary>
    public bool Fixes { get; init; }

    public ImmutableArray<Diagnostic> Found => DiagnosticList.Sorted(diagnostics);

    /// <summary>The files that were read.</summary>
    public IReadOnlyCollection<SourceText> Sources => sources;

    /// <summary>The rules files as they were compiled, in their order.</summary>
    public IReadOnlyList<Compilation> Rules => rules;

    public void Look(LintFile file)
    {
        if (CaseFiles.IsCases(file.Path))
            LookAtCases(file);
        else if (file.IsRules)
            LookAtRules(file);
        else
            LookAtSettings(file);
    }

    public void Add(IEnumerable<Diagnostic> more) => diagnostics.AddRange(more);

    private void LookAtCases(LintFile file)
    {
        var source = SourceText.Load(file.Path, Display(file));
        CaseFiles.Read(source, diagnostics);
        sources.Add(source);
    }

    private void LookAtRules(LintFile file)
    {
        var files = ProjectFiles.Of(file.Path, RulesProject.Home(cli));
        var compilation = Compilation.Of(files, path => Places.FromHere(cli, path), Arguments);
        var context = Context(file) with { IsPlugin = files.Layer == Layer.Plugin };
        // A home folder is not searched for cases.
        if (file.ProjectDir is { } project && files.Layer is Layer.Project or Layer.Plugin)
            context = context with { UnreachedGuards = GuardReach.Unreached(file.Path, project, compilation) };
        diagnostics.AddRange(Linter.Rules(compilation, context));
        sources.AddRange(compilation.Sources);
        rules.Add(compilation);
    }

    private void LookAtSettings(LintFile file)
    {
        var display = Display(file);
        var (text, problem) = SettingsFile.Read(file.Path, display);
        if (problem is not null)
            diagnostics.Add(problem);
        if (text is null)
            return;

        var context = Context(file);
        if (Fixes)
        {
            var mended = Linter.Fix(display, text, context);
            if (mended != text)
            {
                AtomicFile.Write(file.Path, Encoding.UTF8.GetBytes(mended));
                cli.Error.WriteLine(Printable.Line($"hookrules: mended {display}"));
                text = mended;
            }
        }

        diagnostics.AddRange(Linter.Settings(display, text, context, Levels(file)));
        sources.Add(new SourceText(display, text.TrimStart('\uFEFF')));
    }

    /// <summary>What the rules of the project that the settings belong to say about findings.</summary>
    private static IReadOnlyDictionary<string, Severity?>? Levels(LintFile file) =>
        file.ProjectDir is { } folder && ProjectFiles.Find(folder) is { } rules && rules.ProjectDir == folder
            ? Compilation.Of(rules).LintLevels
            : null;

    private ProjectContext Context(LintFile file) =>
        new(file.ProjectDir, cli.Environment("PATH")) { ScriptFolder = Path.GetDirectoryName(file.Path) };

    private string Display(LintFile file) => Places.FromHere(cli, file.Path);
}
