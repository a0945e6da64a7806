using System.Text.RegularExpressions;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Simulation.Cases;
using HookRules.Simulation.Coverage;
using HookRules.Tests.Packs;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Every rule's examples are its test, and what explain prints of it.</summary>
public class LintRuleTests
{
    public static TheoryData<string> Codes => [.. LintRules.All.Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(Codes))]
    public void TheBadExampleGivesThisCodeAloneAndTheGoodOneDoesNot(string code)
    {
        var rule = LintRules.Find(code)!;
        var bad = Lint(rule, rule.Bad);
        // A hint beside it, such as that a guard fails open, is the business of another rule.
        bad.Where(diagnostic => diagnostic.Severity != Severity.Hint || diagnostic.Code == code)
            .Select(diagnostic => diagnostic.Code)
            .Distinct()
            .ShouldBe([code], Told(bad));
        bad.First(diagnostic => diagnostic.Code == code).Severity.ShouldBe(rule.Severity);
        var good = Lint(rule, rule.Good);
        good.ShouldNotContain(diagnostic => diagnostic.Code == code || diagnostic.Severity == Severity.Error, Told(good));
    }

    public static TheoryData<string> CodesOfRules => [.. LintRules.All.OfType<GraphRule>().Select(rule => rule.Code)];

    [Theory]
    [MemberData(nameof(CodesOfRules))]
    public void TheExamplesSayTheSameInYaml(string code)
    {
        var rule = LintRules.Find(code)!;
        Lint(rule, InYaml(rule.Bad), "hookrules.yaml").Select(diagnostic => diagnostic.Code).ShouldContain(code);
        Lint(rule, InYaml(rule.Good), "hookrules.yaml").Select(diagnostic => diagnostic.Code).ShouldNotContain(code);

        static string InYaml(string text) => Formatter.Format(new SourceText("main.hookrules", text), RulesForm.Yaml).ShouldNotBeNull();
    }

    [Fact]
    public void ARuleIsDescribedInFull()
    {
        foreach (var rule in LintRules.All)
        {
            rule.Code.ShouldMatch("^HR[235][0-9]{3}$");
            rule.Id.ShouldMatch("^[a-z0-9]+(-[a-z0-9]+)*$");
            (rule.Code.StartsWith("HR3", StringComparison.Ordinal) == rule is SettingsRule).ShouldBeTrue(rule.Code);
            rule.Summary.ShouldEndWith(".");
            rule.Why.Length.ShouldBeGreaterThan(60, rule.Code);
        }

        LintRules.All.Select(rule => rule.Code).ShouldBeUnique();
        LintRules.All.Select(rule => rule.Id).ShouldBeUnique();
        LintRules.All.Select(rule => rule.Code).ShouldBeInOrder();
        // As the page for contributors says.
        LintRules.All.Count.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("Rules")]
    [InlineData("Structure")]
    [InlineData("Matchers")]
    [InlineData("Commands")]
    [InlineData("Guards")]
    [InlineData("Output")]
    public void EveryRuleOfTheFoldersIsInTheList(string folder) =>
        Directory
            .EnumerateFiles(Repository.PathOf("src", "HookRules.Compiler", "Lint", folder), "*.cs")
            .Select(Path.GetFileNameWithoutExtension)
            .Except(LintRules.All.Select(rule => rule.GetType().Name))
            .ShouldBeEmpty();

    [Fact]
    public void EveryCodeOfTheCatalogHasAPage()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("src", "HookRules.Compiler", "Diagnostics"), "DiagnosticCatalog*.cs");
        var codes = files
            .SelectMany(file => Regex.Matches(File.ReadAllText(file), "\"(HR[0-9]{4})\"", RegexOptions.None, TimeSpan.FromSeconds(5)))
            .Select(match => match.Groups[1].Value)
            .Distinct()
            .Order(StringComparer.Ordinal)
            .ToArray();
        codes.Length.ShouldBeGreaterThan(50);
        codes
            .Where(code => ExplainPages.Find(code) is not { Why.Length: > 20, Title.Length: > 5 })
            .ShouldBeEmpty("these codes lack a page in src/HookRules.Compiler/Diagnostics/Pages");
        ExplainPages.All.Select(page => page.Code).ShouldBeUnique();
        // compile tells of these as well, from its own place.
        codes.Intersect(LintRules.All.Select(rule => rule.Code)).ShouldBe(["HR3001", "HR3004", "HR3005"], ignoreOrder: true);
    }

    public static TheoryData<string> PagesWithExamples =>
        [
            .. ExplainPages
                .All.Where(page =>
                    page.Id is null
                    && page.Bad.Length > 0
                    && !page.Code.StartsWith("HR300", StringComparison.Ordinal)
                    && !page.Code.StartsWith("HR5", StringComparison.Ordinal)
                )
                .Select(page => page.Code),
        ];

    [Theory]
    [MemberData(nameof(PagesWithExamples))]
    public void AnExampleOfTheCatalogGivesItsCode(string code)
    {
        var page = ExplainPages.Find(code)!;
        var bad = Linter.Rules(Compiled(page.Bad));
        bad.Select(diagnostic => diagnostic.Code).ShouldContain(code, Told(bad));
        var good = Linter.Rules(Compiled(page.Good));
        good.ShouldNotContain(diagnostic => diagnostic.Code == code || diagnostic.Severity == Severity.Error, Told(good));
    }

    private static bool IsYaml(string example) =>
        example.StartsWith("version:", StringComparison.Ordinal) || example.StartsWith("rules:", StringComparison.Ordinal);

    [Fact]
    public void EveryPageOfTheLanguageHasExamplesWhereATextCanShowIt() =>
        // A file that is no text, brackets and mistakes by the hundred are no examples for a page; neither are a mistake of a bundled pack,
        // what only two layers, or rules and settings, show side by side, what only fetching tells,
        // and marks of git that would stop a merge of the page itself.
        ExplainPages
            .All.Where(page => page.Bad.Length == 0 || page.Good.Length == 0)
            .Select(page => page.Code)
            .Where(code => !code.StartsWith("HR109", StringComparison.Ordinal))
            .ShouldBe(["HR0013", "HR0016", "HR0109", "HR0111", "HR3003", "HR3101", "HR4021", "HR4102", "HR4109", "HR4110"]);

    /// <summary>Behind a line "# file: PATH" another file follows.</summary>
    private static Compilation Compiled(string example)
    {
        // The pages of the YAML form, and those that show a file of it.
        if (IsYaml(example))
            return Compilation.Create(new SourceText("hookrules.yaml", example));
        using var project = PackProject.Of($"file: main.hookrules\n{example.Replace("\n# file: ", "\nfile: ", StringComparison.Ordinal)}");
        return project.Compile();
    }

    private static IReadOnlyList<Diagnostic> Lint(LintRule rule, string text, string? path = null)
    {
        using var folder = new TestFolder();
        var context = ProjectContext.TextOnly;
        if (rule.ExampleFiles is { } files)
        {
            foreach (var (file, content) in files)
            {
                var full = Path.Combine(folder.Path, file);
                Directory.CreateDirectory(Path.GetDirectoryName(full)!);
                File.WriteAllText(full, content);
            }

            context = new ProjectContext(folder.Path, "/nowhere");
        }

        var compilation = rule is GraphRule ? Compilation.Create(new SourceText(path ?? rule.ExamplePath, text)) : null;
        if (compilation is not null && rule.ExampleFiles?.Keys.Any(CaseFiles.IsCases) is true)
        {
            var file = Path.Combine(folder.Path, path ?? rule.ExamplePath);
            File.WriteAllText(file, text);
            context = context with { UnreachedGuards = GuardReach.Unreached(file, folder.Path, compilation) };
        }

        return compilation is not null ? Linter.Rules(compilation, context) : Linter.Settings(rule.ExamplePath, text, context);
    }

    private static string Told(IEnumerable<Diagnostic> diagnostics) =>
        string.Join('\n', diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code} {diagnostic.Message}"));
}
