using System.Diagnostics;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using Shouldly;

namespace HookRules.Tests.Lint;

/// <summary>Real settings files beside the checkout: what lint says of each stands in corpus.txt, read against the files by hand.</summary>
public class CorpusTests
{
    private static readonly string? Corpus = Repository.Above("shared/corpus") is { } above
        ? Path.Combine(above, "shared", "corpus")
        : null;

    [FactNeeding(Need.Shared)]
    public void EveryFileGivesWhatIsWrongWithItAndNothingElse()
    {
        var expected = Repository.Table("Lint/corpus.txt").ToDictionary(row => row[0], row => row.ElementAtOrDefault(1) ?? "");
        var actual = Directory
            .EnumerateFiles(Corpus!, "*.json")
            .Order(StringComparer.Ordinal)
            .ToDictionary(file => Path.GetFileName(file), Codes);
        var wrong = actual
            .Where(file => expected.GetValueOrDefault(file.Key) != file.Value)
            .Select(file => $"{file.Key} | {file.Value}".TrimEnd());
        wrong.ShouldBeEmpty("corpus.txt says otherwise");
        expected.Keys.ShouldBe(actual.Keys, ignoreOrder: true);
    }

    [FactNeeding(Need.Shared)]
    public void AllOfThemTogetherTakeLittleTime()
    {
        var texts = Directory.EnumerateFiles(Corpus!, "*.json").Select(File.ReadAllText).ToArray();
        foreach (var text in texts)
            Linter.Settings("x.json", text);
        var clock = Stopwatch.StartNew();
        foreach (var text in texts)
            Linter.Settings("x.json", text);
        // Some ten milliseconds; the bound is for a machine that does much else.
        clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(5));
    }

    [FactNeeding(Need.Shared)]
    public void NoPieceOfThemIsTooMuch()
    {
        foreach (var file in Directory.EnumerateFiles(Corpus!, "*.json"))
        {
            var text = File.ReadAllText(file);
            for (var length = 0; length < text.Length; length += Math.Max(1, text.Length / 40))
                Linter.Settings("settings.json", text[..length]).Length.ShouldBeGreaterThan(0);
        }
    }

    [FactNeeding(Need.Shared)]
    public void MendingTwiceChangesNothingMore()
    {
        foreach (var file in Directory.EnumerateFiles(Corpus!, "*.json"))
        {
            var once = Linter.Fix("x.json", File.ReadAllText(file));
            Linter.Fix("x.json", once).ShouldBe(once, file);
        }
    }

    // Codes in order, a count behind those that come several times, a small letter for a warning or hint.
    private static string Codes(string file) =>
        string.Join(
            ' ',
            Linter
                .Settings("x.json", File.ReadAllText(file))
                .GroupBy(diagnostic => (diagnostic.Code, diagnostic.Severity))
                .OrderBy(group => group.Key.Code, StringComparer.Ordinal)
                .ThenBy(group => group.Key.Severity)
                .Select(group =>
                    $"{DiagnosticPrinter.Name(group.Key.Severity)[0]}:{group.Key.Code}{(group.Count() > 1 ? $"*{group.Count()}" : "")}"
                )
        );
}
