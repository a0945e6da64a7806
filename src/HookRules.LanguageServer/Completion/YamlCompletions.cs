using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.LanguageServer.Answers;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Completion;

/// <summary>What may stand at a place of the YAML form: its keys, and in their values what the text form has there.</summary>
internal static class YamlCompletions
{
    public static IEnumerable<Candidate> In(ProjectView project, Caret caret)
    {
        var text = caret.File.Text;
        var line = YamlLine.Of(text, caret.Start);
        var parents = YamlLine.Parents(text, line);
        var facts = TriggerFacts.At(caret);
        var tokens = caret.Before.Tokens;
        switch (line.Key)
        {
            case null when parents.Count == 0 && line.Dash < 0:
                return Keys(RulesYaml.Keys);
            case "on":
                return Completions.Rule(project, tokens, caret);
            case "where":
                return Conditions.After(project, facts, tokens);
            case "do" or "on failure":
                return Step(project, facts, tokens, caret);
            case "busy":
                return Candidates.Words(["queue", "coalesce", "restart", "skip"], CandidateKind.Value);
            case "pack" or "use":
                return Candidates.Packs(project);
            case { } key when parents.Count == 0 && Completions.ValuesOf(key) is { Count: > 0 } values:
                return Candidates.Words(values, CandidateKind.Value);
            case { } when parents is ["lint"]:
                return Candidates.Words(Grammar.Levels, CandidateKind.Value);
            case { } when parents is ["actions"]:
                return ActionKeys(tokens);
        }

        if (parents is ["", "use"])
            return tokens.Count == 0 ? Candidates.Packs(project) : Keys(["pack", "with", "as"]);
        if (parents is ["", "disable"])
            return Candidates.RulesOfPacks(project);
        if (parents is ["lint"])
            return Candidates.Codes.Select(code => code with { Insert = $"{code.Label}: " });
        // Below "do", as a list or a mapping of its own lines.
        if (parents.TakeWhile(parent => parent != "rules").Any(parent => parent is "do" or "on failure"))
            return line.Key is null && line.Dash < 0 ? StepKeys(facts)
                : line.Key is null ? Step(project, facts, tokens, caret)
                : [];
        if (parents is ["", "rules"] or ["rules"] && line.Key is null)
            return tokens is [{ Kind: TokenKind.Word, Text: "on" or "rule" }, ..]
                ? Completions.Statement(project, tokens, caret)
                : Keys(RulesYaml.RuleKeys).Concat(line.Dash >= 0 ? Candidates.Words(["rule"]) : []);
        return parents is [_, "actions"] && line.Key is null ? ActionKeys([]) : [];
    }

    /// <summary>A step in one line: a name, a line of the text form, or a mapping in brackets.</summary>
    private static IEnumerable<Candidate> Step(ProjectView project, TriggerFacts facts, List<Token> tokens, Caret caret)
    {
        var bracket = tokens.FindLastIndex(token => token.Is("{"));
        if (bracket >= 0 && tokens.FindLastIndex(token => token.Is("}")) < bracket)
            return tokens[^1].Is("{") ? StepKeys(facts)
                : tokens[^1].Is(",") ? Keys(ModifierGrammar.Modifiers.Keys.Order(StringComparer.Ordinal))
                : [];
        return tokens is [] || tokens[^1].Is("[") || tokens[^1].Is(",")
            ? Candidates.Actions(project).Concat(StepKeys(facts).Select(key => key with { Insert = $"{{ {key.Insert}\"\" }}" }))
            : [];
    }

    private static IEnumerable<Candidate> StepKeys(TriggerFacts facts) =>
        Candidates.Steps(facts, StepGrammar.Handlers.Keys).Select(step => step with { Insert = $"{step.Label}: " });

    private static IEnumerable<Candidate> ActionKeys(List<Token> tokens) =>
        tokens is [.., { Kind: TokenKind.Sign, Text: "," }]
            ? Keys(ModifierGrammar.Modifiers.Keys.Order(StringComparer.Ordinal))
            : Keys(StepGrammar.Handlers.Keys).Concat(tokens.Count == 0 ? Keys(ModifierGrammar.Modifiers.Keys) : []);

    private static IEnumerable<Candidate> Keys(IEnumerable<string> keys) =>
        Candidates.Words(keys).Select(key => key with { Insert = $"{key.Label}: " });
}
