using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Rules.Format;
using HookRules.Tests.Cli;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Import;

public sealed class ImportTests
{
    private static readonly CaseFile Cases = new("Import/import.cases");
    private static readonly string? Corpus = Repository.Above("shared/corpus") is { } above
        ? Path.Combine(above, "shared", "corpus")
        : null;

    public static TheoryData<string> Names() => [.. Cases.Names];

    [Theory, MemberData(nameof(Names))]
    public void ASettingsFileBecomesTheseRules(string name)
    {
        var result = SettingsImporter.Import("settings.json", Cases.Input(name), RulesForm.Text, verbatim: false);
        Cases.Check(
            name,
            result.Text ?? string.Join('\n', result.Diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.Message}"))
        );
        if (result.Text is not null)
            Compilation.Create(new SourceText("main.hookrules", result.Text)).HasErrors.ShouldBeFalse(result.Text);
    }

    [Theory, MemberData(nameof(Names))]
    public void VerbatimEveryHandlerComesBackToTheLetter(string name)
    {
        if (ClientLoad.Handlers(Cases.Input(name)) is { } expected)
            Compiled(Cases.Input(name)).ShouldBe(expected);
    }

    [Theory]
    [InlineData(20, true)]
    [InlineData(2000, false)]
    public void AnIdiomIsALineAndWhatIsLongerStaysACommand(int length, bool isIdiom)
    {
        var settings =
            $$$"""{"hooks":{"SessionStart":[{"hooks":[{"type":"command","command":"echo '{{{new string('x', length)}}}'"}]}]}}""";

        var rules = SettingsImporter.Import("settings.json", settings, RulesForm.Text, verbatim: false).Text!;

        rules.Contains("-> context ", StringComparison.Ordinal).ShouldBe(isIdiom, rules);
    }

    /// <summary>The table says for each file whether Claude Code loads it, how many handlers it then has, and how many differ after the way
    /// through rules: none.</summary>
    [FactNeeding(Need.Shared)]
    public void EveryRealSettingsFileComesBackToTheLetter()
    {
        var lines = new List<string>();
        foreach (var file in Directory.EnumerateFiles(Corpus!, "*.json").Order(StringComparer.Ordinal))
        {
            var text = File.ReadAllText(file);
            var expected = ClientLoad.Handlers(text);
            var actual = Compiled(text);
            var differ = expected is null ? "-" : $"{expected.Except(actual).Count() + actual.Except(expected).Count()}";
            lines.Add(
                $"{Path.GetFileName(file)} | {(expected is null ? "dropped" : "loaded")} | {expected?.Length ?? 0} | "
                    + $"{actual.Length} | {differ}"
            );
        }

        var table = string.Join('\n', lines);
        var path = Repository.PathOf("tests", "HookRules.Tests", "Import", "corpus.txt");
        var said = string.Join('\n', File.ReadLines(path).Where(line => line.Length > 0 && line[0] != '#'));
        table.ShouldBe(said);
    }

    [FactNeeding(Need.Shared)]
    public void EveryRealSettingsFileImportsInBothFormsAlike()
    {
        foreach (var file in Directory.EnumerateFiles(Corpus!, "*.json"))
        {
            foreach (var verbatim in new[] { false, true })
            {
                var text = SettingsImporter.Import("settings.json", File.ReadAllText(file), RulesForm.Text, verbatim);
                var yaml = SettingsImporter.Import("settings.json", File.ReadAllText(file), RulesForm.Yaml, verbatim);
                var one = Compilation.Create(new SourceText("main.hookrules", text.Text!));
                var other = Compilation.Create(new SourceText("hookrules.yaml", yaml.Text!));
                one.HasErrors.ShouldBeFalse($"{file}\n{string.Join('\n', one.Diagnostics)}");
                other.HasErrors.ShouldBeFalse($"{file}\n{string.Join('\n', other.Diagnostics)}\n{yaml.Text}");
                Formatter.SameMeaning(one.Graph, other.Graph).ShouldBeTrue(file);
                Formatter.Format(new SourceText("main.hookrules", text.Text!)).ShouldBe(text.Text);
                Formatter.Format(new SourceText("hookrules.yaml", yaml.Text!)).ShouldBe(yaml.Text);
                Formatter
                    .SameMeaning(
                        one.Graph,
                        Compilation
                            .Create(
                                new SourceText(
                                    "main.hookrules",
                                    Formatter.Format(new SourceText("hookrules.yaml", yaml.Text!), RulesForm.Text)!
                                )
                            )
                            .Graph
                    )
                    .ShouldBeTrue(file);
            }
        }
    }

    [Fact]
    public void ThePiecesOfAFileAreReadOrRefusedButNeverFail()
    {
        foreach (var (_, text, _) in Cases.All)
            for (var length = 0; length < text.Length; length += 7)
                SettingsImporter.Import("settings.json", text[..length], RulesForm.Text, verbatim: length % 2 == 0);
    }

