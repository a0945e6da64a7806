using System.Globalization;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Format;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Format;

/// <summary>What holds of every layout, tried on every text that the tests have: examples, cases, and edits of them.</summary>
public sealed class FormatterTests
{
    private static readonly (string Name, string Path, string Text, PackLoader Packs)[] All = [.. Texts()];

    public static TheoryData<string> Names() => [.. All.Select(text => text.Name)];

    [Theory, MemberData(nameof(Names))]
    public void ALayoutIsStableMeansTheSameAndKeepsEveryComment(string name)
    {
        var (_, path, text, packs) = All.First(one => one.Name == name);
        Check(new SourceText(path, text), packs);
    }

    [Fact]
    public void ManyFilesAreTried() => All.Length.ShouldBeGreaterThan(60);

    /// <summary>Comments, empty lines and line breaks put at random where the forms allow them.</summary>
    [Fact]
    public void RandomEditsKeepMeaningAndComments()
    {
        // A longer hunt: HOOKRULES_FORMAT_ROUNDS=200 dotnet test --filter FormatterTests
        var rounds = int.TryParse(
            Environment.GetEnvironmentVariable("HOOKRULES_FORMAT_ROUNDS"),
            CultureInfo.InvariantCulture,
            out var wanted
        )
            ? wanted
            : 3;
        var random = new Random(20260101);
        var tried = 0;
        foreach (var (name, path, text, packs) in All)
        {
            for (var round = 0; round < rounds; round++)
            {
                var source = new SourceText(path, Edited(text, random));
                if (Formatter.Format(source) is null || Compilation.Create(packs, source).HasErrors)
                    continue;
                tried++;
                Check(source, packs);
            }
        }

        tried.ShouldBeGreaterThan(150);
    }

    private static readonly CaseFile Layouts = new("Rules/Format/layouts.cases");

    public static TheoryData<string> LayoutNames() => [.. Layouts.Names];

    [Theory, MemberData(nameof(LayoutNames))]
    public void TheOtherFormReadsLikeThis(string name)
    {
        var input = Layouts.Input(name);
        var isYaml = input.Contains("version: 1", StringComparison.Ordinal);
        Layouts.Check(
            name,
            Formatter.Format(new SourceText(isYaml ? "hookrules.yaml" : "main.hookrules", input), isYaml ? RulesForm.Text : RulesForm.Yaml)!
        );
    }

    private static void Check(SourceText source, PackLoader packs)
    {
        var before = Compilation.Create(packs, source);
        foreach (var form in new[] { RulesForm.Text, RulesForm.Yaml })
        {
            var path = form == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules";
            var once = new SourceText(path, Formatter.Format(source, form)!);
            var after = Compilation.Create(packs, once);
            after.Diagnostics.Where(diagnostic => diagnostic.Severity == Compiler.Diagnostics.Severity.Error).ShouldBeEmpty(once.Text);
            Formatter.SameMeaning(before.Graph, after.Graph).ShouldBeTrue($"{form} means something else:\n{source.Text}\n---\n{once.Text}");
            Formatter.Format(once).ShouldBe(once.Text, $"{form} is not stable; from\n{source.Text}");
            Comments(once).ShouldBe(Comments(source), $"{form} loses comments:\n{source.Text}\n---\n{once.Text}");

            var back = new SourceText("main.hookrules", Formatter.Format(once, RulesForm.Text)!);
            Formatter
                .SameMeaning(before.Graph, Compilation.Create(packs, back).Graph)
                .ShouldBeTrue($"by way of {form}:\n{once.Text}\n---\n{back.Text}");
            Comments(back).ShouldBe(Comments(source), $"by way of {form}:\n{once.Text}\n---\n{back.Text}");
        }
    }

    private static List<string> Comments(SourceText source) =>
        [.. Formatter.Comments(source).Select(comment => comment.Text).Order(StringComparer.Ordinal)];

