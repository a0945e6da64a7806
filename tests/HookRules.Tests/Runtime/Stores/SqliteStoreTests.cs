using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Sqlite;

namespace HookRules.Tests.Runtime.Stores;

public sealed class SqliteStoreTests : SharedStoreContract
{
    private readonly TestFolder folder = new();
    private readonly List<string> told = [];

    private StateFolder State => StateFolder.At(folder.Of("state"));

    private string File => folder.Of("queue.db");

    internal override IWorkStore Open() => Open(SpoolOwner.OfThisProcess());

    internal override IWorkStore OpenElsewhere() => Open(SpoolOwner.OfThisProcess() with { Host = "another machine" });

    internal override async Task Kill(IWorkStore store) => await store.DisposeAsync();

    internal override void Refresh(IWorkStore store) => store.Refresh();

    private SqliteStore Open(SpoolOwner owner) =>
        Keep(
            new SqliteStore(
                new QueueAddress(QueueKind.Sqlite, File),
                new StoreContext
                {
                    State = State,
                    Time = Time,
                    Durability = Durability.Fast,
                    Environment = _ => null,
                    Spool = new FileStore(State, Time, Durability.Fast),
                    OnChange = () => { },
                    OnProblem = told.Add,
                },
                owner
            )
        );

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }
}
