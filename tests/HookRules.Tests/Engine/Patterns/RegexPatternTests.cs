using System.Text.RegularExpressions;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class RegexPatternTests
{
    private static readonly string[] Pieces =
    [
        "a",
        "b",
        "A",
        "é",
        "\\d",
        "\\w",
        "\\s",
        "\\b",
        "\\B",
        ".",
        "[ab]",
        "[^a]",
        "[a-c_]",
        "[\\d-]",
        "(a|b)",
        "(?:ab|)",
        "a*",
        "b+?",
        "(ab)?",
        "a{2}",
        "b{1,3}",
        "^",
        "$",
        "(?<n>a)",
        "\\.",
        "git",
        "push",
        "|",
        "[^\\s]",
    ];

    private static readonly string[] Texts =
    [
        "",
        "a",
        "b",
        "ab",
        "aab",
        "abb",
        "ba",
        "git push",
        "git\npush --force",
        "A",
        "é",
        "É",
        "a.b",
        "aaaa",
        "_a-b 12",
        "\n",
        "bbb",
        "a\u00a0b",
        "\ufeff",
    ];

    private static readonly string Padding = new string('x', 300) + new string('-', 300);

    [Fact]
    public void RandomExpressionsMatchWhatDotNetMatchesInEcmaScriptMode()
    {
        var random = new Random(20261120);
        var compared = 0;
        for (var i = 0; i < 8000; i++)
        {
            var source = string.Concat(Enumerable.Range(0, random.Next(1, 6)).Select(_ => Pieces[random.Next(Pieces.Length)]));
            var flags = random.Next(3) switch
            {
                0 => "i",
                1 => "m",
                _ => "",
            };
            if (source.Contains("\\s") || source.Contains("\\b") && source.Contains('é'))
                continue; // \s differs in .NET; checked below.
            if (RegexPattern.TryParse(source, flags, out _, out _) is not { } pattern)
                continue;
            var options =
                RegexOptions.ECMAScript
                | (
                    flags == "i" ? RegexOptions.IgnoreCase
                    : flags == "m" ? RegexOptions.Multiline
                    : RegexOptions.None
                );
            Regex other;
            try
            {
                // .NET's $ also stands before a last newline, JavaScript's does not.
                other = new Regex(flags == "m" ? source : source.Replace("$", "(?!\\s|\\S)"), options, TimeSpan.FromSeconds(1));
            }
            catch (RegexParseException)
            {
                continue;
            }

            foreach (var text in Texts)
            {
                compared++;
                pattern.IsMatch(text).ShouldBe(other.IsMatch(text), $"/{source}/{flags} on \"{text}\"");
                if (other.IsMatch(text) && pattern.RequiredCharacters is { } needed)
                    RequiredCharacters
                        .Parse(needed.ToString())
                        .MayMatch(CharacterBits.Of(text))
                        .ShouldBeTrue($"/{source}/{flags} needs {needed} of \"{text}\"");
                // Long texts go through the automaton.
                var padded = i % 2 == 0 ? text + Padding : Padding + text;
                pattern.IsMatch(padded).ShouldBe(other.IsMatch(padded), $"/{source}/{flags} on the padded \"{text}\"");
            }
        }

        compared.ShouldBeGreaterThan(20000);
    }

    [Fact]
    public void WithoutCaseEveryLetterIsItsOtherCase()
    {
        var letters = 0;
        // Of every seven one: each pattern asks for the table of all letters.
        for (int i = 128; i <= char.MaxValue; i += 7)
        {
            var c = (char)i;
            var upper = char.ToUpperInvariant(c);
            if (upper == c || char.IsAscii(upper) || char.IsSurrogate(c))
                continue;
            letters++;
            NoCase($"[{upper}]").IsMatch($"{c}").ShouldBeTrue($"{c} is no {upper}");
            NoCase($"[{c}]").IsMatch($"{upper}").ShouldBeTrue($"{upper} is no {c}");
            NoCase($"[^{c}]").IsMatch($"{upper}").ShouldBeFalse($"{upper} is another letter than {c}");
        }

        letters.ShouldBeGreaterThan(100);
    }

    [Theory]
    [InlineData("[^a]", "É", true)]
    [InlineData("[^a]", "A", false)]
    [InlineData(@"\S", "é", true)]
    [InlineData(@"[\sx]", "X", true)]
    [InlineData("[à-ü]", "É", true)]
    [InlineData("[à-ü]", "÷", true)]
    [InlineData("[à-ü]", "Ā", false)]
    public void SetsWithoutCase(string source, string text, bool matches) => NoCase(source).IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData(@"\s", "\u00a0", true)]
    [InlineData(@"\s", "\ufeff", true)]
    [InlineData(@"\s", "\u0085", false)]
    [InlineData(".", "\u2028", false)]
    [InlineData(@"a$", "a\n", false)]
    [InlineData(@"\w", "é", false)]
    [InlineData(@"\x41\u0042", "AB", true)]
    [InlineData("[\\b]", "\b", true)]
    public void WhereEnginesDifferItIsJavaScript(string source, string text, bool matches) =>
        RegexPattern.TryParse(source, "", out _, out _)!.IsMatch(text).ShouldBe(matches);

    [Theory]
    [InlineData("k", "\u212a")]
    [InlineData("s", "\u017f")]
    public void CaseFoldingNeverCrossesFromAsciiToOtherLetters(string source, string text) =>
        RegexPattern.TryParse(source, "i", out _, out _)!.IsMatch(text).ShouldBeFalse();

    [Theory]
    [InlineData("(?=a)", 0, "look-around")]
    [InlineData("x(?<!a)", 1, "look-around")]
    [InlineData(@"(a)\1", 3, "back-references")]
    [InlineData("(?i)a", 0, "after the closing slash")]
    [InlineData(@"a\Z", 1, "not the same in JavaScript")]
    [InlineData(@"\p{L}", 0, "not the same in JavaScript")]
    [InlineData("a++", 2, "nothing to repeat")]
    [InlineData("*a", 0, "nothing to repeat")]
    [InlineData("(a", 0, "never closed")]
    [InlineData("a)", 1, "closes nothing")]
    [InlineData("[a", 0, "never closed")]
    [InlineData("[]a]", 0, "empty class")]
    [InlineData("[[:alpha:]]", 1, "POSIX")]
    [InlineData("[z-a]", 1, "wrong order")]
    [InlineData("a{3,1}", 1, "wrong order")]
    [InlineData("a{,3}", 1, "plain text in JavaScript")]
    [InlineData("((a{900}){900})", 0, "too large")]
    [InlineData("a\\", 1, "escapes nothing")]
    public void WhatCannotBeDoneIsRefusedWithTheReasonAndThePlace(string source, int at, string reason)
    {
        RegexPattern.TryParse(source, "", out var problem, out var problemAt).ShouldBeNull();
        problem!.ShouldContain(reason);
        problemAt.ShouldBe(at);
    }

    [Theory]
    [InlineData(@"^git\s+push\b.*\s--force\b", "--force")]
    [InlineData("foo|bar+", "foo,ba")]
    [InlineData(@"\d+", "")]
    [InlineData("(abc)?x", "x")]
    [InlineData("(abc)+x", "abc")]
    [InlineData("a|", "")]
    public void TextsThatEveryMatchContainsAreKnown(string source, string expected) =>
        string.Join(',', RegexPattern.TryParse(source, "", out _, out _)!.RequiredLiterals).ShouldBe(expected);

    [Theory]
    [InlineData(@"[0-9]+x?", "no digits", false)]
    [InlineData(@"[0-9]+x?", "a 1", true)]
    [InlineData(@"^[A-Z]{2}_;|[;&][a-z]+[XYZ]$", "git status && ls | Fast", false)]
    [InlineData(@"^[A-Z]{2}_;|[;&][a-z]+[XYZ]$", "git status && lsX", true)]
    [InlineData(@"[^a-z]", "abc", false)]
    [InlineData(@"\W", "é", true)]
    public void CharactersThatEveryMatchNeedsAreKnown(string source, string text, bool may) =>
        RegexPattern.TryParse(source, "", out _, out _)!.RequiredCharacters!.MayMatch(CharacterBits.Of(text)).ShouldBe(may);

    [Fact]
    public void AnExpressionThatBacktracksElsewhereTakesLinearTime() =>
        RegexPattern.TryParse("^(a+)+$", "", out _, out _)!.IsMatch(new string('a', 200_000) + "!").ShouldBeFalse();

    [Fact]
    public void AnExpressionWithVeryManyStatesStaysCorrectOnALongText()
    {
        // (a|b)*a(a|b){12}: a deterministic automaton of 2^13 states, more than are kept.
        var pattern = RegexPattern.TryParse("^(a|b)*a(a|b){12}$", "", out _, out _)!;
        var random = new Random(7);
        for (var i = 0; i < 20; i++)
        {
            var text = string.Concat(Enumerable.Range(0, 20_000).Select(_ => random.Next(2) == 0 ? 'a' : 'b'));
            pattern.IsMatch(text).ShouldBe(text[^13] == 'a');
        }
    }

    private static RegexPattern NoCase(string source) =>
        RegexPattern.TryParse(source, "i", out var problem, out _) ?? throw new FormatException(problem);
}
