using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Syntax;

public class RecoveryTests
{
    private static readonly string[] Good =
    [
        "action ruff = run \"ruff check {file}\" timeout 30s",
        "on Write *.py -> ruff, dedup 1s",
        "rule guard:\n  on before Bash where command contains \"rm\"\n  -> deny \"no\"",
        "on Write src/** -> ruff -> log \"x\"\n  on failure -> notify \"oh\"",
        "on Stop -> agent \"x\" with {\n  timeout: 3\n}",
    ];

    public static TheoryData<string> Broken() =>
        [
            "on Write *.py ruff",
            "on Write -> \"x",
            "on Write -> dney \"x\"",
            "on Write -> log \"x\" {",
            "rule x on Write -> ruff",
            "action = run \"x\"",
            "action x run \"x\"",
            "on Write -> http POST env.X json { a: [ }",
            "on before Bash where (command == -> deny \"x\"",
            "foo",
            "-> x",
            "\"x\"",
            "}{",
            "on before /a -> ruff",
            "let x",
            "on Write -> ruff,",
            "on",
            "rule",
        ];

    [Theory, MemberData(nameof(Broken))]
    public void ABrokenStatementCostsOneDiagnosticWhereverItStands(string broken)
    {
        for (var at = 0; at <= Good.Length; at++)
        {
            var compilation = Compilation.Create(
                new SourceText("main.hookrules", string.Join('\n', [.. Good[..at], broken, .. Good[at..]]))
            );

            // A line that begins with a bracket belongs to the statement above.
            if (broken[0] == '}' && at > 0)
                continue;
            compilation.Diagnostics.Length.ShouldBe(1, $"{broken} at {at}: {string.Join("; ", compilation.Diagnostics)}");
            compilation.Graph.Rules.Length.ShouldBe(4, $"{broken} at {at}");
        }
    }

    [Fact]
    public void AnActionThatCannotBeReadStillHasItsName()
    {
        var compilation = Compilation.Create(
            new SourceText("main.hookrules", "action ruff = rn \"x\"\nlet a = x\non Write $a -> ruff\non Write -> ruff")
        );

        compilation.Diagnostics.Select(diagnostic => diagnostic.At.Line).ShouldBe([1, 2]);
    }

    [Theory]
    [InlineData("main.hookrules")]
    [InlineData("hookrules.yaml")]
    public void RandomEditsOfARulesFileNeverThrow(string path)
    {
        var random = new Random(20260);
        var valid = new CaseFile("Rules/Syntax/forms.cases")
            .All.Select(one => path.EndsWith(".yaml", StringComparison.Ordinal) ? one.Expected : one.Input)
            .ToArray();
        const string Signs = "\"'{}[]()->:,#|*!&@$%\\/\n \t0aé→.=<>`?\0😀";
        for (var i = 0; i < 1500; i++)
        {
            var text = new System.Text.StringBuilder(valid[random.Next(valid.Length)]);
            for (var edits = random.Next(1, 6); edits > 0 && text.Length > 0; edits--)
            {
                var at = random.Next(text.Length);
                switch (random.Next(4))
                {
                    case 0:
                        text.Remove(at, Math.Min(random.Next(1, 8), text.Length - at));
                        break;
                    case 1:
                        text.Insert(at, Signs[random.Next(Signs.Length)]);
                        break;
                    case 2:
                        text[at] = Signs[random.Next(Signs.Length)];
                        break;
                    default:
                        text.Insert(at, text.ToString(at, Math.Min(random.Next(1, 30), text.Length - at)));
                        break;
                }
            }

            var source = new SourceText(path, text.ToString());
            try
            {
                var compilation = Compilation.Create(source);
                Compiler.Diagnostics.DiagnosticPrinter.WriteText(TextWriter.Null, compilation.Diagnostics, [source]);
                foreach (var diagnostic in compilation.Diagnostics)
                    (diagnostic.At.Line >= 1 && diagnostic.At.Column >= 1 && diagnostic.At.EndLine >= diagnostic.At.Line).ShouldBeTrue(
                        diagnostic.ToString()
                    );
            }
            catch (Exception e)
            {
                throw new InvalidOperationException($"edit {i} of a rules file:\n{text}", e);
            }
        }
    }
}
