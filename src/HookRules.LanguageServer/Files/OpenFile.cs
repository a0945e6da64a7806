using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Reading;
using HookRules.Simulation.Cases;

namespace HookRules.LanguageServer.Files;

/// <summary>What an open file is, as its name and place say.</summary>
internal enum FileKind
{
    Rules,
    Settings,
    Cases,

    /// <summary>None of ours: an editor may send all YAML and JSON.</summary>
    Other,
}

/// <summary>One state of a file that the editor holds; a change makes another one.</summary>
/// <param name="Path">Absolute; null for a text that is not saved yet.</param>
internal sealed record OpenFile(string Uri, string? Path, FileKind Kind, string Display, int? Version, string Text)
{
    private readonly Lock gate = new();
    private LineMap? lines;
    private SourceText? source;
    private List<NameUse>? uses;
    private RulesReading? before;
    private RulesReading? reading;

    public LineMap Lines => lines ??= new LineMap(Text);

    public SourceText Source => source ??= new SourceText(Display, Text);

    /// <summary>What could be read of it as rules: once, for answers and analysis, whoever comes first.</summary>
    public RulesReading Reading
    {
        get
        {
            lock (gate)
            {
                reading ??= RulesReader.Read(Source, before);
                // Or each state would hold all that were before.
                before = null;
                return reading;
            }
        }
    }

    public RulesFileSyntax Syntax => Reading.File;

    /// <summary>The names in it.</summary>
    public IReadOnlyList<NameUse> Uses => uses ??= NameUse.In(Syntax);

    /// <summary>Parts of it could not be read as rules.</summary>
    public bool HasSyntaxErrors => Reading.Problems.Any(problem => problem.Severity == Severity.Error);

    public static OpenFile Of(string uri, string? language, int? version, string text)
    {
        var path = PathOf(uri);
        var name = System.IO.Path.GetFileName(path ?? uri);
        var kind =
            CaseFiles.IsCases(name) ? FileKind.Cases
            : language == "hookrules" || LintFiles.IsRules(name) ? FileKind.Rules
            : path is not null && LintFiles.IsSettings(path) ? FileKind.Settings
            : FileKind.Other;
        return new OpenFile(uri, path, kind, path is null ? $"{name}.hookrules" : ProjectFiles.Of(path).RelativePath, version, text);
    }

    /// <summary>The same file with another text.</summary>
    public OpenFile With(string text, int? version) => new(Uri, Path, Kind, Display, version, text) { before = reading ?? before };

    public static string? PathOf(string uri)
    {
        try
        {
            return
                System.Uri.TryCreate(uri, UriKind.Absolute, out var found) && found.IsFile && !uri.Contains("%00", StringComparison.Ordinal)
                ? System.IO.Path.GetFullPath(found.LocalPath)
                : null;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or IOException)
        {
            return null;
        }
    }

    public static string UriOf(string path) => new System.Uri(path).AbsoluteUri;
}
