namespace HookRules.Compiler.Diagnostics;

/// <summary>A code that <c>explain</c> knows.</summary>
/// <param name="Id">The name of a lint rule; null for other codes.</param>
/// <param name="HasLevel">A project may say what its findings are worth.</param>
internal sealed record KnownCode(string Code, string? Id, bool HasLevel);
