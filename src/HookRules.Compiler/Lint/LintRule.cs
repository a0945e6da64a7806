using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>One thing that lint looks for: what it is called, why it matters, and two examples that are its test.</summary>
/// <param name="code">HR2xxx for rules files, HR3xxx for settings files, HR5xxx for what the runtime does; never used again for something
/// else.</param>
/// <param name="id">The kebab-case name that suppressions and <c>explain</c> take as well.</param>
/// <param name="severity">Error only for what does not work or voids the file; a rule that cannot be sure is a hint or silent.</param>
public abstract class LintRule(string code, string id, Severity severity, string summary)
{
    public string Code { get; } = code;

    public string Id { get; } = id;

    public Severity Severity { get; } = severity;

    public string Summary { get; } = summary;

    /// <summary>What goes wrong without it, for <c>hookrules explain</c>.</summary>
    public abstract string Why { get; }

    /// <summary>A file that gives this code and no other.</summary>
    public abstract string Bad { get; }

    /// <summary>The same file without the mistake.</summary>
    public abstract string Good { get; }

    /// <summary>What the file of the examples is called.</summary>
    public abstract string ExamplePath { get; }

    /// <summary>Files that stand beside the example, with their texts, for a rule that looks at the machine; null for all others.</summary>
    public virtual IReadOnlyDictionary<string, string>? ExampleFiles => null;

    /// <summary>One problem, with the rule's own severity unless the place is known to be more harmless.</summary>
    private protected Finding Found(
        SourceRef at,
        string message,
        string? fix,
        Severity? severity = null,
        params ImmutableArray<JsonTextEdit> edits
    ) => new(new Diagnostic(Code, severity ?? Severity, at, message, fix), edits);
}

/// <summary>A diagnostic and, where the repair is certain, the edits that make it.</summary>
internal sealed record Finding(Diagnostic Diagnostic, ImmutableArray<JsonTextEdit> Edits);

/// <summary>A rule about settings files and hooks.json.</summary>
public abstract class SettingsRule(string code, string id, Severity severity, string summary) : LintRule(code, id, severity, summary)
{
    public override string ExamplePath => ".claude/settings.json";

    /// <summary>It is about text that cannot be read, so it runs where nothing could be.</summary>
    internal virtual bool NeedsNoJson => false;

    internal abstract IEnumerable<Finding> Check(SettingsDocument document);
}

/// <summary>A rule about rules files: what they say, and the graph that they mean.</summary>
public abstract class GraphRule(string code, string id, Severity severity, string summary) : LintRule(code, id, severity, summary)
{
    public override string ExamplePath => "main.hookrules";

    internal abstract IEnumerable<Finding> Check(Compilation compilation, ProjectContext context);
}
