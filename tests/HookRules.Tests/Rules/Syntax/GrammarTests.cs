using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Syntax;

public partial class GrammarTests
{
    [Fact]
    public void TheWordsOfTheSpecificationAreThoseOfTheParser()
    {
        var text = Remarks().Replace(File.ReadAllText(Repository.PathOf("grammar/hookrules.ebnf")), "");
        var words = Quoted().Matches(text).Select(match => match.Groups[1].Value).Distinct();

        words.Order(StringComparer.Ordinal).ShouldBe(Grammar.Keywords.Order(StringComparer.Ordinal));
    }

    [Fact]
    public void TheEditorsGrammarKnowsEveryWord()
    {
        var highlighted = Alternatives()
            .Matches(File.ReadAllText(Repository.PathOf("grammar/hookrules.tmLanguage.json")))
            .SelectMany(match => match.Value.Trim('(', ')', '?', ':').Split('|'))
            .ToHashSet();
        Grammar.Keywords.Where(word => char.IsAsciiLetterLower(word[0])).Except(highlighted).ShouldBeEmpty();
    }

    [Fact]
    public void TheWordsOfTheDecisionsAreTheSameInGrammarColoursSchemaAndPlan()
    {
        var words = DecisionWords.All.ToArray().Select(word => word.Name).Order(StringComparer.Ordinal).ToArray();
        DecisionWords.All.ToArray().Select(word => word.Value).Order().ShouldBe(Enum.GetValues<DecisionKind>());
        StepGrammar.Decisions.Keys.Order(StringComparer.Ordinal).ShouldBe(words);

        // Beside the decisions stands what else is said before a tool runs.
        string[] answers = ["await", "reply", "set"];
        var specified = DecisionRule().Match(File.ReadAllText(Repository.PathOf("grammar/hookrules.ebnf")));
        Quoted()
            .Matches(specified.Groups[1].Value)
            .Select(match => match.Groups[1].Value)
            .Where(word => char.IsAsciiLetterLower(word[0]))
            .Except([.. answers, "timeout"])
            .Order(StringComparer.Ordinal)
            .ShouldBe(words);
        Alternatives()
            .Matches(File.ReadAllText(Repository.PathOf("grammar/hookrules.tmLanguage.json")))
            .Select(match => match.Value.Trim('(', ')', '?', ':').Split('|').Except(answers).Order(StringComparer.Ordinal))
            .Select(coloured => string.Join('|', coloured))
            .ShouldContain(string.Join('|', words));

        var schema = JsonNode.Parse(File.ReadAllText(Repository.PathOf("schemas/rules.schema.json")))!;
        words.Except(Properties(schema)).ShouldBeEmpty();
    }

    private static IEnumerable<string> Properties(JsonNode? node) =>
        node switch
        {
            JsonObject all => all.SelectMany(member =>
                member is { Key: "properties", Value: JsonObject known }
                    ? known.Select(one => one.Key).Concat(known.SelectMany(one => Properties(one.Value)))
                    : Properties(member.Value)
            ),
            JsonArray items => items.SelectMany(Properties),
            _ => [],
        };

    [Fact]
    public void EveryNonterminalOfTheSpecificationIsDefinedAndUsed()
    {
        var text = Texts().Replace(Remarks().Replace(File.ReadAllText(Repository.PathOf("grammar/hookrules.ebnf")), ""), "");
        var defined = Definitions().Matches(text).Select(match => match.Groups[1].Value).ToArray();
        var used = Names().Matches(Definitions().Replace(text, "")).Select(match => match.Value).Distinct();

        defined.ShouldBeUnique();
        used.Append("file").Distinct().Order(StringComparer.Ordinal).ShouldBe(defined.Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("on Write *.py -> log \"a\" # \"b\"")]
    [InlineData("on Write *.py -> log \"a\"\n# comment\n\n  # another\n")]
    [InlineData("on Write\r\n  *.py\r\n  -> log \"a\"\r\n")]
    [InlineData("on Write *.py→log \"a\"")]
    [InlineData("on Write *.py->log \"a\"")]
    [InlineData("\n\n# first\non Write *.py # why\n  # more\n  -> log \"a\"")]
    public void SpaceAndCommentsMeanNothing(string text)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", text));

        compilation.Diagnostics.ShouldBeEmpty();
        compilation.Graph.Rules.Length.ShouldBe(1);
        compilation.Graph.Rules[0].Globs[0].Text.ShouldBe("*.py");
    }

    [Fact]
    public void AHashInsideAWordStartsNoComment() =>
        Compilation
            .Create(new SourceText("main.hookrules", "on Write src/#a/*.py -> log \"a#b #c\""))
            .Graph.Rules[0]
            .Globs[0]
            .Text.ShouldBe("src/#a/*.py");

    [Fact]
    public void ABracketInColumnOneContinuesTheStatement() =>
        Compilation
            .Create(new SourceText("main.hookrules", "on Stop -> agent \"x\" with {\n  timeout: 3\n}\non Stop -> log \"x\""))
            .Diagnostics.ShouldBeEmpty();

    [Fact]
    public void EscapesStandForTheirCharacters()
    {
        var graph = Compilation.Create(new SourceText("main.hookrules", """on before Bash -> deny "a\"b\\c\nd\te\u{1F600}{{f}}" """)).Graph;

        graph.Rules[0].Decisions[0].Text.Text.ShouldBe("a\"b\\c\nd\te😀{{f}}");
    }

    [Theory]
    [InlineData("\"\"\"a\"\"\"", "a")]
    [InlineData("\"\"\"\"\"\"", "")]
    [InlineData("\"\"\"\n\"\"\"", "")]
    [InlineData("\"\"\"\r\n  a\r\n    b\r\n  \"\"\"", "a\n  b")]
    [InlineData("\"\"\"\n  a\n\n  b\n\n  \"\"\"", "a\n\nb\n")]
    [InlineData("\"\"\"\n\ta\n \tb\n\"\"\"", "\ta\n \tb")]
    [InlineData("\"\"\"\n    a\n   \n  b\"\"\"", "  a\n \nb")]
    [InlineData("\"\"\" a\n  b\"\"\"", " a\nb")]
    public void ALongTextLosesTheIndentationThatItsLinesShare(string text, string meant) =>
        Compilation
            .Create(new SourceText("main.hookrules", $"on before Bash -> warn {text}, allow"))
            .Graph.Rules[0]
            .Decisions[0]
            .Text.Text.ShouldBe(meant);

    [GeneratedRegex(@"\(\*.*?\*\)|\?[^?\n]*\?(?=[ \n])", RegexOptions.Singleline, 1000)]
    private static partial Regex Remarks();

    [GeneratedRegex("\"([a-z][a-z-]*)\"", RegexOptions.None, 1000)]
    private static partial Regex Quoted();

    [GeneratedRegex("\"[^\"\\n]*\"|'[^'\\n]*'", RegexOptions.None, 1000)]
    private static partial Regex Texts();

    [GeneratedRegex("^([a-z-]+) *=", RegexOptions.Multiline, 1000)]
    private static partial Regex Definitions();

    [GeneratedRegex("^decision +=([^;]*);", RegexOptions.Multiline, 1000)]
    private static partial Regex DecisionRule();

    [GeneratedRegex("[a-z-]+", RegexOptions.None, 1000)]
    private static partial Regex Names();

    [GeneratedRegex(@"\(\?:[a-z-]+(\|[a-z-]+)+\b", RegexOptions.None, 1000)]
    private static partial Regex Alternatives();
}
