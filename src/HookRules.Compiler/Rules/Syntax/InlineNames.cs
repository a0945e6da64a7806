using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>The names that a rule which could not be read gives to its inline actions: using one is no second mistake.</summary>
internal static class InlineNames
{
    private const string As = "as";

    public static IEnumerable<SkippedSyntax> In(string text, TextSpan lost)
    {
        var before = "";
        for (var at = lost.Start; at < lost.End; at++)
        {
            var end = Words.NameEnd(text, at, lost.End);
            if (end == at)
                continue;
            var name = text[at..end];
            if (before == As)
                yield return new SkippedSyntax(TextSpan.Between(at, end), "action", name);
            (before, at) = (name, end);
        }
    }
}
