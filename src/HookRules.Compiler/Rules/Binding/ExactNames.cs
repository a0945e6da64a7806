using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>The tools that an expression names one by one, as <c>^(Write|Edit)$</c> does: such a matcher is as good as the list.</summary>
internal static class ExactNames
{
    /// <summary>Null where it may match anything else.</summary>
    public static IReadOnlyCollection<string>? Of(string expression)
    {
        if (expression is not ['^', .. var inner, '$'])
            return null;
        if (inner is ['(', .. var group, ')'])
            inner = group.StartsWith("?:", StringComparison.Ordinal) ? group[2..] : group;
        else if (inner.Contains('|', StringComparison.Ordinal))
            return null;
        var names = inner.Split('|');
        // A former name is not what the payload says.
        return names.All(name => HookTools.Find(name) is not null && HookTools.Canonical(name) == name) ? names : null;
    }
}
