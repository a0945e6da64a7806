using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>What a program printed, as Claude and the user are told it: the end of both streams, since test runners print their findings
/// on stdout and others on stderr.</summary>
internal static class ToldOutput
{
    private const int Longest = 3000,
        LongestCommand = 160;

    /// <summary>Empty where it printed nothing.</summary>
    public static string Of(ChildResult run, SecretValues secrets)
    {
        var streams = new[] { End(secrets.Hide(run.Stdout.Text)), End(secrets.Hide(run.Stderr.Text)) };
        return string.Join('\n', streams.Where(text => text.Length > 0));
    }

    /// <summary>Behind a colon: one line stays on the line, more begin on their own.</summary>
    public static string Behind(string text) =>
        text.Length == 0 ? ""
        : text.Contains('\n', StringComparison.Ordinal) ? ":\n" + text
        : ": " + text;

    /// <summary>What ran, on one line.</summary>
    public static string Command(string shown)
    {
        var line = Printable.Line(shown.ReplaceLineEndings(" "));
        return line.Length <= LongestCommand ? line : line[..LongestCommand] + "…";
    }

    private static string End(string text)
    {
        text = Printable.Text(text.ReplaceLineEndings("\n")).Trim();
        if (text.Length <= Longest)
            return text;
        // Whole lines where there are any.
        var at = text.IndexOf('\n', text.Length - Longest);
        return "…\n" + text[(at < 0 ? text.Length - Longest : at + 1)..];
    }
}
