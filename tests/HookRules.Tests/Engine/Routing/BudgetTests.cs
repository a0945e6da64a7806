using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class BudgetTests
{
    [Theory]
    [InlineData("(a+)+b", 'a', 100)]
    [InlineData("[a-z]{3}!", 'a', 100)]
    [InlineData("(a+)+b", 'a', 1_000_000)]
    [InlineData("never", 'a', 100_000_000 / 16)]
    public void AMatchThatCostsTooMuchEndsEarly(string expression, char letter, int length)
    {
        var pattern = RegexPattern.TryParse(expression, "", out _, out _)!;
        var text = new string(letter, length);

        pattern.IsMatch(text, new Budget(long.MaxValue)).ShouldBeFalse();
        Should.Throw<BudgetException>(() => pattern.IsMatch(text, new Budget(length / 17)));
    }

    // Every character leads to a state that was never seen: as many as there are ways to have read the last fifteen.
    [Fact]
    public void MakingStatesCostsMoreThanFollowingThem()
    {
        var random = new Random(3);
        var text = string.Create(
            100_000,
            random,
            static (span, random) =>
            {
                foreach (ref var c in span)
                    c = random.Next(2) == 0 ? 'a' : 'b';
            }
        );
        var pattern = RegexPattern.TryParse("a[ab]{15}[ab]*!", "", out _, out _)!;

        Should.Throw<BudgetException>(() =>
            RegexPattern.TryParse("a[ab]{15}[c!]$", "", out _, out _)!.IsMatch(text, new Budget(2_000_000))
        );
        pattern.IsMatch(text).ShouldBeFalse();
    }

    [Fact]
    public void WhoeverSetsNoBoundIsNeverCutOff() =>
        RegexPattern.TryParse("(a+)+b", "", out _, out _)!.IsMatch(new string('a', 3_000_000)).ShouldBeFalse();
}
