using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Lint;

/// <summary>The native handlers of rules, and matchers that are expressions or raw: checked as the settings file that they become, told
/// where they stand in the rules.</summary>
internal sealed class NativeHandlers
{
    // A matcher of a rule that needs its hook alone is judged with a handler that nothing can be said of.
    private const string NoHandler = """{"type":"command","command":"true"}""";

    private readonly StringBuilder json = new("{\"hooks\":{\n");
    private readonly List<SourceRef?> owners = [null];

    public static IEnumerable<Diagnostic> Check(Compilation compilation, ProjectContext context)
    {
        var rules = compilation.Graph.Rules.Where(rule => rule.Natives.Length > 0 || HasOwnMatcher(rule)).ToArray();
        if (rules.Length == 0)
            return [];

        var handlers = new NativeHandlers();
        handlers.Write(rules, PlacesOf(compilation));
        var path = SettingsPath(compilation.Sources[0].Path, context.IsPlugin);
        return from finding in Linter.Findings(SettingsDocument.Read(path, handlers.json.ToString(), context))
            let found = finding.Diagnostic
            // Tokens are looked for in the text of the rules file itself.
            where found.Code != Structure.SecretInSettings.Number
            let at = found.At.File == path ? handlers.owners[found.At.Line - 1] : found.At
            where at is not null
            select found with
            {
                At = at,
            };
    }

    private void Write(IEnumerable<Rule> rules, ILookup<SourceRef, SourceRef> places)
    {
        var isFirst = true;
        foreach (var group in rules.GroupBy(rule => rule.Event))
        {
            Line(isFirst ? "" : ",", null);
            Line($"{JsonText.Quote(group.Key)}:[", null);
            var comma = "";
            foreach (var rule in group)
            {
                var known = places[rule.Source].ToImmutableArray();
                foreach (var entry in Entries(rule))
                {
                    Line($"{comma}{{", null);
                    if (entry.Matcher is not null)
                        Line($"\"matcher\":{JsonText.Quote(entry.Matcher)},", HasOwnMatcher(rule) ? rule.Source : null);
                    Line("\"hooks\":[", null);
                    for (var i = 0; i < entry.Handlers.Length; i++)
                        Line(
                            $"{(i > 0 ? "," : "")}{entry.Handlers[i]}",
                            rule.Natives.IsEmpty ? null
                                : known.Length == entry.Handlers.Length ? known[i]
                                : rule.Source
                        );
                    Line("]}", null);
                    comma = ",";
                }
            }

            Line("]", null);
            isFirst = false;
        }

        json.Append("}}");
    }

    /// <summary>Its author wrote an expression, or a matcher as it stands in settings; names are checked when they are compiled.</summary>
    private static bool HasOwnMatcher(Rule rule) => rule.Matcher is { Raw: not null } or Matcher.Expression;

    private static IEnumerable<SettingsEntry> Entries(Rule rule) =>
        !rule.Natives.IsEmpty
            ? SettingsEmitter.NativesOf(rule)
            :
            [
                new SettingsEntry(
                    rule.Event,
                    rule.Matcher.Raw ?? new SettingsMatcher(HookEvents.Find(rule.Event)!, [rule.Matcher]).Write(),
                    [NoHandler]
                ),
            ];

    private void Line(string text, SourceRef? owner)
    {
        json.Append(text).Append('\n');
        owners.Add(owner);
    }

    /// <summary>The handlers of each rule as they are written, by the place of the rule.</summary>
    private static ILookup<SourceRef, SourceRef> PlacesOf(Compilation compilation) =>
        (
            from file in compilation.Files
            from rule in file.Statements.OfType<RuleSyntax>()
            where rule.Stages.Length > 0
            let at = file.Source.Locate(rule.Span)
            from native in rule.Stages[0].Items.OfType<NativeSyntax>()
            select (at, Place: file.Source.Locate(native.Span))
        ).ToLookup(pair => pair.at, pair => pair.Place);

    private static string SettingsPath(string rules, bool isPlugin)
    {
        var folder = Path.GetDirectoryName(rules)?.Replace('\\', '/') ?? "";
        if (isPlugin)
            return folder.Length == 0 ? "hooks/hooks.json" : $"{folder}/hooks/hooks.json";
        return folder == ".claude" || folder.EndsWith("/.claude", StringComparison.Ordinal) ? $"{folder}/settings.json"
            : folder.Length == 0 ? ".claude/settings.json"
            : $"{folder}/.claude/settings.json";
    }
}
