using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>What <c>fmt --check</c> tells: a file that is read without errors and is laid out in another way.</summary>
public static partial class DiagnosticCatalog
{
    /// <summary>For annotations: in text <c>fmt --check</c> names the files.</summary>
    public static Diagnostic NotLaidOut(SourceRef at, string shown) =>
        Error("HR0111", at, "this is not the layout of hookrules fmt", $"run: hookrules fmt {ShellQuoting.Quote(shown)}");
}
