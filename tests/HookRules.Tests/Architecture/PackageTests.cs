using System.Xml.Linq;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Architecture;

/// <summary>The packages that are used, each pinned to the version that was tried: another one is a decision.</summary>
public sealed class PackageTests
{
    private static readonly string[] Tried =
    [
        "CsCheck 5.0.1",
        "DiffPlex 1.9.0",
        "Markdig 1.6.0",
        "Microsoft.CodeAnalysis.BannedApiAnalyzers 5.6.0",
        "Microsoft.Data.Sqlite 11.0.0",
        "Microsoft.NET.Test.Sdk 18.11.0",
        "NJsonSchema 11.6.2",
        "Newtonsoft.Json 13.0.4",
        "Polly.Core 8.9.1",
        "Scriban.Signed 7.5.3",
        "Shouldly 4.3.0",
        "Spectre.Console 0.57.2",
        "Sprache 2.3.1",
        "StackExchange.Redis 3.4.35",
        "System.CommandLine 3.0.0",
        "YamlDotNet 18.1.0",
        "xunit 2.9.3",
        "xunit.runner.visualstudio 4.0.1",
    ];

    private static IEnumerable<XElement> Elements(string name, string file) => XDocument.Load(file).Descendants(name);

    private static IEnumerable<string> Projects =>
        new[] { "src", "tests" }
            .SelectMany(folder => Directory.EnumerateFiles(Repository.PathOf(folder), "*.*proj", SearchOption.AllDirectories))
            .Append(Repository.PathOf("Directory.Build.props"))
            .Append(Repository.PathOf("src/Directory.Build.props"));

    [Fact]
    public void EachIsTheOneThatWasTried() =>
        Elements("PackageVersion", Repository.PathOf("Directory.Packages.props"))
            .Select(package => $"{package.Attribute("Include")!.Value} {package.Attribute("Version")!.Value}")
            .Except(Tried)
            .ShouldBeEmpty();

    [Fact]
    public void EachIsUsedAndNoProjectHasAVersionOfItsOwn()
    {
        var references = Projects.SelectMany(project => Elements("PackageReference", project)).ToList();

        references
            .Where(reference => reference.Attribute("Version") is not null || reference.Attribute("VersionOverride") is not null)
            .ShouldBeEmpty();
        Elements("PackageVersion", Repository.PathOf("Directory.Packages.props"))
            .Select(package => package.Attribute("Include")!.Value)
            .Except(references.Select(reference => reference.Attribute("Include")!.Value))
            .ShouldBeEmpty();
    }
}
