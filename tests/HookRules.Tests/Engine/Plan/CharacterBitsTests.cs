using System.Text;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public class CharacterBitsTests
{
    private const string Letters = "abKkSsZ-_.0 9/+ſıK*?\\é";

    [Fact]
    public void ALineThatHoldsANameIsNeverSaidNotTo()
    {
        var random = new Random(3);
        var (held, denied) = (0, 0);
        for (var i = 0; i < 20_000; i++)
        {
            var (line, name) = (Text(random, 30), Text(random, 3));
            var letters = CharacterBits.Of(line);
            var may = letters.MayName<char>(name);
            letters.MayName<byte>(Encoding.UTF8.GetBytes(name)).ShouldBe(may, $"{line} {name}");
            var known = name.AsSpan().IndexOfAny('*', '?') is >= 0 and var wildcard ? name[..wildcard] : name;
            if (line.Contains(known, StringComparison.OrdinalIgnoreCase))
            {
                may.ShouldBeTrue($"\"{line}\" holds \"{name}\"");
                held++;
            }

            denied += may ? 0 : 1;
        }

        held.ShouldBeGreaterThan(1000);
        denied.ShouldBeGreaterThan(1000);
    }

    [Theory]
    [InlineData("git status", "git", true)]
    [InlineData("GIT status", "git", true)]
    [InlineData("git status", "GIT", true)]
    [InlineData("git status", "kubectl", false)]
    [InlineData("git status", "gi*xyz", true)]
    [InlineData("git stätus", "kubectl", true)]
    public void OfNamesOnlyTheirLettersAreAsked(string line, string name, bool may) =>
        CharacterBits.Of(line).MayName<char>(name).ShouldBe(may);

    private static string Text(Random random, int most) =>
        string.Concat(Enumerable.Range(0, random.Next(1, most)).Select(_ => Letters[random.Next(Letters.Length)]));
}
