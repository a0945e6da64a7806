using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

public class UseStatementTests
{
    public static IEnumerable<object[]> Cases =>
        from section in File.ReadAllText(Repository.PathOf("tests", "HookRules.Tests", "Packs", "uses.cases")).Split("== ").Skip(1)
        let name = section[..section.IndexOf('\n', StringComparison.Ordinal)]
        let texts = section[(name.Length + 1)..].Split("--\n")
        select new object[] { name, texts[0], texts[1] };

    [Theory, MemberData(nameof(Cases))]
    public void AUseIsPutWhereTheOthersAreAndTheRestStays(string name, string before, string after)
    {
        var file = name.StartsWith("yaml", StringComparison.Ordinal) ? "hookrules.yaml" : "main.hookrules";
        var source = new SourceText(file, before);
        var isFormatted = Formatter.Format(source) == before;

        var text = Use("std/bash-guard").InsertInto(source);

        text.ShouldBe(after);
        if (isFormatted)
            Formatter.Format(new SourceText(file, text)).ShouldBe(text);
        // Both forms, and again: the next one finds its place too.
        RulesReader
            .Read(new SourceText(file, Use("std/x").InsertInto(new SourceText(file, text))), [])
            .Statements.OfType<UseSyntax>()
            .Select(use => use.Reference.Text)
            .TakeLast(2)
            .ShouldBe(["std/bash-guard", "std/x"]);
    }

    [Theory]
    [InlineData("std/git-guard", "protected=main,dev", "list", null, "use std/git-guard with { protected = [\"main\", \"dev\"] }")]
    [InlineData("./p.hookrules", "n=3", "int", "py", "use \"./p.hookrules\" with { n = 3 } as py")]
    [InlineData("git+https://h/p.git#v1", "t=3", "text", null, "use git+https://h/p.git#v1 with { t = \"3\" }")]
    [InlineData("git+file:///a b#v1", "t=a \"b\" \\c", null, null, "use \"git+file:///a b#v1\" with { t = \"a \\\"b\\\" \\\\c\" }")]
    [InlineData("std/x", "w=1s", "duration", null, "use std/x with { w = 1s }")]
    public void AParameterIsWrittenAsItsTypeAsks(string reference, string parameter, string? type, string? alias, string text)
    {
        var sign = parameter.IndexOf('=', StringComparison.Ordinal);
        var use = Use(reference) with
        {
            Parameters = [KeyValuePair.Create(parameter[..sign], UseStatement.Value(parameter[(sign + 1)..], type))],
            Alias = alias,
        };

        use.ToString().ShouldBe(text);
        var yaml = use.InsertInto(new SourceText("hookrules.yaml", "version: 1\n"));
        var fromYaml = RulesReader.Read(new SourceText("hookrules.yaml", yaml), []).Statements.OfType<UseSyntax>().ShouldHaveSingleItem();
        fromYaml.Reference.Text.ShouldBe(reference);
        Formatter
            .Format(new SourceText("hookrules.yaml", yaml), RulesForm.Text)
            .ShouldEndWith(Formatter.Format(new SourceText("x.hookrules", text))!);
    }

    private static UseStatement Use(string reference) =>
        new(PackReference.Parse(reference, new HookRules.Engine.SourceRef("x", 1, 1, 1, 1), [])!, [], null);
}
