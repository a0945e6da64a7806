using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>Whoever works with all stores of a project sees one that keeps to the contract.</summary>
public abstract class ProjectStoreContract : WorkStoreContract
{
    private readonly TestFolder folder = new();

    internal abstract QueueSettings Queue { get; }

    internal TestFolder Folder => folder;

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
                _ => Queue
            )
        );

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
        GC.SuppressFinalize(this);
    }
}

public sealed class ProjectStoreTests : ProjectStoreContract
{
    internal override QueueSettings Queue => new();
}

public sealed class SqliteProjectStoreTests : ProjectStoreContract
{
    internal override QueueSettings Queue => new(QueueKind.Sqlite, Path: Folder.Of("queue.db"));
}
