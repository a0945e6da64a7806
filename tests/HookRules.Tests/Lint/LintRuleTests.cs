using System.Text.RegularExpressions;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Syntax;
using HookRules.Tests.Runtime;
using HookRules.Tests.Packs;
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
        bad.Where(diagnostic => diagnostic.Severity != Severity.Hint || diagnostic.Code == code).Select(diagnostic => diagnostic.Code).Distinct().ShouldBe([code], Told(bad));
        bad.First(diagnostic => diagnostic.Code == code).Severity.ShouldBe(rule.Severity);
        var good = Lint(rule, rule.Good);
        good.ShouldNotContain(diagnostic => diagnostic.Code == code || diagnostic.Severity == Severity.Error, Told(good));
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
        LintRules.All.Count.ShouldBeGreaterThanOrEqualTo(50);
    }

    [Fact]
    public void EveryRuleOfTheFolderIsInTheList() =>
        Directory.EnumerateFiles(Repository.PathOf("src", "HookRules.Compiler", "Lint", "Rules"), "*.cs").Select(Path.GetFileNameWithoutExtension)
            .Except(LintRules.All.Select(rule => rule.GetType().Name)).ShouldBeEmpty();

    [Fact]
    public void EveryCodeOfTheCatalogHasAPage()
    {
        var files = Directory.EnumerateFiles(Repository.PathOf("src", "HookRules.Compiler", "Diagnostics"), "DiagnosticCatalog*.cs");
        var codes = files.SelectMany(file => Regex.Matches(File.ReadAllText(file), "\"(HR[0-9]{4})\"", RegexOptions.None, TimeSpan.FromSeconds(5))).Select(match => match.Groups[1].Value).Distinct().Order(StringComparer.Ordinal).ToArray();
        codes.Length.ShouldBeGreaterThan(50);
        codes.Where(code => ExplainPages.Find(code) is not { Why.Length: > 20, Title.Length: > 5 }).ShouldBeEmpty("these codes lack a page in src/HookRules.Compiler/Diagnostics/Pages");
        ExplainPages.All.Select(page => page.Code).ShouldBeUnique();
        // compile tells of these as well, from its own place.
        codes.Intersect(LintRules.All.Select(rule => rule.Code)).ShouldBe(["HR3001", "HR3004", "HR3005"], ignoreOrder: true);
    }

    public static TheoryData<string> PagesWithExamples =>
        [.. ExplainPages.All.Where(page => page.Id is null && page.Bad.Length > 0 && !page.Bad.StartsWith("version:", StringComparison.Ordinal) && !page.Code.StartsWith("HR300", StringComparison.Ordinal) && !page.Code.StartsWith("HR5", StringComparison.Ordinal)).Select(page => page.Code)];

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

    /// <summary>Behind a line "# file: PATH" another file follows.</summary>
    private static Compilation Compiled(string example)
    {
        using var project = PackProject.Of($"file: main.hookrules\n{example.Replace("\n# file: ", "\nfile: ", StringComparison.Ordinal)}");
        return project.Compile();
    }

    private static IReadOnlyList<Diagnostic> Lint(LintRule rule, string text)
    {
        using var folder = new TestFolder();
        var context = LintContext.TextOnly;
        if (rule.ExampleFiles is { } files)
        {
            foreach (var (file, content) in files)
            {
                var path = Path.Combine(folder.Path, file);
                Directory.CreateDirectory(Path.GetDirectoryName(path)!);
                File.WriteAllText(path, content);
            }

            context = new LintContext(folder.Path, "/nowhere");
        }

        return rule is GraphRule
            ? Linter.Rules(Compilation.Create(new SourceText(rule.ExamplePath, text)), context)
            : Linter.Settings(rule.ExamplePath, text, context);
    }

    private static string Told(IEnumerable<Diagnostic> diagnostics) => string.Join('\n', diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code} {diagnostic.Message}"));
}
