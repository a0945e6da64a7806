using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Memory;

namespace HookRules.Tests.Runtime.Stores;

public sealed class MemoryStoreTests : WorkStoreContract
{
    internal override IWorkStore Open() => Keep(new MemoryStore(Time));
}
