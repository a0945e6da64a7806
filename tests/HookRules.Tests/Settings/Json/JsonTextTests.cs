using HookRules.Compiler.Settings.Json;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Settings.Json;

public class JsonTextTests
{
    [Theory]
    [InlineData("{\n  // why\n}", 2, 3, "a comment is not JSON")]
    [InlineData("{} /* end */", 1, 4, "a comment is not JSON")]
    [InlineData("{\n  # why\n}", 2, 3, "a comment is not JSON")]
    [InlineData("{\"a\": 1,\n}", 1, 8, "a comma before '}' is not JSON")]
    [InlineData("[1, 2 ,]", 1, 7, "a comma before ']' is not JSON")]
    [InlineData("{\"a\": {\n  \"b\": [1", 2, 10, "the file ends inside the array that starts at 2:8")]
    [InlineData("{\"a\"", 1, 5, "the file ends inside the object that starts at 1:1")]
    [InlineData("{\"a\": \"b", 1, 7, "the file ends inside this string")]
    [InlineData("{'a': 1}", 1, 2, "JSON strings stand in double quotes")]
    [InlineData("{a: 1}", 1, 2, "found 'a' where a key in double quotes should stand")]
    [InlineData("{\"a\" 1}", 1, 6, "found '1' where ':' after the key \"a\" should stand")]
    [InlineData("{\"a\": 1 \"b\": 2}", 1, 9, "found '\"' where ',' or '}' should stand")]
    [InlineData("{{ toJson .Values }}", 1, 2, "found '{' where a key in double quotes should stand")]
    [InlineData("{\"a\": {{ x }}}", 1, 8, "found '{' where a key in double quotes should stand")]
    [InlineData("{\"a\": True}", 1, 7, "found 'T' where a value should stand")]
    [InlineData("{\"a\": NaN}", 1, 7, "found 'N' where a value should stand")]
    [InlineData("{\"a\": 01}", 1, 7, "this is not a number as JSON spells it")]
    [InlineData("{\"a\": 1.}", 1, 7, "this is not a number as JSON spells it")]
    [InlineData("{\"a\": +1}", 1, 7, "found '+' where a value should stand")]
    [InlineData("{\"a\": \"x\ny\"}", 1, 9, "a string must end on the line it starts on")]
    [InlineData("{\"a\": \"\\x\"}", 1, 8, "a backslash that starts no JSON escape")]
    [InlineData("{\"a\": \"\\u12g4\"}", 1, 8, "a backslash that starts no JSON escape")]
    [InlineData("{\"a\": \"\\", 1, 8, "a backslash that starts no JSON escape")]
    [InlineData("{} {}", 1, 4, "there is more text after the end of the JSON value")]
    [InlineData("{}]", 1, 3, "there is more text after the end of the JSON value")]
    [InlineData("[1}", 1, 3, "found '}' where ',' or ']' should stand")]
    [InlineData("\uFEFF{,}", 1, 2, "found ',' where a key in double quotes should stand")]
    [InlineData("{\r\n\t\"a\": ?\r\n}", 2, 7, "found '?' where a value should stand")]
    [InlineData("\0", 1, 1, "found 'U+0000' where a value should stand")]
    public void WhatIsNoJsonSaysWhereAndWhy(string text, int line, int column, string message)
    {
        JsonText.TryParse(text, out var error).ShouldBeNull();
        error!.Message.ShouldBe(message);
        TextPlace.Of(text, error.Offset).ShouldBe((line, column));
        error.Fix.ShouldNotBeEmpty();
    }

    [Fact]
    public void ATemplateIsCalledOne()
    {
        JsonText.TryParse("{\"a\": {{ x }}}", out _).ShouldBeNull();
        JsonText.TryParse("{\n{% if x %}\n}", out var error).ShouldBeNull();
        error!.Fix.ShouldBe("this looks like a template: compile into the file that it renders to");
    }

    [Fact]
    public void DepthIsNoDanger()
    {
        const int depth = 300_000;
        JsonText.TryParse(new string('[', depth) + new string(']', depth), out _).ShouldNotBeNull();
        JsonText.TryParse(new string('[', depth), out var error).ShouldBeNull();
        error!.Message.ShouldBe($"the file ends inside the array that starts at 1:{depth}");
    }

    [Theory]
    [InlineData("\"plain\"", "plain")]
    [InlineData("\"\\u0068ooks \\\"\\\\\\/\\b\\f\\n\\r\\t\\ud83d\\ude80\"", "hooks \"\\/\b\f\n\r\t🚀")]
    public void StringsAreDecoded(string json, string value)
    {
        var text = JsonText.Parse(json);
        text.StringOf(text.Root).ShouldBe(value);
    }

    [Fact]
    public void WhatIsQuotedReadsBackTheSame()
    {
        foreach (
            var value in new[]
            {
                "",
                "a\"b\\c",
                "\0\u0001\u001f\u007f",
                "line\r\n\ttab",
                "ü🚀\u2028\u2029",
                "\ud800",
                "\udc00x",
                "</script>",
            }
        )
        {
            var quoted = JsonText.Quote(value);
            var text = JsonText.Parse(quoted);
            text.StringOf(text.Root).ShouldBe(value);
            quoted.ShouldAllBe(c => c >= ' ');
        }
    }

    [Fact]
    public void TheSameValueIsTheSameWhateverItsSpelling()
    {
        var one = JsonText.Parse("""{"a": ["\u0068", 1.0], "b": {}}""");
        Same("""{ "b" : { }, "a":["h",1.0] }""").ShouldBeTrue();
        Same("""{"a": ["h", 1.00], "b": {}}""").ShouldBeFalse();
        Same("""{"a": ["h", 1.0], "b": []}""").ShouldBeFalse();
        Same("""{"a": ["h", 1.0], "b": {}, "c": null}""").ShouldBeFalse();

        bool Same(string text) => JsonText.Parse(text) is var other && one.SameValue(one.Root, other, other.Root);
    }
}
