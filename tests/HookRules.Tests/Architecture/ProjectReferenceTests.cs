using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Architecture;

/// <summary>Who may reference whom: the picture of the architecture, held by a test.</summary>
public class ProjectReferenceTests
{
    [Theory]
    [InlineData("Engine", "")]
    [InlineData("Hook", "Engine")]
    [InlineData("Runtime", "Engine")]
    [InlineData("Compiler", "Engine")]
    [InlineData("Simulation", "Engine Compiler Runtime")]
    [InlineData("LanguageServer", "Compiler Simulation")]
    [InlineData("Cli", "Compiler LanguageServer Runtime Simulation")]
    [InlineData("Site", "Cli")]
    [InlineData("Playground", "Cli")]
    public void AProjectReferencesOnlyWhatThePictureAllows(string project, string allowed) =>
        Items(project, "ProjectReference")
            .Select(path => Path.GetFileNameWithoutExtension(path)["HookRules.".Length..])
            .ShouldBe(allowed.Split(' ', StringSplitOptions.RemoveEmptyEntries), ignoreOrder: true);

    [Theory]
    [InlineData("Engine")]
    [InlineData("Hook")]
    public void WhatTheHookProcessIsMadeOfHasNoPackages(string project) => Items(project, "PackageReference").ShouldBeEmpty();

    [Theory]
    [InlineData("Sprache")]
    [InlineData("YamlDotNet")]
    [InlineData("NJsonSchema")]
    [InlineData("Scriban.Signed")]
    public void OnlyTheCompilerReadsRulesAndSchemas(string package) =>
        Projects().Where(project => Items(project, "PackageReference").Contains(package)).ShouldBe(["Compiler"]);

    [Fact]
    public void ThereIsOneRouter() =>
        Directory
            .EnumerateFiles(Repository.PathOf("src"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains($"{Path.DirectorySeparatorChar}obj{Path.DirectorySeparatorChar}"))
            .Where(file => File.ReadAllText(file).Contains("Routing Route("))
            .Select(Path.GetFileName)
            .ShouldBe(["Router.cs"]);

    private static IEnumerable<string> Projects() =>
        // The plugin is texts alone.
        Directory
            .GetFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories)
            .Select(file => Path.GetFileNameWithoutExtension(file)["HookRules.".Length..]);

    private static IEnumerable<string> Items(string project, string kind) =>
        XDocument
            .Load(Repository.PathOf("src", $"HookRules.{project}", $"HookRules.{project}.csproj"))
            .Descendants(kind)
            .Select(item => item.Attribute("Include")!.Value);
}