    private static readonly string[] Signs =
    [
        " ",
        "  ",
        "\\n",
        "\"",
        "'",
        "#",
        " #",
        ":",
        ": ",
        ",",
        "/",
        "*",
        "!",
        "{",
        "}",
        "[",
        "]",
        "(",
        ")",
        "->",
        "|",
        "-",
        "é",
        "\t",
        "\u00A0",
        "\u2028",
        "\r",
        "0",
        "true",
        "not ",
        "\\",
    ];

    private static string Edited(string text, Random random)
    {
        var lines = text.Split('\n').ToList();
        for (var edits = random.Next(1, 6); edits > 0; edits--)
        {
            var at = random.Next(lines.Count);
            var indentation = lines[at][..^lines[at].TrimStart().Length];
            switch (random.Next(7))
            {
                case 0:
                    lines.Insert(at, $"{indentation}# own {random.Next().ToString(CultureInfo.InvariantCulture)}");
                    break;
                case 1 when lines[at].Length > 0:
                    lines[at] += $"  # end {random.Next().ToString(CultureInfo.InvariantCulture)}";
                    break;
                case 2:
                    lines.Insert(at, "");
                    break;
                case 3:
                    lines[at] = Broken(lines[at], ", ", random);
                    break;
                case 4:
                    lines[at] = Broken(lines[at], " -> ", random);
                    break;
                default:
                    var place = random.Next(lines[at].Length + 1);
                    lines[at] = lines[at].Insert(place, Signs[random.Next(Signs.Length)]);
                    break;
            }
        }

        return string.Join('\n', lines);
    }

    private static string Broken(string line, string sign, Random random)
    {
        var at = line.IndexOf(sign, StringComparison.Ordinal);
        if (at < 0)
            return line;
        var comment = random.Next(2) == 0 ? $" # in {random.Next().ToString(CultureInfo.InvariantCulture)}" : "";
        return $"{line[..(at + sign.Length - 1)]}{comment}\n      {line[(at + sign.Length)..]}";
    }

    private static IEnumerable<(string Name, string Path, string Text, PackLoader Packs)> Texts() =>
        Examples().Concat(Others().Select(text => (text.Name, text.Path, text.Text, PackLoader.BundledOnly)));

    private static IEnumerable<(string Name, string Path, string Text, PackLoader Packs)> Examples() =>
        from folder in Repository.Examples
        from file in new[] { "main.hookrules", "hookrules.yaml" }
        let path = Path.Combine(folder, file)
        select ($"{Path.GetFileName(folder)}/{file}", file, File.ReadAllText(path), (PackLoader)new ProjectPacks(ProjectFiles.Of(path)));

    private static IEnumerable<(string Name, string Path, string Text)> Others()
    {
        foreach (var pack in Directory.GetFiles(Repository.PathOf("src", "HookRules.Compiler", "Packs", "std"), "*.hookrules"))
            if (Sound(File.ReadAllText(pack)) is { } path)
                yield return ($"pack {Path.GetFileName(pack)}", path, File.ReadAllText(pack));
        foreach (var (name, text, yaml) in new CaseFile("Rules/Syntax/forms.cases").All)
        {
            yield return ($"forms: {name}, text", "main.hookrules", text);
            yield return ($"forms: {name}, YAML", "hookrules.yaml", yaml + "\n");
        }

        foreach (
            var line in File.ReadLines(Repository.PathOf("tests", "HookRules.Tests", "Cases", "decisions.cases"))
                .Where(line => line.Contains('⇶') && line[0] != '#')
        )
        {
            var parts = line.Split(" ⇶ ");
            var text = $"on {parts[0].Split('-')[0]} -> {parts[1]}\n";
            if (Sound(text) is { } path)
                yield return ($"decisions: {parts[0]} {parts[1]}", path, text);
        }

        foreach (var table in new[] { "Rules/Binding/rules.cases", "Rules/Format/layouts.cases" })
        foreach (var (name, text, _) in new CaseFile(table).All)
            if (Sound(text) is { } path)
                yield return ($"{table}: {name}", path, text);
    }

    private static string? Sound(string text) =>
        new[] { "main.hookrules", "hookrules.yaml" }.FirstOrDefault(path =>
            !Compilation.Create(new SourceText(path, text)).HasErrors && text.Trim().Length > 0
        );
}
