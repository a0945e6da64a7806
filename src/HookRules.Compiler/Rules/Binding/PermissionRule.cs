using System.Buffers;
using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Binding;

/// <summary>A permission rule of Claude Code among the words of a trigger, <c>Bash(git push:*)</c>, and how its meaning is written
/// here.</summary>
/// <param name="Meant">Matcher, patterns and condition, without the event.</param>
internal sealed record PermissionRule(TextSpan At, string Text, string Meant)
{
    private static readonly SearchValues<char> GlobSigns = SearchValues.Create("*?[{./");

    /// <summary>Null where there is none.</summary>
    public static PermissionRule? In(ImmutableArray<TriggerWordSyntax> words)
    {
        for (var i = 0; i < words.Length; i++)
        {
            if (words[i] is not { Kind: TriggerWordKind.Bare, Text.Text: var first } || Opening(first) is not { } open)
                continue;
            var end = i;
            while (end < words.Length - 1 && !words[end].Text.Text.EndsWith(')'))
                end++;
            var text = string.Join(' ', words[i..(end + 1)].Select(word => word.Text.Text));
            var inside = text[(open + 1)..].TrimEnd(')').Trim();
            return new PermissionRule(words[i].Span.To(words[end].Span), text, Meaning(text[..open], inside));
        }

        return null;
    }

    /// <summary>The same for a text that is nothing else.</summary>
    public static (string Tool, string Meant)? Of(string text) =>
        Opening(text) is { } open && text.EndsWith(')') ? (text[..open], Meaning(text[..open], text[(open + 1)..^1].Trim())) : null;

    // A pattern may hold a bracket; a permission rule begins with the name of a tool.
    private static int? Opening(string word)
    {
        var open = word.IndexOf('(', StringComparison.Ordinal);
        return open > 0 && (HookTools.IsMcp(word[..open]) || HookTools.Find(HookTools.Canonical(word[..open])) is not null) ? open : null;
    }

    private static string Meaning(string tool, string inside)
    {
        if (inside.Length == 0 || inside is "*" or ":*" or "**")
            return tool;
        switch (tool)
        {
            case "Bash" or "PowerShell" or "Monitor":
                var words = inside
                    .Replace(":*", "", StringComparison.Ordinal)
                    .TrimEnd('*', ' ')
                    .Split(' ', StringSplitOptions.RemoveEmptyEntries);
                var command = string.Join(' ', words.TakeWhile(word => !word.StartsWith('-')));
                var options = words.SkipWhile(word => !word.StartsWith('-')).ToArray();
                return command.Length == 0 || command.Contains('*', StringComparison.Ordinal)
                    ? $"{tool} where command glob \"{inside}\""
                    : $"{tool} where runs \"{command}\"{(options.Length > 0 ? $" with ({string.Join(", ", options)})" : "")}";
            case "WebFetch" when inside.StartsWith("domain:", StringComparison.Ordinal):
                return $"WebFetch where url contains \"{inside["domain:".Length..]}\"";
            case "WebFetch" or "WebSearch":
                return $"{tool} where url contains \"{inside}\"";
            case "Agent" or "Task" or "Skill" or "SlashCommand":
                return $"{tool} where tool_input.{(tool is "Agent" or "Task" ? "subagent_type" : "skill")} == \"{inside}\"";
            default:
                // In a permission rule // is the root and / the folder of the settings.
                var pattern =
                    inside.StartsWith("//", StringComparison.Ordinal) ? inside[1..]
                    : inside.TrimStart('.').StartsWith('/') ? inside[(inside.IndexOf('/') + 1)..]
                    : inside;
                return pattern.AsSpan().ContainsAny(GlobSigns) ? $"{tool} {pattern}" : $"{tool} \"{pattern}\"";
        }
    }
}
