using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Binding;

public class RuleTests
{
    private static readonly CaseFile Cases = new("Rules/Binding/rules.cases");

    public static TheoryData<string> Names() => [.. Cases.Names];

    [Theory, MemberData(nameof(Names))]
    public void ARuleMeansWhatTheTableSays(string name) => Cases.Check(name, Describe(Compile(Cases.Input(name))));

    [Fact]
    public void ARuleWithoutANameIsKnownByWhatItMeans()
    {
        var ids = Compile("on Write *.py -> log \"a\"\n\n# moved\non   Write   *.py→log \"a\"\non Write *.js -> log \"a\"")
            .Graph.Rules.Select(rule => rule.Id)
            .ToArray();

        ids[0].ShouldMatch("^r-[0-9a-f]{8}$");
        ids[1].ShouldBe(ids[0] + "-2");
        ids[2].ShouldMatch("^r-[0-9a-f]{8}$");
        ids.ShouldBeUnique();
        Compile("on Write *.js -> log \"a\"").Graph.Rules[0].Id.ShouldBe(ids[2]);
    }

    [Fact]
    public void ARuleNamedLikeAHashDisplacesNone()
    {
        var id = Compile("on Write -> log \"a\"").Graph.Rules[0].Id;

        Compile($"rule {id}: on Edit -> log \"b\"\non Write -> log \"a\"").Graph.Rules.Select(rule => rule.Id).ShouldBe([id, $"{id}-2"]);
    }

    [Fact]
    public void EveryBranchHasAnIdOfItsOwn()
    {
        var graph = Compile("action a = run \"x\"\nrule r: on Write -> a, a, log \"b\" -> a as c, run \"y\" as d\n  on failure -> a").Graph;

        graph
            .Rules[0]
            .QueuedBranches.Select(branch => branch.Id)
            .ShouldBe(["r/a", "r/a#2", $"r/{graph.Actions[1].Name}", "r/c", "r/d", "r/a#3"], ignoreOrder: false);
    }

    [Fact]
    public void EqualInlineActionsAreOne()
    {
        var graph = Compile("on Write -> log \"a\"\non Edit -> log \"a\"\non Edit -> log \"b\"").Graph;

        graph.Actions.Select(action => action.Name).ShouldBeUnique();
        graph.Actions.Length.ShouldBe(2);
    }

    [Fact]
    public void AnActionThatNoRuleUsesIsNotInTheGraph() =>
        Compile("action a = run \"x\"\non Write -> log \"b\"")
            .Graph.Actions.Select(action => action.Handler)
            .ShouldAllBe(handler => handler is Handler.Log);

    [Fact]
    public void NamesOfAnotherFileAreKnown()
    {
        var compilation = Compilation.Create(
            new SourceText("a.hookrules", "on Write $py -> ruff"),
            new SourceText("b.yaml", "version: 1\nlet: { py: '*.py' }\nactions: { ruff: { run: ruff } }")
        );

        compilation.Diagnostics.ShouldBeEmpty();
        compilation.Graph.Sources.Select(source => source.Path).ShouldBe(["a.hookrules", "b.yaml"]);
        compilation.Graph.Sources[0].Sha256.ShouldBe("7fb3540930e2ac9666f3d12a18c1f3e930f2fdf9f25b6210961ff7cd0e8f6a00");
        compilation.Graph.Rules[0].Source.ToString().ShouldBe("a.hookrules:1:1");
    }

    [Fact]
    public void ARuleKnowsItsPlace() =>
        Compile("\n\nrule x:\n  on Write\n  -> log \"a\"\n\n# end\n")
            .Graph.Rules[0]
            .Source.ShouldBe(new SourceRef("main.hookrules", 3, 1, 5, 13));

