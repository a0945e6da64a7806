using System.Text.Json.Nodes;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Answers;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;
using HookRules.LanguageServer.Reading;

namespace HookRules.LanguageServer.Completion;

/// <summary>What may stand where the caret is.</summary>
internal static class Completions
{
    private static readonly Candidate[] Snippets =
    [
        new(
            "rule that refuses",
            CandidateKind.Snippet,
            "A rule that keeps a tool from running.",
            "snippet",
            "rule ${1:name}:\n  on before ${2:Bash} where ${3:runs \"git push\"}\n  -> deny \"${4:Say what to do instead.}\"\n"
        ),
        new(
            "rule that runs a program",
            CandidateKind.Snippet,
            "A rule that queues a program for each file of a kind.",
            "snippet",
            "rule ${1:name}:\n  on Write|Edit ${2:*.py}\n  -> run \"${3:ruff check {file\\}}\" timeout ${4:30s}\n"
        ),
    ];

    public static JsonObject? At(ProjectView project, int at, bool takesSnippets)
    {
        if (project.File.Kind != FileKind.Rules)
            return null;
        var caret = Caret.Of(project.File, at);
        var found = In(project, caret).Where(one => takesSnippets || one.Kind != CandidateKind.Snippet).DistinctBy(one => one.Label);
        return new JsonObject { ["isIncomplete"] = false, ["items"] = Fields.Array(found.Select((one, rank) => one.ToJson(caret, rank))) };
    }

    private static IEnumerable<Candidate> In(ProjectView project, Caret caret)
    {
        var (tokens, openText, inComment) = caret.Before;
        if (inComment)
            return [];
        if (openText is not null)
            return InText(project, caret);
        if (caret.Typed.StartsWith('$'))
            return Candidates.Constants(project, "$");
        return project.File.Source.IsYaml ? YamlCompletions.In(project, caret) : Statement(project, tokens, caret);
    }

    /// <summary>In a text placeholders begin with a bracket; a text that is compared has the values of its field.</summary>
    private static IEnumerable<Candidate> InText(ProjectView project, Caret caret)
    {
        var facts = TriggerFacts.At(caret);
        if (caret.Glued == '{')
            return Candidates.Fields(facts).Concat(Candidates.Constants(project, ""));
        var tokens = caret.Before.Tokens;
        if (caret.Before.OpenText == caret.Start - 1 && Compared(tokens) is { } field)
            return Candidates.Values(facts, field, inText: true);
        return [];
    }

    /// <summary>The field before the operator or the list that a value stands in.</summary>
    private static string? Compared(List<Token> tokens)
    {
        var at = tokens.Count - 1;
        while (at > 0 && (tokens[at].Kind == TokenKind.Text || tokens[at].Is(",") || tokens[at].Is("(")))
            at--;
        return at > 0 && (tokens[at].Text is "==" or "!=" or "in") ? tokens[at - 1].Text : null;
    }

    public static IEnumerable<Candidate> Statement(ProjectView project, List<Token> tokens, Caret caret)
    {
        var head = tokens is [{ Kind: TokenKind.Word } first, ..] ? first.Text : "";
        switch (head)
        {
            case "":
                return Candidates
                    .Words(["on", "rule", "action", "let", "lint", .. PackGrammar.Statements.Keys, .. Grammar.Settings.Keys])
                    .Concat(Snippets);
            case "on":
                return Rule(project, tokens[1..], caret);
            case "rule":
                var on = tokens.FindIndex(token => token.Is("on"));
                return on > 0 ? Rule(project, tokens[(on + 1)..], caret)
                    : tokens.Count > 1 ? Candidates.Words(["on"])
                    : [];
            case "action":
                return tokens.Count == 2 ? [new Candidate("=", CandidateKind.Operator, "")]
                    : tokens.Count == 3 && tokens[2].Is("=") ? Candidates.Words(StepGrammar.Handlers.Keys, CandidateKind.Function)
                    : tokens.Count > 3 ? Modifiers(tokens[^1])
                    : [];
            case "use":
                return tokens.Count == 1 ? Candidates.Packs(project)
                    : Depth(tokens) > 0 ? Candidates.Parameters(project, tokens[1].Text.Trim('"'))
                    : Candidates.Words(["with", "as"]);
            case "disable":
                return Candidates.RulesOfPacks(project);
            case "lint":
                return tokens.Count == 1 ? Candidates.Codes : Candidates.Words(Grammar.Levels, CandidateKind.Value);
            default:
                return Candidates.Words(tokens.Count == 1 ? ValuesOf(head) : [], CandidateKind.Value);
        }
    }

