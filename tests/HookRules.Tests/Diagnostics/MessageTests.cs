using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Engine;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Diagnostics;

/// <summary>What people write who come from other languages, and what they are told: the words that are underlined, the message, and what
/// to do, in both forms.</summary>
public sealed class MessageTests
{
    private static readonly CaseFile Table = new("Diagnostics/messages.cases");

    public static TheoryData<string> Cases() => [.. Table.Names];

    [Theory, MemberData(nameof(Cases))]
    public void ItIsToldWhatIsMeant(string name) => Table.Check(name, Told("main.hookrules", Table.Input(name)));

    [Theory, MemberData(nameof(Cases))]
    public void ItIsToldTheSameInYaml(string name)
    {
        var (_, input, expected) = Table.All.First(one => one.Name == name);
        // A statement that is no rule has another shape there.
        if (!input.StartsWith("on ", StringComparison.Ordinal))
            return;
        var rules = input.TrimEnd('\n').Split('\n').Select(line => $"  - {YamlError.Quoted(line)}\n");
        Told("hookrules.yaml", $"version: 1\nrules:\n{string.Concat(rules)}").ShouldBe(expected);
    }

    private static string Told(string path, string text)
    {
        var source = new SourceText(path, text);
        var lines = text.Split('\n');
        return string.Join(
            '\n',
            Compilation
                .Create(source)
                .Diagnostics.Select(diagnostic =>
                    $"{DiagnosticPrinter.Name(diagnostic.Severity)} {diagnostic.Code} at {Underlined(lines, diagnostic.At)}\n"
                    + $"  {diagnostic.Message}\n"
                    + $"  = {diagnostic.Fix}"
                )
        );
    }

    private static string Underlined(string[] lines, SourceRef at)
    {
        var line = lines[at.Line - 1];
        var end = at.EndLine == at.Line ? at.EndColumn - 1 : line.Length;
        // A quote of the YAML form's own stands there twice.
        return line[Math.Min(at.Column - 1, line.Length)..Math.Min(end, line.Length)].Replace("''", "'", StringComparison.Ordinal);
    }
}
