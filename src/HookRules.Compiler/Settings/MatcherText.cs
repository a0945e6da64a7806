using System.Collections.Immutable;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>A matcher as Claude Code reads it: everything, an exact list of names, or an unanchored JavaScript expression.</summary>
internal sealed class MatcherText
{
    private MatcherText(SettingsDocument document, HookEvent known, JsonTextNode node)
    {
        (Document, Event, Node) = (document, known, node);
        Text = document.StringOf(node)!;
        IsEverything = Text is "" or "*";
        IsList =
            !IsEverything
            && !Text.AsSpan().ContainsAnyExcept(known.BarListsOnly ? SettingsRegex.NarrowListCharacters : SettingsRegex.ListCharacters);
        Names = IsList
            ? [.. Text.Split(known.BarListsOnly ? ['|'] : ['|', ',']).Select(name => name.Trim()).Where(name => name.Length > 0)]
            : [];
        Problem = IsExpression ? JsRegexSyntax.Problem(Text) : null;
        Pattern = IsExpression && Problem is null ? RegexPattern.TryParse(Text, "", out _, out _) : null;
    }

    public SettingsDocument Document { get; }

    public HookEvent Event { get; }

    public JsonTextNode Node { get; }

    public string Text { get; }

    public bool IsEverything { get; }

    public bool IsList { get; }

    public bool IsExpression => !IsEverything && !IsList;

    /// <summary>The names of a list.</summary>
    public ImmutableArray<string> Names { get; }

    /// <summary>Why JavaScript refuses the expression.</summary>
    public string? Problem { get; }

    /// <summary>The expression, where we read it as JavaScript does.</summary>
    public RegexPattern? Pattern { get; }

    public SourceRef At => Document.Place(Node);

    /// <summary>What somebody wrote who took it for something else; then no other rule need look at it.</summary>
    public MatcherMistake Mistake =>
        !IsExpression || Event.Matching == MatcherKind.FileName ? MatcherMistake.None
        : Text.Contains("==", StringComparison.Ordinal)
        || Text.Contains("&&", StringComparison.Ordinal)
        || Text.Contains(" AND ", StringComparison.Ordinal)
        || Text.Contains(" OR ", StringComparison.Ordinal)
        || Text.StartsWith("tools:", StringComparison.Ordinal)
        || Text.Contains("tool_input", StringComparison.Ordinal)
            ? MatcherMistake.Expression
        : Event.IsToolEvent && IsPermissionRule(Text) ? MatcherMistake.PermissionRule
        : Event.IsToolEvent && IsFilePattern(Text) ? MatcherMistake.FilePattern
        : MatcherMistake.None;

    /// <summary>Every matcher of the file, each once, on events that look at it.</summary>
    public static IEnumerable<MatcherText> Read(SettingsDocument document) =>
        from item in document.Events()
        where item.Event.Matching != MatcherKind.None
        from child in item.Member.Value.Kind == JsonTextKind.Array ? item.Member.Value.Children : []
        where child.Value is { Kind: JsonTextKind.Object } && child.Value["matcher"] is { Kind: JsonTextKind.String }
        select new MatcherText(document, item.Event, child.Value["matcher"]!);

    /// <summary>The matchers of tools that are nothing worse than a list or a sound expression.</summary>
    public static IEnumerable<MatcherText> OfTools(SettingsDocument document) =>
        document.Matchers.Where(matcher => matcher.Event.IsToolEvent && matcher.Mistake == MatcherMistake.None);

    /// <summary>Known tools that it fires for; null where that cannot be told.</summary>
    public IReadOnlyList<string>? Tools() =>
        IsList ? [.. HookTools.All.Where(tool => Names.Contains(tool.Name) || tool.Aliases.Any(Names.Contains)).Select(tool => tool.Name)]
        : Pattern is null ? null
        :
        [
            .. HookTools
                .All.Where(tool => Pattern.IsMatch(tool.Name) || tool.Aliases.Any(alias => Pattern.IsMatch(alias)))
                .Select(tool => tool.Name),
        ];

    /// <summary>Where one of its names stands.</summary>
    public int StartOf(string name)
    {
        for (var at = Text.IndexOf(name, StringComparison.Ordinal); at >= 0; at = Text.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            var end = at + name.Length;
            if ((at == 0 || Text[at - 1] is '|' or ',' or ' ') && (end == Text.Length || Text[end] is '|' or ',' or ' '))
                return at;
        }

        return 0;
    }

    private static bool IsPermissionRule(string text)
    {
        var open = text.IndexOf('(', StringComparison.Ordinal);
        if (open <= 0 || text[^1] != ')' || text.AsSpan(0, open).ContainsAnyExcept(SettingsRegex.NarrowListCharacters))
            return false;
        var inside = text.AsSpan(open + 1, text.Length - open - 2);
        // An expression such as Notebook(Edit|Read) has nothing but names inside.
        return HookTools.Find(text[..open]) is not null
            && (inside.ContainsAny(' ', ':', '/') || inside.ContainsAny('*', '.') && !inside.Contains('|'));
    }

    private static bool IsFilePattern(string text) =>
        text.StartsWith("*.", StringComparison.Ordinal)
        || text.StartsWith("**", StringComparison.Ordinal)
        || text.Contains("/*", StringComparison.Ordinal);
}

internal enum MatcherMistake
{
    None,
    PermissionRule,
    Expression,
    FilePattern,
}