    /// <summary>What a setting takes.</summary>
    public static IReadOnlyCollection<string> ValuesOf(string setting) =>
        setting switch
        {
            "queue" => ["file", "sqlite", "redis"],
            "consumer" => ["auto", "manual", "service"],
            "durability" => ["fast", "fsync"],
            "record" => ["on", "off"],
            "feedback" => ["wake"],
            "requires" => ["claude-code"],
            _ => [],
        };

    /// <param name="words">What stands behind <c>on</c>.</param>
    public static IEnumerable<Candidate> Rule(ProjectView project, List<Token> words, Caret caret)
    {
        var facts = TriggerFacts.Of(words);
        var arrow = words.FindLastIndex(word => word.IsArrow);
        if (arrow >= 0)
            return Step(project, facts, Item(words[(arrow + 1)..]), caret);
        var where = words.FindIndex(word => word.Is("where"));
        return where >= 0 ? Conditions.After(project, facts, words[(where + 1)..]) : Trigger(facts, words, caret);
    }

    private static IEnumerable<Candidate> Trigger(TriggerFacts facts, List<Token> words, Caret caret)
    {
        if (caret.Glued == '|')
            return Candidates.MatcherValues(facts.Event);
        if (words.Count == 0)
            return Candidates.Events.Concat(Candidates.Tools);
        var clauses = Candidates.Words(["where"]).Append(new Candidate("->", CandidateKind.Operator, "What the rule does follows."));
        return words.Count == 1 && facts.Event is not null
            ? Candidates.MatcherValues(facts.Event).Concat(Candidates.Words(["matcher"])).Concat(clauses)
            : clauses;
    }

    /// <summary>The words of the step that is being written: behind the last comma outside of brackets.</summary>
    private static List<Token> Item(List<Token> steps)
    {
        var (depth, start) = (0, 0);
        for (var at = 0; at < steps.Count; at++)
        {
            depth += Opens(steps[at]);
            if (depth <= 0 && steps[at].Is(","))
                start = at + 1;
        }

        return steps[start..];
    }

    private static int Depth(IEnumerable<Token> tokens) => tokens.Sum(Opens);

    private static int Opens(Token token) =>
        token.Kind != TokenKind.Sign ? 0
        : token.Text is "{" or "(" or "[" ? 1
        : token.Text is "}" or ")" or "]" ? -1
        : 0;

    /// <param name="item">The step so far.</param>
    public static IEnumerable<Candidate> Step(ProjectView project, TriggerFacts facts, List<Token> item, Caret caret)
    {
        if (item.Count == 0)
            return Candidates
                .Actions(project)
                .Concat(Candidates.Steps(facts, StepGrammar.Handlers.Keys))
                .Concat(Candidates.Words(ModifierGrammar.Modifiers.Keys.Order(StringComparer.Ordinal)));
        if (Depth(item) > 0)
            return item[0].Is("reply") ? Candidates.Replies(facts) : [];
        switch (item[0].Text)
        {
            case "await":
                return Candidates.Actions(project).Concat(Candidates.Words(["timeout"]));
            case "set" when item.Count == 1:
                return Candidates.Fields(facts).Where(field => field.Detail is not null && Changes(facts, field.Label));
            default:
                return item is [{ Kind: TokenKind.Word }] && IsFollowedByText(item[0].Text) ? [] : Modifiers(item[^1], facts);
        }
    }

    /// <summary>Fields below the member of the payload that <c>set</c> changes on this event.</summary>
    private static bool Changes(TriggerFacts facts, string field) =>
        facts.Meant.Changes is { } changed
        && (FieldPathOf(field) == changed || FieldPathOf(field).StartsWith($"{changed}.", StringComparison.Ordinal));

    private static string FieldPathOf(string field) => HookRules.Engine.FieldPath.Parse(field)?.Text ?? field;

    private static bool IsFollowedByText(string word) =>
        StepGrammar.Decisions.ContainsKey(word) && !StepGrammar.WithoutText.Contains(word)
        || StepGrammar.Handlers.ContainsKey(word)
        || StepGrammar.Natives.ContainsKey(word);

    private static IEnumerable<Candidate> Modifiers(Token last, TriggerFacts? facts = null) =>
        last.Text switch
        {
            "busy" => Candidates.Words(["queue", "coalesce", "restart", "skip"], CandidateKind.Value),
            "batch" => Candidates.Words(["turn"], CandidateKind.Value),
            "by" => Candidates.Fields(facts ?? TriggerFacts.None),
            "on" => Candidates.Words(["failure"]),
            "timeout" or "retry" or "concurrency" or "dedup" or "debounce" or "throttle" or "group" or "as" or "pass" or "in" or "env" =>
            [],
            _ => Candidates
                .Words([.. ModifierGrammar.Modifiers.Keys.Order(StringComparer.Ordinal), "by", "first", "max", "backoff", "with"])
                .Append(new Candidate("->", CandidateKind.Operator, "What is done when this has succeeded.")),
        };
}
