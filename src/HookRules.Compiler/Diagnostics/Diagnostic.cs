using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

public enum Severity
{
    Error,
    Warning,
    Hint,
}

/// <summary>One problem, the same record in text, JSON, annotations and editor. <paramref name="Fix"/> says what to do about it.</summary>
public sealed record Diagnostic(string Code, Severity Severity, SourceRef At, string Message, string? Fix = null);
