using System.Buffers;
using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>The <c>if</c> of an entry: Claude Code's own file filter, for the few globs that it surely lets through wherever the file
/// is.</summary>
internal static class SettingsCondition
{
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_.*-"
    );

    public static bool KnowsFilesOf(string tool) => tool is "Write" or "Edit" or "Read";

    /// <summary>Claude Code can filter a native handler of this rule by itself; with globs that needs tools by name and a single plain
    /// one.</summary>
    public static bool CanFilter(Matcher matcher, ImmutableArray<Glob> globs) =>
        globs.IsEmpty || (matcher is Matcher.Names { Raw: null } names && Of(globs) is not null && names.Values.All(KnowsFilesOf));

    /// <summary>For a whole group: only where every rule does no more than queue, for one tool and by one and the same glob.</summary>
    public static string? Of(ImmutableArray<Rule> rules, SettingsMatcher matcher) =>
        matcher.Names is [var tool]
        && KnowsFilesOf(tool)
        && rules.All(rule => !rule.Answers && rule.Sync.IsEmpty && rule.Matcher is Matcher.Names)
        && rules.Select(rule => Of(rule.Globs)).Distinct().ToList() is [{ } glob]
            ? Condition(tool, glob)
            : null;

    public static string? Of(Rule rule, string tool) => Of(rule.Globs) is { } glob ? Condition(tool, glob) : null;

    /// <summary>The glob if it is a single plain one.</summary>
    public static string? Of(ImmutableArray<Glob> globs) =>
        globs is [{ Negated: false, Text: var text }]
        && !text.AsSpan().ContainsAnyExcept(Plain)
        && !text.Contains("**", StringComparison.Ordinal)
            ? text
            : null;

    // A bare *.py would be anchored to the session's current folder and miss every file outside of it; // is the root of the file system.
    private static string Condition(string tool, string glob) => $"{tool}(//**/{glob})";
}
