using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Diagnostics;

public class BrokenInputTests
{
    private static readonly CaseFile Text = new("Diagnostics/broken-text.cases");
    private static readonly CaseFile Yaml = new("Diagnostics/broken-yaml.cases");

    public static TheoryData<string> TextCases() => [.. Text.Names];

    public static TheoryData<string> YamlCases() => [.. Yaml.Names];

    [Theory, MemberData(nameof(TextCases))]
    public void AMistakeInTheTextFormIsToldWhereItIs(string name) => Text.Check(name, Problems(Text.Input(name), "main.hookrules"));

    [Theory, MemberData(nameof(YamlCases))]
    public void AMistakeInTheYamlFormIsToldWhereItIs(string name) => Yaml.Check(name, Problems(Yaml.Input(name), "hookrules.yaml"));

    [Fact]
    public void EveryDiagnosticOfReadingAndBindingHasACase()
    {
        var catalog = Directory
            .GetFiles(Repository.PathOf("src/HookRules.Compiler/Diagnostics"), "DiagnosticCatalog.*.cs")
            .Where(file => file.EndsWith("Syntax.cs", StringComparison.Ordinal) || file.EndsWith("Names.cs", StringComparison.Ordinal))
            .SelectMany(file =>
                File.ReadAllText(file).Split('"').Where(word => word.Length == 6 && word.StartsWith("HR", StringComparison.Ordinal))
            )
            .ToArray();
        var told = Text.All.Concat(Yaml.All).SelectMany(one => one.Expected.Split(' ', '\n')).ToHashSet();

        catalog.ShouldBeUnique();
        catalog.Where(code => !told.Contains(code)).ShouldBe(["HR0013", "HR0109", "HR1090"]);
    }

    [Fact]
    public void AFileThatIsNoTextIsRefusedAsAWhole()
    {
        var file = Path.GetTempFileName();
        try
        {
            using (var stream = File.OpenWrite(file))
                stream.Write([(byte)'a', (byte)'\n', 0xE4, (byte)'b']);

            Compilation
                .Create(SourceText.Load(file, "main.hookrules"))
                .Diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code}")
                .ShouldBe(["main.hookrules:2:1 HR0013"]);
        }
        finally
        {
            File.Delete(file);
        }
    }

    [Fact]
    public void AYamlFileFullOfMistakesIsGivenUpOnInTheEnd()
    {
        var text = "version: 1\nrules:\n" + string.Concat(Enumerable.Repeat("  - on: @x\n", 60));

        var codes = Compilation.Create(new SourceText("hookrules.yaml", text)).Diagnostics.Select(diagnostic => diagnostic.Code).ToArray();

        codes.Count(code => code == "HR0102").ShouldBe(50);
        codes.Count(code => code == "HR0109").ShouldBe(1);
    }

    [Fact]
    public void EveryMistakeOfAFileIsToldInOneRunAndHidesNoOtherRule()
    {
        var compilation = Compilation.Create(
            new SourceText(
                "main.hookrules",
                """
                action ruff = run "ruff check {file}"
                on preToolUse Bash -> deny "unknown event"
                on Write *.py -> ruff
                on Write -> rufff
                on SessionEnd -> deny "no decision there"
                on before Bash where command matches /rm (-rf/ -> deny "bad expression"
                on Edit *.py -> ruff, dedup 1sec
                on before Bash where comand contains "rm" -> deny "misspelt field"
                on before Bash -> deny "unclosed
                on Stop -> log "end.jsonl"
                """
            )
        );

        compilation
            .Diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code}")
            .ShouldBe([
                "main.hookrules:2:4 HR1001",
                "main.hookrules:4:13 HR1003",
                "main.hookrules:5:18 HR1006",
                "main.hookrules:6:42 HR1010",
                "main.hookrules:7:29 HR0011",
                "main.hookrules:8:22 HR1004",
                "main.hookrules:9:24 HR0003",
            ]);
        compilation.HasErrors.ShouldBeTrue();
        compilation.Graph.Rules.Select(rule => rule.Source.Line).ShouldBe([3, 6, 7, 8, 10]);
    }

    private static string Problems(string input, string path)
    {
        var compilation = Compilation.Create(new SourceText(path, input));
        foreach (var diagnostic in compilation.Diagnostics)
        {
            diagnostic.Fix.ShouldNotBeNullOrEmpty($"{diagnostic.Code} says what to do");
            diagnostic.At.File.ShouldBe(path);
        }

        return string.Join(
            '\n',
            compilation.Diagnostics.Select(diagnostic =>
                $"{Describe(diagnostic.At)} {DiagnosticPrinter.Name(diagnostic.Severity)} {diagnostic.Code} {diagnostic.Message}"
            )
        );
    }

    private static string Describe(SourceRef at) =>
        $"{at.Line}:{at.Column}-{(at.EndLine == at.Line ? "" : $"{at.EndLine}:")}{at.EndColumn}";
}
