namespace HookRules.Site;

/// <summary>Code blocks of generated pages.</summary>
internal static class Fence
{
    /// <summary>The text between fences that are longer than any in it.</summary>
    public static string Around(string text, string language)
    {
        var fence = "```";
        while (text.Contains(fence, StringComparison.Ordinal))
            fence += "`";
        return $"{fence}{language}\n{text.TrimEnd('\n')}\n{fence}\n";
    }
}
