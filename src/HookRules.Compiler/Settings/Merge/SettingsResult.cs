using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>A settings file after compile was at it. With an error among the diagnostics the text is the original one.</summary>
/// <param name="Text">The whole new text; null if there should be no file.</param>
/// <param name="Record">To be kept for the next time; plan.json has the place.</param>
public sealed record SettingsResult(string? Text, SettingsRecord Record, ImmutableArray<Diagnostic> Diagnostics)
{
    public bool Failed => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);
}
