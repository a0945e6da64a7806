using System.Globalization;
using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;

namespace HookRules.Compiler.Import;

/// <summary>What people write into one line of shell, and a rule says better. A command that is anything more than the idiom stays a
/// command.</summary>
internal static partial class Idioms
{
    private const int LongestIdiom = 1000;

    /// <summary>Null for a handler that is no idiom.</summary>
    public static WrittenRule? Write(FoundHandler handler)
    {
        // Any other field says how it runs, which only a command keeps.
        if (
            handler.Text("type") != "command"
            || handler.Text("command") is not { Length: <= LongestIdiom } command
            || handler.Fields.Any(field => field.Name is not ("type" or "command" or "timeout"))
        )
            return null;
        if (HookScriptRule.Of(handler, command.Trim()) is var (globs, where, step, repaired))
            return Stated(handler, globs, where, step) is { } stated ? stated with { Said = $"was: {command}", Repaired = repaired } : null;
        return Protected(command) is { } condition && Stated(handler, "", $" where {condition}", "refuse \"Not allowed here.\"") is { } rule
            ? rule with
            {
                Said = $"was: {command}",
            }
            : null;
    }

    /// <summary>The documented line of Python that keeps an agent off files: what it asks.</summary>
    private static string? Protected(string command)
    {
        try
        {
            return Protects().Match(string.Join(' ', command.Split(' ', StringSplitOptions.RemoveEmptyEntries))) is { Success: true } match
                ? string.Join(
                    " or ",
                    match
                        .Groups["parts"]
                        .Value.Split(',')
                        .Select(part => $"tool_input.file_path contains {TextLayout.Quote(part.Trim().Trim('\''))}")
                )
                : null;
        }
        catch (RegexMatchTimeoutException)
        {
            return null;
        }
    }

    /// <summary>A refusal takes the word of the event.</summary>
    private static WrittenRule? Stated(FoundHandler handler, string globs, string where, string step) =>
        step.StartsWith("refuse ", StringComparison.Ordinal)
            ? Rule(handler, globs, where, $"deny {step[7..]}") ?? Rule(handler, globs, where, $"block {step[7..]}")
            : Rule(handler, globs, where, step);

    private static WrittenRule? Rule(FoundHandler handler, string globs, string where, string step)
    {
        var rest = $"{(globs.Length > 0 ? $" {globs}" : "")}{where}";
        if (handler.Spoken is { Rest.Length: > 0 } spoken)
        {
            // Two conditions would have to be joined, which the command itself does.
            if (rest.Length > 0)
                return null;
            rest = spoken.Rest;
        }

        return NativeRule
            .Triggers(handler.Event, handler.Matcher)
            .Select(trigger => new WrittenRule(trigger, rest, step))
            .FirstOrDefault(rule => !Compilation.Create(new SourceText("main.hookrules", rule.Text)).HasErrors);
    }

    public static string Timeout(FoundHandler handler) =>
        handler.Fields.FirstOrDefault(field => field.Name == "timeout").Json is { } json
        && int.TryParse(json, NumberStyles.None, CultureInfo.InvariantCulture, out var seconds)
            ? $" timeout {seconds}s"
            : "";

    [GeneratedRegex(
        @"^python3? -c ""import json, ?sys; ?(?:(?<data>\w+) ?= ?json\.load\(sys\.stdin\); ?(?<name>\w+) ?= ?\k<data>"
            + @"|(?<name>\w+) ?= ?json\.load\(sys\.stdin\))\.get\('tool_input', ?\{\}\)\.get\('file_path', ?''\); ?"
            + @"sys\.exit\(2 if any\((?<item>\w+) in \k<name> for \k<item> in "
            + @"\[(?<parts>'[^'\\{}]+'(?:, ?'[^'\\{}]+')*)\]\) else 0\)""$",
        RegexOptions.CultureInvariant,
        1000
    )]
    private static partial Regex Protects();
}
