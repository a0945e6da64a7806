using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Import;

/// <summary>Hooks of a settings file that somebody wrote by hand and that a rule stands for too: both run.</summary>
public static class HandAndRule
{
    /// <param name="path">How messages name the settings file.</param>
    public static IEnumerable<Diagnostic> Repeated(Compilation rules, string path, string settings)
    {
        var known = Works(rules.Graph).ToLookup(work => work.Key, work => work.Rule, StringComparer.Ordinal);
        if (known.Count == 0)
            return [];
        // What import makes of a hook is what it says; entries that compile wrote are none of it.
        var imported = SettingsImporter.Import(path, settings, RulesForm.Text, verbatim: false);
        if (imported.Text is null || imported.Taken.IsEmpty)
            return [];
        var hand = Compilation.Create(new SourceText("hand.hookrules", imported.Text));
        var lines = hand
            .Files.SelectMany(file => file.Statements.OfType<RuleSyntax>().Select(rule => file.Source.Locate(rule.Span).Line))
            .Order()
            .ToImmutableArray();
        var document = SettingsDocument.Read(path, settings.TrimStart('\uFEFF'));
        return from work in Works(hand.Graph)
            let other = known[work.Key].FirstOrDefault(rule => Meet(rule, work.Rule))
            where other is not null
            let index = lines.IndexOf(work.Rule.Source.Line)
            where lines.Length == imported.Taken.Length && index >= 0
            select DiagnosticCatalog.HandAndRule(document.Place(imported.Taken[index]), other.Label);
    }

    /// <summary>What each rule does, in a form in which two that do the same are the same.</summary>
    private static IEnumerable<(string Key, Rule Rule)> Works(RuleGraph graph)
    {
        var actions = graph.Actions.ToDictionary(action => action.Name, action => action.Handler, StringComparer.Ordinal);
        foreach (var rule in graph.Rules)
        {
            foreach (var branch in rule.Sync.Concat(rule.QueuedBranches))
                if (actions.TryGetValue(branch.Action, out var handler))
                    yield return ($"{rule.Event} {Text(handler)}", rule);
            if (rule.Decisions.Length > 0 && rule.Where is { } condition)
                yield return ($"{rule.Event} {rule.Decisions[0].Kind} {ConditionText.Of(condition)}", rule);
        }
    }

    private static string Text(Handler handler)
    {
        using var buffer = new MemoryStream();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            HandlerJson.Write(json, handler);
            json.WriteEndObject();
        }

        return Encoding.UTF8.GetString(buffer.ToArray());
    }

    /// <summary>Some tool, and as far as their patterns tell some file, concerns both.</summary>
    private static bool Meet(Rule one, Rule other) =>
        (one.Matcher is not Matcher.Names names || other.Matcher is not Matcher.Names others || names.Values.Intersect(others.Values).Any())
        && (
            one.Globs.IsEmpty
            || other.Globs.IsEmpty
            || one.Globs.Select(glob => glob.Text).Intersect(other.Globs.Select(glob => glob.Text), StringComparer.Ordinal).Any()
        );
}
