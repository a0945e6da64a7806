using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Import;

/// <summary>What became of a settings file.</summary>
/// <param name="Text">The rules; null where nothing could be read.</param>
/// <param name="Notes">What was repaired and what could not be taken over; the rules have the same as comments.</param>
public sealed record ImportResult(string? Text, ImmutableArray<string> Notes, ImmutableArray<Diagnostic> Diagnostics)
{
    /// <summary>How many rules they became: several handlers may be one.</summary>
    public int Rules { get; init; }

    /// <summary>How many entries became none.</summary>
    public int Left { get; init; }

    /// <summary>The handlers that became rules, where they stand in the file.</summary>
    internal ImmutableArray<JsonTextNode> Taken { get; init; } = [];
}