    private static Compilation Compile(string text)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", text));
        compilation.Diagnostics.ShouldBeEmpty();
        return compilation;
    }

    internal static string Describe(Compilation compilation)
    {
        var text = new StringBuilder();
        foreach (var rule in compilation.Graph.Rules)
        {
            text.Append($"{rule.Event} {Describe(rule.Matcher)}");
            if (rule.Globs.Length > 0)
                text.Append($" [{string.Join(' ', rule.Globs)}]");
            if (rule.Where is { } where)
                text.Append($" where {ConditionText.Of(where)}");
            if (rule.Closed)
                text.Append(" closed");
            if (rule.Window is { } window)
                text.Append($" {Describe(window)}");
            text.Append('\n');
            foreach (var step in rule.Decisions)
                text.Append($"  {step.Kind.ToString().ToLowerInvariant()} {step.Text.Text}\n");
            foreach (var change in rule.Sets)
                text.Append($"  set {change.Field} = {Describe(change.Value)}\n");
            foreach (var field in rule.Replies)
                text.Append($"  reply {field.Name}: {Describe(field.Value)}\n");
            if (rule.Await is { } awaited)
                text.Append($"  await {string.Join(", ", awaited.Actions)} {awaited.Timeout.TotalSeconds}s\n");
            foreach (var branch in rule.Sync)
                text.Append($"  sync {Describe(branch, compilation)}\n");
            foreach (var native in rule.Natives)
                text.Append($"  native {native.Json}\n");
            foreach (var stage in rule.Stages)
                text.Append($"  queue {string.Join(", ", stage.Branches.Select(branch => Describe(branch, compilation)))}\n");
            foreach (var stage in rule.OnFailure)
                text.Append($"  failed {string.Join(", ", stage.Branches.Select(branch => Describe(branch, compilation)))}\n");
        }

        return text.ToString();
    }

    private static string Describe(JsonTemplate value) =>
        value switch
        {
            JsonTemplate.Value { Text: TextValue.Text { Template: var template } } => $"\"{template.Text}\"",
            JsonTemplate.Raw raw => raw.Json,
            JsonTemplate.Array array => $"[{string.Join(", ", array.Items.Select(Describe))}]",
            JsonTemplate.Object map =>
                $"{{ {string.Join(", ", map.Members.Select(member => $"{member.Key}: {Describe(member.Value)}"))} }}",
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(Matcher matcher) =>
        matcher switch
        {
            { Raw: { } raw } => $"\"{raw}\" = {Describe(matcher with { Raw = null })}",
            Matcher.Any => "*",
            Matcher.Names names => string.Join('|', names.Values),
            Matcher.Expression expression => expression.Pattern.ToString(),
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(Window window)
    {
        var count = window.Count > 0 ? $"{window.Count} per " : "";
        var by = string.Concat(window.By.Select(field => $" {field}"));
        var most = window.Most is { } longest ? $" max {longest.TotalMilliseconds}ms" : "";
        return $"{window.Kind}({count}{window.Length.TotalMilliseconds}ms{most}{by})";
    }

    private static string Describe(Branch branch, Compilation compilation)
    {
        var options = branch.Options;
        var text = new StringBuilder(Describe(compilation.Graph.Actions.First(action => action.Name == branch.Action).Handler));
        if (options.Timeout is { } timeout)
            text.Append($" timeout={timeout.TotalSeconds}s");
        if (options.Retry > 0)
            text.Append($" retry={options.Retry}");
        if (options.Backoff is { } backoff)
            text.Append($" backoff={backoff.TotalMilliseconds}ms");
        if (options.Concurrency is { } concurrency)
            text.Append($" concurrency={concurrency}");
        if (options.Group is { } group)
            text.Append($" group={group}");
        if (options.Closed)
            text.Append(" closed");
        if (options.Pass.Length > 0)
            text.Append($" pass={string.Join('+', options.Pass)}");
        if (options.Folder is { } folder)
            text.Append($" in={folder}");
        foreach (var (name, value) in options.Variables)
            text.Append($" {name}={Describe(value)}");
        if (options.Feedback)
            text.Append(" feedback");
        if (options.Busy is { } busy)
            text.Append($" busy={busy}");
        if (options.Window is { } window)
            text.Append($" {Describe(window)}");
        return text.ToString();
    }

    private static string Describe(Handler handler) =>
        handler switch
        {
            Handler.Run run => $"run[{string.Join('|', run.Argv.Select(Describe))}]",
            Handler.Shell shell => $"shell[{shell.Script}]",
            Handler.Http http => $"http[{http.Method} {Describe(http.Url)}]",
            Handler.Slack slack => $"slack[{Describe(slack.Text)}{(slack.Webhook is { } webhook ? $" to ${webhook}" : "")}]",
            Handler.Notify notify => $"notify[{Describe(notify.Text)}{(notify.Sound ? " with a sound" : "")}]",
            Handler.Log { Text: { } line } log => $"log[{Describe(log.File)} {Describe(new TextValue.Text(line))}]",
            Handler.Log log => $"log[{Describe(log.File)}]",
            _ => throw new InvalidOperationException(),
        };

    private static string Describe(TextValue value) =>
        value switch
        {
            TextValue.Text text => string.Concat(text.Template.Parts.Select(part => part.Literal ?? $"<{part.Field}>")),
            TextValue.Env env => $"${env.Name}",
            _ => throw new InvalidOperationException(),
        };
}
