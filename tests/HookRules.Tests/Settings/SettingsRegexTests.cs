using System.Text.RegularExpressions;
using HookRules.Compiler.Settings;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Settings;

public class SettingsRegexTests
{
    private static readonly string[] Values =
    [
        "Write",
        "WRITE",
        "write",
        "wr1te",
        "Writ",
        "a",
        "A",
        "b-c",
        "B-C",
        "_",
        "`",
        "@",
        "[",
        "z",
        "Z",
        "x.y",
        "X\\Y",
        "m\nn",
        "M\nN",
        "é",
        "É",
        "k",
        "\u212A",
        "",
    ];

    [Theory]
    [InlineData("^write$", "i", "^[Ww][Rr][Ii][Tt][Ee]$")]
    [InlineData("[a-c]x", "i", "[a-cA-C][Xx]")]
    [InlineData("[^A-Cz]", "i", "[^A-Ca-cZz]")]
    [InlineData("[0-9_]", "i", "[0-9_]")]
    [InlineData("[a-]", "i", "[Aa-]")]
    [InlineData(@"\w+\.\d", "i", @"\w+\.\d")]
    [InlineData("(?:ab)+", "i", "(?:[Aa][Bb])+")]
    [InlineData("a{2,3}", "i", "[Aa]{2,3}")]
    [InlineData("m.n", "s", @"m[\s\S]n")]
    [InlineData("[.]", "s", "[.]")]
    [InlineData("m.n", "is", @"[Mm][\s\S][Nn]")]
    [InlineData("write", "m", "write")]
    [InlineData("write", "", "write")]
    [InlineData("[A-z]", "i", null)]
    [InlineData("[!-~]", "i", null)]
    [InlineData("[Z-a]", "i", null)]
    [InlineData("é", "i", null)]
    [InlineData(@"\x41", "i", null)]
    [InlineData("^n", "m", null)]
    public void AnExpressionIsWrittenWithoutItsFlagsOrNotAtAll(string source, string flags, string? expected)
    {
        var written = SettingsRegex.WithoutFlags(source, flags);
        written.ShouldBe(expected);
        if (written is null || RegexPattern.TryParse(source, flags, out _, out _) is not { } pattern)
            return;
        foreach (var value in Values)
            new Regex(written, RegexOptions.ECMAScript, TimeSpan.FromSeconds(1)).IsMatch(value).ShouldBe(pattern.IsMatch(value), value);
    }

    [Fact]
    public void WhatIsEscapedMatchesItselfAlone()
    {
        foreach (var literal in new[] { @"a.b*c+d?(e)[f]{g}|h^i$j\k/l-m", "my-plugin:reviewer", "é🚀" })
        {
            var expression = new Regex($"^(?:{SettingsRegex.Escape(literal)})$", RegexOptions.ECMAScript, TimeSpan.FromSeconds(1));
            expression.IsMatch(literal).ShouldBeTrue();
            expression.IsMatch(literal.Replace('.', 'x') + "y").ShouldBeFalse();
        }
    }
}
