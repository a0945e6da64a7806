using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Rules.Format;

/// <summary>A comment as it stands in the source, from its <c>#</c> to the end of its line.</summary>
/// <param name="OwnLine">Nothing but white space stands before it.</param>
/// <param name="BlankBefore">An empty line stands above it.</param>
internal sealed record Comment(TextSpan Span, string Text, bool OwnLine, bool BlankBefore)
{
    /// <summary>What a comment begins with that silences a finding of lint.</summary>
    public const string SuppressionMarker = "hookrules: disable";
}
