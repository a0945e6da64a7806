namespace HookRules.Compiler.Diagnostics;

/// <summary>A stretch of a source text, in characters from its start.</summary>
public readonly record struct TextSpan(int Start, int Length)
{
    public int End => Start + Length;

    public static TextSpan Between(int start, int end) => new(start, Math.Max(0, end - start));

    /// <summary>From the start of this one to the end of the other.</summary>
    public TextSpan To(TextSpan last) => Between(Start, Math.Max(End, last.End));
}
