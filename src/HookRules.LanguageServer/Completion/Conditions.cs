using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Answers;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Completion;

/// <summary>What may stand in a condition.</summary>
internal static class Conditions
{
    private static readonly string[] Signs = ["==", "!=", "<", "<=", ">", ">="];

    private static readonly string[] Clauses = ["with", "without", "outside", "into"];

    /// <param name="words">What stands behind <c>where</c>.</param>
    public static IEnumerable<Candidate> After(ProjectView project, TriggerFacts facts, List<Token> words)
    {
        if (words.Count == 0 || Begins(words[^1]) && !IsList(words))
            return Candidates
                .Words(ConditionGrammar.ShellConditions.Keys.Order(StringComparer.Ordinal).Prepend("not"))
                .Concat(Candidates.Fields(facts));
        var last = words[^1];
        if (last.Is("may"))
            return Candidates.Words(["run"]);
        if (last.Is("only"))
            return Candidates.Words(["runs"]);
        if (last.Is("starts") || last.Is("ends"))
            return Candidates.Words(["with"]);
        if (words.Count > 1 && (Signs.Contains(last.Text) || last.Is("(") && words[^2].Is("in")))
            return Candidates.Values(facts, words[^(last.Is("(") ? 3 : 2)].Text, inText: false).Concat(Candidates.Constants(project, "$"));
        if (last.Is("matches") || last.Is("glob") || last.Is("contains") || last.Is("in"))
            return Candidates.Constants(project, "$");
        var joined = Candidates.Words(["and", "or"]).Append(new Candidate("->", CandidateKind.Operator, "What the rule does follows."));
        // A field is what begins a condition and is no word of its own.
        if (
            last.Kind == TokenKind.Word
            && (words.Count == 1 || Begins(words[^2]))
            && !ConditionGrammar.ShellConditions.ContainsKey(last.Text)
        )
            return Candidates
                .Words(ConditionGrammar.Operators.Keys.Order(StringComparer.Ordinal), CandidateKind.Operator)
                .Concat(Signs.Select(sign => new Candidate(sign, CandidateKind.Operator, "")))
                .Concat(joined);
        return Candidates.Words(Clauses).Concat(joined);
    }

    private static bool Begins(Token token) => token.Is("and") || token.Is("or") || token.Is("not") || token.Is("(");

    /// <summary>The bracket opens a list of words or values, and no condition.</summary>
    private static bool IsList(List<Token> words) =>
        words[^1].Is("(") && words.Count > 1 && !(words[^2].Is("and") || words[^2].Is("or") || words[^2].Is("not") || words[^2].Is("("));
}
