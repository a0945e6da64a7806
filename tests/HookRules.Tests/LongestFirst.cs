using HookRules.Tests.Faults;
using HookRules.Tests.Fuzz;
using HookRules.Tests.Hook;
using HookRules.Tests.Install;
using HookRules.Tests.Native;
using HookRules.Tests.Operating;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("HookRules.Tests.LongestFirst", "HookRules.Tests")]

namespace HookRules.Tests;

/// <summary>Begins with the classes that take longest: one that begins last is waited for by all the others.</summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly Type[] Long =
    [
        typeof(SameOutputTests),
        typeof(FaultPointTests),
        typeof(FuzzTests),
        typeof(ReleaseTests),
        typeof(RedisFaultTests),
        typeof(QueueKillTests),
        typeof(LayerTests),
        typeof(DoctorTests),
        typeof(KillTests),
        typeof(DeliveryTests),
        typeof(RedisNetworkTests),
        typeof(LayersTogetherTests),
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(collection =>
            Array.Exists(Long, type => collection.DisplayName.EndsWith(type.FullName!, StringComparison.Ordinal))
        );
}
