using System.Buffers;
using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Whether a whole line is nothing but commands that a rule names. Who approves it must be certain of every part, so whatever is
/// in doubt makes it false.</summary>
internal static class ShellOnly
{
    private static readonly string[] SystemFolders = ["", "/bin/", "/usr/bin/", "/usr/local/bin/", "/opt/homebrew/bin/"];

    // PowerShell reads quotes, parentheses and braces in ways of its own; of a line without them both see the same commands.
    private static readonly SearchValues<char> SameInPowerShell = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789 _-./:=+;|&"
    );

    public static bool Holds(ShellLine line, Condition.OnlyRuns condition, Payload payload)
    {
        if (line.OpaqueReason is not null || line.IsForkBomb || line.HasBackground || line.SetsVariables || line.Commands.IsEmpty)
            return false;
        if (payload.Text(FieldPath.Tool) == "PowerShell" && line.Text.AsSpan().ContainsAnyExcept(SameInPowerShell))
            return false;
        foreach (var command in line.Commands)
            if (!WritesNothing(command) || !condition.Allowed.Any(runs => IsOne(command, runs, payload)))
                return false;
        return true;
    }

    private static bool WritesNothing(ShellCommand command)
    {
        foreach (var file in command.Outputs)
            if (file.Text != "/dev/null")
                return false;
        return true;
    }

    private static bool IsOne(ShellCommand command, Condition.Runs runs, Payload payload) =>
        !ShellGiven.Matches(command, runs.NotGiven, payload.Budget) && runs.Commands.Any(asked => IsOne(command, asked, runs, payload));

    private static bool IsOne(ShellCommand command, ImmutableArray<string> asked, Condition.Runs runs, Payload payload)
    {
        var words = command.Words;
        if (words.Length < asked.Length)
            return false;
        // An option between program and subcommand can make another program of it: git -c core.pager=… log.
        for (var i = 0; i < asked.Length; i++)
            if (words[i].IsUnknown || words[i].HasGlob || !Wildcard.IsMatch(asked[i], i == 0 ? NameOf(words[0]) : words[i].Text))
                return false;

        var rest = words.AsSpan()[asked.Length..];
        if (!runs.Without.IsEmpty && rest.ToArray().Any(word => word.KnownLength == 0 && word.IsUnknown))
            return false;
        var options = new ShellOptions(asked.Length == 1 ? command.Program : $"{command.Program} {asked[1]}", command, rest);
        foreach (var item in runs.Without)
            if (options.Has(item, runs, exactly: false) != Likelihood.No)
                return false;
        foreach (var item in runs.With)
            if (options.Has(item, runs, exactly: true) == Likelihood.Yes)
                return true;
        return runs.With.IsEmpty && runs.Given.IsEmpty || ShellGiven.Matches(command, runs.Given, payload.Budget);
    }

    /// <summary>The name of a program of the system; a file of that name in the project is another program.</summary>
    private static string NameOf(ShellWord word)
    {
        var name = word.BaseName;
        var folder = word.Text.AsSpan(0, word.Text.Length - name.Length);
        foreach (var known in SystemFolders)
            if (folder.SequenceEqual(known))
                return name.ToString();
        return "";
    }
}
