using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>Whoever works with all stores of a project sees one that keeps to the contract.</summary>
public sealed class ProjectStoreTests : WorkStoreContract
{
    private readonly TestFolder folder = new();

    private StateFolder State => StateFolder.At(folder.Of("state"));

    internal override IWorkStore Open() =>
        Keep(
            new ProjectStore(
                new StoreContext
                {
                    State = State,
                    Time = Time,
                    Durability = Durability.Fast,
                    Environment = _ => null,
                    Spool = new FileStore(State, Time, Durability.Fast),
                    OnChange = () => { },
                    OnProblem = _ => { },
                },
                _ => null
            )
        );

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }
}
