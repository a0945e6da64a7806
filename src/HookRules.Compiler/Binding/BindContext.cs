using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Binding;

/// <summary>What binding one file needs at hand: where things stand, and where problems go.</summary>
internal sealed class BindContext(SourceText source, ICollection<Diagnostic> problems)
{
    public SourceRef At(SyntaxNode node) => source.Locate(node.Span);

    public SourceRef At(TextSpan span) => source.Locate(span);

    public void Report(Diagnostic diagnostic) => problems.Add(diagnostic);

    /// <summary>Reports and gives nothing, so that a caller can return both at once.</summary>
    public T? None<T>(Diagnostic diagnostic) where T : class
    {
        problems.Add(diagnostic);
        return null;
    }
}

/// <summary>An event and the tools that may come with it (null for any): what decides which fields there are.</summary>
internal sealed record PayloadKind(HookEvent Event, IReadOnlyCollection<string>? Tools)
{
    private readonly Dictionary<string, FieldLookup> known = new(StringComparer.Ordinal);

    /// <summary>It is about what a batch collected, which has files.</summary>
    public bool IsBatch { get; init; }

    public FieldLookup Find(FieldPath path)
    {
        if (path.IsFiles && !IsBatch) return new FieldLookup.Unknown("only a run of \"batch 5s\" or \"batch turn\" has several files", Find(FieldPath.File) is FieldLookup.Known ? "file" : null);
        if (path.IsFiles) path = FieldPath.File;
        if (known.TryGetValue(path.Text, out var lookup)) return lookup;
        return known[path.Text] = FieldCatalog.Find(Event.Name, Tools, path);
    }
}
