using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Files;

/// <summary>What compiler and linter say of one open file.</summary>
/// <param name="Places">The absolute paths of other files that were read, by the names in messages.</param>
internal sealed record Analysis(OpenFile File, ImmutableArray<Diagnostic> Diagnostics, IReadOnlyDictionary<string, string> Places)
{
    /// <summary>The finding stands in the open file itself.</summary>
    public bool IsOwn(Diagnostic found) =>
        found.At.File == File.Display || Places.GetValueOrDefault(found.At.File) is { } path && path == File.Path;

    public static Analysis Of(OpenFile file, OpenFiles files, ServerContext context, CancellationToken ct)
    {
        switch (file.Kind)
        {
            case FileKind.Rules:
                var (compilation, packs, lint) = files.Compiled(file, context);
                ct.ThrowIfCancellationRequested();
                return new Analysis(file, Linter.Rules(compilation, lint), packs?.Places ?? ImmutableDictionary<string, string>.Empty);
            case FileKind.Settings:
                var levels = Levels(file, files, context);
                ct.ThrowIfCancellationRequested();
                return Alone(file, Linter.Settings(file.Display, file.Text, SettingsContext(file, context), levels));
            case FileKind.Cases:
                var problems = new List<Diagnostic>();
                CaseFiles.Read(file.Source, problems);
                return Alone(file, DiagnosticList.Sorted(problems));
            default:
                return Alone(file, []);
        }
    }

    public static ProjectContext SettingsContext(OpenFile file, ServerContext context) =>
        new(LintFiles.Of(file.Path!).ProjectDir, context.SearchPath) { ScriptFolder = Path.GetDirectoryName(file.Path) };

    private static Analysis Alone(OpenFile file, ImmutableArray<Diagnostic> diagnostics) =>
        new(file, diagnostics, ImmutableDictionary<string, string>.Empty);

    /// <summary>What the rules of the project that the settings belong to say about findings.</summary>
    private static IReadOnlyDictionary<string, Severity?>? Levels(OpenFile file, OpenFiles files, ServerContext context)
    {
        if (
            LintFiles.Of(file.Path!).ProjectDir is not { } folder
            || ProjectFiles.Find(folder, context.Home) is not { } rules
            || rules.ProjectDir != folder
        )
            return null;
        return files.At(rules.File) is { } open ? files.Compiled(open, context).Compilation.LintLevels : Compilation.Of(rules).LintLevels;
    }
}
