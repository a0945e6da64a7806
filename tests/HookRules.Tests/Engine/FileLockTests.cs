using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class FileLockTests
{
    /// <summary>Between opening and locking a file its holder may have removed it, and another one made and locked a new one.</summary>
    [Fact]
    public void ALockWhoseFileGoesWithItIsHeldByOneAtATimeAndLeavesNone()
    {
        const int Takers = 6,
            Times = 4_000;
        using var folder = new TestFolder();
        var path = folder.Of("lock");
        var (holders, most, held) = (0, 0, 0);
        var takers = Enumerable
            .Range(0, Takers)
            .Select(_ => new Thread(() =>
            {
                for (var i = 0; i < Times; )
                {
                    if (FileLock.TryAcquireNamed(path, out var problem) is not { } mine)
                    {
                        problem.ShouldBeNull();
                        continue;
                    }

                    i++;
                    if (Interlocked.Increment(ref holders) > 1)
                        Interlocked.Increment(ref most);
                    Interlocked.Increment(ref held);
                    Interlocked.Decrement(ref holders);
                    mine.UnlockAndRemove(path);
                }
            }))
            .ToList();
        takers.ForEach(taker => taker.Start());
        takers.ForEach(taker => taker.Join());

        (most, held).ShouldBe((0, Takers * Times), "two held it at once");
        File.Exists(path).ShouldBeFalse();
    }
}
