using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine.Processes;

public sealed class SecretValuesTests
{
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["TOKEN"] = "abc-123-def",
        ["LONGER"] = "abc-123-def-456",
        ["WEBHOOK"] = "https://hooks.example.com/T0/B0?k=1&l=\"2\"",
        ["SHORT"] = "prod",
        ["KEY"] = "-----BEGIN KEY-----\nMIIB\n-----END KEY-----\n",
        ["PATH"] = "/usr/bin:/bin",
        ["OTHER"] = "not-named-1",
    };

    [Theory]
    [InlineData("nothing of it", "nothing of it")]
    [InlineData("token=abc-123-def;", "token=env.TOKEN;")]
    [InlineData("abc-123-defabc-123-def", "env.TOKENenv.TOKEN")]
    [InlineData("abc-123-def-456 abc-123-def-45", "env.LONGER env.TOKEN-45")]
    [InlineData("on prod", "on prod")]
    [InlineData("in /usr/bin:/bin", "in /usr/bin:/bin")]
    [InlineData("not-named-1", "not-named-1")]
    [InlineData("got -----BEGIN KEY-----\nMIIB\n-----END KEY----- !", "got env.KEY !")]
    [InlineData("/?u=https%3A%2F%2Fhooks.example.com%2FT0%2FB0%3Fk%3D1%26l%3D%222%22", "/?u=env.WEBHOOK")]
    [InlineData("""{"url":"https://hooks.example.com/T0/B0?k=1\u0026l=\u00222\u0022"}""", """{"url":"env.WEBHOOK"}""")]
    public void AValueIsReplacedByTheNameOfItsVariable(string text, string hidden) =>
        SecretValues
            .Of(["TOKEN", "LONGER", "WEBHOOK", "SHORT", "KEY", "PATH", "MISSING"], Environment.GetValueOrDefault)
            .Hide(text)
            .ShouldBe(hidden);
}
