using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Emit.Services;

/// <summary>The service files that <c>compile</c> is asked for, and what stands in them.</summary>
/// <param name="Kinds">Asked for now; what lies there from before is kept up to date all the same.</param>
/// <param name="Describe">The consumer as a kind of service starts it; null, with the reason, where it cannot be said.</param>
internal sealed record ServicesWanted(
    ImmutableArray<ServiceKind> Kinds,
    Func<ServiceKind, RuleGraph, (ConsumerService? Service, string? Problem)> Describe
);
