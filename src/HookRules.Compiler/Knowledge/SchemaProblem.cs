namespace HookRules.Compiler.Knowledge;

/// <summary>One thing that a schema does not allow.</summary>
/// <param name="Path">Where, as in <c>tool_input.edits[0]</c>; empty for the whole text.</param>
/// <param name="Message">What was expected and what was found, in one line.</param>
public sealed record SchemaProblem(string Path, string Message)
{
    public override string ToString() => Path.Length == 0 ? Message : $"{Path}: {Message}";

    internal static SchemaProblem Missing(string path) => new(path, "required field is missing");

    internal static SchemaProblem Expected(string path, string expected, string found) => new(path, $"expected {expected}, found {found}");
}
