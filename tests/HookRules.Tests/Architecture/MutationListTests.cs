using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Architecture;

/// <summary>The list of `tests/mutate` is as the sources are: a line that was changed since would be told only before a release.</summary>
public sealed partial class MutationListTests
{
    public static TheoryData<string, string, string> Entries
    {
        get
        {
            var data = new TheoryData<string, string, string>();
            foreach (Match entry in Entry().Matches(File.ReadAllText(Repository.PathOf("tests", "mutations", "README.md"))))
                data.Add(entry.Groups["name"].Value, entry.Groups["file"].Value, entry.Groups["lines"].Value);
            return data;
        }
    }

    [Theory]
    [MemberData(nameof(Entries))]
    public void ALineThatIsToBeBrokenStandsOnceInItsFile(string name, string file, string lines)
    {
        var before = lines.Split('\n').Where(line => line.StartsWith('-')).Select(line => line[1..].Trim()).ToArray();
        var text = File.ReadLines(Repository.PathOf(file)).Select(line => line.Trim()).ToArray();

        Enumerable
            .Range(0, text.Length)
            .Count(at => text.AsSpan(at).StartsWith(before))
            .ShouldBe(1, $"{name}: look for the line in {file} as it is now, and change the list");
    }

    [Fact]
    public void EveryHeadingIsAnEntry() =>
        Entries.Count.ShouldBe(
            File.ReadLines(Repository.PathOf("tests", "mutations", "README.md"))
                .Count(line => line.StartsWith("### ", StringComparison.Ordinal))
        );

    [GeneratedRegex(
        @"^### (?<name>.+)\n\n`(?<file>[^`]+)` must be noticed by `[^`]+`.*\n\n```diff\n(?<lines>(?:[-+].*\n)+)```$",
        RegexOptions.Multiline
    )]
    private static partial Regex Entry();
}
