using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>HR5xxx: what is wrong with payloads and the runtime.</summary>
public static partial class DiagnosticCatalog
{
    public static Diagnostic InvalidPayload(SourceRef at, string problem) =>
        Error(
            "HR5001",
            at,
            $"not a payload that Claude Code sends: {problem}",
            "compare it with a real one: hookrules events NAME prints one"
        );
}