    [Fact]
    public void RandomEditsAreReadOrRefusedButNeverFail()
    {
        const string signs = "{}[]\",:\\ \n#/'x1-$\u0000\u2028é\ud800*|(";
        var random = new Random(7);
        foreach (var (_, text, _) in Cases.All)
        {
            for (var round = 0; round < 60; round++)
            {
                var edited = text.ToCharArray();
                for (var edits = random.Next(1, 4); edits > 0; edits--)
                    edited[random.Next(edited.Length)] = signs[random.Next(signs.Length)];
                var result = SettingsImporter.Import(
                    "settings.json",
                    new string(edited),
                    round % 2 == 0 ? RulesForm.Text : RulesForm.Yaml,
                    verbatim: round % 3 == 0
                );
                if (result.Text is not null)
                    Compilation
                        .Create(new SourceText(round % 2 == 0 ? "main.hookrules" : "hookrules.yaml", result.Text))
                        .HasErrors.ShouldBeFalse(result.Text);
            }
        }
    }

    [Fact]
    public void DeepNestingAndHalvesOfCharactersAreToldInAComment()
    {
        var deep =
            $"{{\"hooks\":{{\"Stop\":[{{\"hooks\":[{{\"type\":\"command\",\"command\":\"x\","
            + $"\"y\":{new string('[', 5000)}{new string(']', 5000)}}},{{\"type\":\"command\",\"command\":\"\\ud800\"}}]}}]}}}}";
        var text = SettingsImporter.Import("settings.json", deep, RulesForm.Text, verbatim: true).Text!;
        text.ShouldContain("# not expressible (it is nested too deeply): Stop");
        text.ShouldContain("# not expressible (it holds half of a character): Stop");
    }

    [Fact]
    public void CommasTooManyWithinAFieldAreLeftOut()
    {
        using var project = new CliProject(
            "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"x\",\"args\":[\"a\", \"b\",],}]}]}}",
            "settings.json"
        );

        var result = project.Run("import", "settings.json", "-o", "main.hookrules");

        result.Error.ShouldContain("commas too many");
        project.Read("main.hookrules").ShouldContain("on Stop -> command [\"x\", \"a\", \"b\"]");
    }

    [Fact]
    public void TheCommandWritesAFileAndSaysWhatItRepaired()
    {
        using var project = new CliProject(
            "{ \"hooks\": { \"stop\": [ { \"hooks\": [ { \"type\": \"command\", \"command\": \"x\", } ] } ] } }",
            "settings.json"
        );
        var result = project.Run("import", "settings.json", "-o", "hookrules.yaml");
        result.ExitCode.ShouldBe(0);
        result.Out.ShouldBe("1 rule in hookrules.yaml\n");
        result.Error.ShouldBe(
            "hookrules: settings.json: repaired: the file had commas too many, for which Claude Code does not load it\n"
                + "hookrules: settings.json: repaired: the event was spelt \"stop\"\n"
        );
        project.Read("hookrules.yaml").ShouldContain("  - on Stop -> command \"x\"\n");
    }

    [Theory]
    [InlineData("main.hookrules", "on Stop -> notify \"x\"\n", "on SessionEnd -> notify \"y\"\n")]
    [InlineData("hookrules.yaml", "version: 1\n", "version: 1\nrules: []\n")]
    public void AFileThatImportDidNotWriteStaysAsItIs(string file, string first, string second)
    {
        using var project = new CliProject(
            "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"x\"}]}]}}",
            "settings.json"
        );
        foreach (var text in new[] { first, second })
        {
            project.Write(file, text);
            var refused = project.Run("import", "settings.json", "-o", file);
            (refused.ExitCode, refused.Out).ShouldBe((1, ""));
            refused.Error.ShouldBe(
                $"hookrules: {file} is there already, and import did not write it. It stays as it is: move it away, or name another file.\n"
            );
            project.Read(file).ShouldBe(text);
        }

        File.Delete(project.PathOf(file));
        project.Run("import", "settings.json", "-o", file).ExitCode.ShouldBe(0);
        project.Run("import", "settings.json", "-o", file, "--verbatim").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void DecompileIsTheSameCommand()
    {
        using var project = new CliProject(
            "{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"x\"}]}]}}",
            "settings.json"
        );
        project.Run("decompile", "settings.json", "--verbatim").Out.ShouldBe(project.Run("import", "settings.json", "--verbatim").Out);
    }

    [Fact]
    public void WhatIsNoJsonIsToldWithItsPlace()
    {
        using var project = new CliProject("{ \"hooks\": \n  [ }", "settings.json");
        var result = project.Run("import", "settings.json");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("settings.json:2:5: error HR3001:");
        project.Run("import", "nothing.json").ExitCode.ShouldBe(3);
    }

    private static string[] Compiled(string settings)
    {
        using var project = new CliProject(settings, "settings.json");
        project.Run("import", "settings.json", "--verbatim", "-o", "main.hookrules").ExitCode.ShouldBe(0);
        var compiled = project.Run("compile");
        compiled.ExitCode.ShouldBe(0, compiled.Error);
        return File.Exists(project.Settings) ? ClientLoad.Handlers(File.ReadAllText(project.Settings))! : [];
    }
}
