using System.Text;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Diagnostics;

public class DiagnosticPrinterTests
{
    [Fact]
    public void ADiagnosticShowsItsLineAndPointsAtTheMistake()
    {
        var source = new SourceText("main.hookrules", new string('\n', 11) + "on PostToolUsed Write -> ruff\n");
        var diagnostic = DiagnosticCatalog.UnknownEvent(source.Locate(new TextSpan(14, 12)), "PostToolUsed", "PostToolUse");

        Print(diagnostic, source)
            .ShouldBe(
                """
                main.hookrules:12:4: error HR1001: unknown event "PostToolUsed"; did you mean "PostToolUse"?
                   |
                12 | on PostToolUsed Write -> ruff
                   |    ^^^^^^^^^^^^

                """
            );
    }

    [Fact]
    public void TheMendFollowsWhereTheMessageDoesNotAskForIt()
    {
        var source = new SourceText("a.hookrules", "let a = \"x\"\n");

        Print(DiagnosticCatalog.UnusedLet(source.Locate(new TextSpan(4, 1)), "a"), source)
            .ShouldBe(
                """
                a.hookrules:1:5: warning HR2001: the value "a" is never used
                  |
                1 | let a = "x"
                  |     ^
                  = use it as $a or, in a text, as {a}; or remove it

                """
            );
    }

    [Theory]
    [InlineData("\ta\tb", 3, 1, "1 |     a   b", "  |         ^")]
    [InlineData("日本 b", 3, 1, "1 | 日本 b", "  |      ^")]
    [InlineData("e\u0301 b", 3, 1, "1 | e\u0301 b", "  |   ^")]
    [InlineData("a\u001b[31m b", 7, 1, "1 | a\\u001b[31m b", "  |             ^")]
    [InlineData("a\u202eb", 2, 1, "1 | a\\u202eb", "  |        ^")]
    [InlineData("ab", 2, 0, "1 | ab", "  |   ^")]
    public void CaretsStandBelowTheMistakeWhateverTheLineHolds(string line, int start, int length, string shown, string carets)
    {
        var source = new SourceText("a.hookrules", line + "\n");

        var lines = Print(new Diagnostic("HR0001", Severity.Error, source.Locate(new TextSpan(start, length)), "x"), source).Split('\n');

        lines[2].ShouldBe(shown);
        lines[3].ShouldBe(carets);
    }

    [Fact]
    public void AWideLineIsCutAroundTheMistake()
    {
        var source = new SourceText("a.hookrules", new string('a', 500) + "X" + new string('b', 500));

        var lines = Print(new Diagnostic("HR0001", Severity.Error, source.Locate(new TextSpan(500, 1)), "x"), source).Split('\n');

        lines[2].Length.ShouldBeLessThan(180);
        lines[3].IndexOf('^', StringComparison.Ordinal).ShouldBe(lines[2].IndexOf('X', StringComparison.Ordinal));
    }

    [Fact]
    public void AMistakeOverSeveralLinesIsShownOnItsFirst()
    {
        var source = new SourceText("a.hookrules", "on Write\n  -> x\n");

        Print(new Diagnostic("HR0001", Severity.Error, source.Locate(new TextSpan(3, 12)), "x"), source)
            .Split('\n')[3]
            .ShouldBe("  |    ^^^^^");
    }

    [Fact]
    public void ControlCharactersOfAMessageNeverReachTheTerminal() =>
        Print(new Diagnostic("HR0001", Severity.Error, new SourceRef("a\u001b.hookrules", 1, 1, 1, 2), "x\ny\u0007", "z\r"))
            .ShouldBe("a\\u001b.hookrules:1:1: error HR0001: x\\ny\\u0007\n  = z\\r\n");

    [Fact]
    public void JsonHasEveryPartUnderItsName()
    {
        using var buffer = new MemoryStream();
        DiagnosticPrinter.WriteJson(
            buffer,
            [new Diagnostic("HR1001", Severity.Hint, new SourceRef("a.yaml", 1, 2, 3, 4), "say \"hi\"", "do")]
        );

        using var json = JsonDocument.Parse(buffer.ToArray());
        var one = json.RootElement.GetProperty("diagnostics")[0];
        string.Join(' ', one.EnumerateObject().Select(member => $"{member.Name}={member.Value}"))
            .ShouldBe(
                "code=HR1001 severity=hint file=a.yaml line=1 column=2 endLine=3 endColumn=4 message=say \"hi\" mend=do "
                    + "help=hookrules explain HR1001"
            );
    }

    [Fact]
    public void AnAnnotationOfGitHubIsEscapedAsItsRunnerReadsIt()
    {
        using var writer = new StringWriter();
        DiagnosticPrinter.WriteGitHub(
            writer,
            [new Diagnostic("HR1001", Severity.Error, new SourceRef("a,b:c.yaml", 1, 2, 3, 4), "100%\nsure", "do")]
        );

        writer.ToString().ShouldBe("::error file=a%2Cb%3Ac.yaml,line=1,col=2,endLine=3,endColumn=4,title=HR1001::100%25%0Asure (do)\n");
    }

    [Fact]
    public void DiagnosticsAreSortedByPlaceAndToldOnce()
    {
        Diagnostic At(string file, int line, int column) =>
            new("HR0001", Severity.Error, new SourceRef(file, line, column, line, column + 1), "x");

        DiagnosticList
            .Sorted([At("b", 1, 1), At("a", 10, 1), At("a", 9, 5), At("a", 9, 5), At("a", 9, 4)])
            .Select(diagnostic => diagnostic.At.ToString())
            .ShouldBe(["a:9:4", "a:9:5", "a:10:1", "b:1:1"]);
    }

    private static string Print(Diagnostic diagnostic, params SourceText[] sources)
    {
        using var writer = new StringWriter(new StringBuilder());
        DiagnosticPrinter.WriteText(writer, [diagnostic], sources);
        return writer.ToString();
    }
}
