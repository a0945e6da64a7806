using System.Collections.Immutable;
using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Import;

/// <summary>What became of a handler, with the comments above it.</summary>
/// <param name="Written">Null where no rule can say it.</param>
internal sealed partial record ImportedRule(WrittenRule? Written, ImmutableArray<string> Said)
{
    /// <summary>The same thing done under several matchers is one rule, where the matchers are names.</summary>
    public static List<ImportedRule> Joined(List<ImportedRule> rules)
    {
        var joined = new List<ImportedRule>();
        foreach (var rule in rules)
        {
            var at = rule.Written is { } written
                ? joined.FindIndex(other => other.Written is { } earlier && Both(earlier, written) is not null)
                : -1;
            if (at < 0)
                joined.Add(rule);
            else
                joined[at] = new ImportedRule(Both(joined[at].Written!, rule.Written!), [.. joined[at].Said.Union(rule.Said)]);
        }

        return joined;
    }

    /// <summary>What several rules run becomes an action that they name. The statements that declare them.</summary>
    public static List<string> TakeActions(List<ImportedRule> rules)
    {
        var statements = new List<string>();
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (
            var same in rules
                .Where(rule => rule.Written is { } written && written.Step.StartsWith("run \"", StringComparison.Ordinal))
                .GroupBy(rule => rule.Written!.Step, StringComparer.Ordinal)
                .Where(group => group.Count() > 1)
                .ToList()
        )
        {
            if (NameOf(same.Key, names) is not { } name)
                continue;
            statements.Add($"action {name} = {same.Key}");
            foreach (var rule in same)
                rules[rules.IndexOf(rule)] = rule with { Written = rule.Written! with { Step = name } };
        }

        return statements;
    }

    private static WrittenRule? Both(WrittenRule one, WrittenRule other)
    {
        if (one.Step != other.Step || one.Rest != other.Rest)
            return null;
        if (one.Trigger == other.Trigger)
            return one;
        var (first, second) = (Named().Match(one.Trigger), Named().Match(other.Trigger));
        if (!first.Success || !second.Success || first.Groups["event"].Value != second.Groups["event"].Value)
            return null;
        var names = first.Groups["names"].Value.Split('|').Union(second.Groups["names"].Value.Split('|'), StringComparer.Ordinal);
        var both = one with { Trigger = $"{first.Groups["event"].Value} {string.Join('|', names)}" };
        return Compilation.Create(new SourceText("main.hookrules", both.Text)).HasErrors ? null : both;
    }

    private static readonly string[] Starters = ["npx", "pnpm", "yarn", "bunx", "exec", "uv", "run", "sh", "bash"];

    // After the program: run "npx prettier --write {file}" is prettier.
    private static string? NameOf(string step, HashSet<string> taken)
    {
        var words = step["run \"".Length..].Split(' ', '"');
        var program = words.FirstOrDefault(word => !Starters.Contains(word)) ?? "";
        var name = Unusual().Replace(program[(program.LastIndexOf('/') + 1)..], "-").Trim('-');
        if (name.Length == 0 || !char.IsAsciiLetter(name[0]) || StepGrammar.IsReserved(name) || StepGrammar.NeedsArgument(name))
            name = $"run-{name}".TrimEnd('-');
        var unique = name;
        for (var number = 2; number < 100 && !taken.Add(unique); number++)
            unique = $"{name}-{number}";
        return unique;
    }

    [GeneratedRegex("^(?<event>[A-Za-z]+) (?<names>[A-Za-z0-9_*|-]+)$", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Named();

    [GeneratedRegex("[^A-Za-z0-9_-]+", RegexOptions.CultureInvariant, 1000)]
    private static partial Regex Unusual();
}
