using HookRules.Engine;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Redis;
using HookRules.Runtime.Stores.Sqlite;

namespace HookRules.Runtime.Stores;

/// <summary>What a store beside the spool is opened with.</summary>
internal sealed record StoreContext
{
    public required StateFolder State { get; init; }
    public required TimeProvider Time { get; init; }

    /// <summary>Null where nobody says.</summary>
    public string? ProjectDir { get; init; }
    public required Durability Durability { get; init; }

    /// <summary>The consumer's variables.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>The spool, which has what was forwarded until its end is known.</summary>
    public required FileStore Spool { get; init; }

    /// <summary>To be called when something has come; on any thread.</summary>
    public required Action OnChange { get; init; }

    /// <summary>Told once of what a person should know.</summary>
    public required Action<string> OnProblem { get; init; }
}

/// <summary>A store that the spool's events are forwarded to.</summary>
internal interface ISharedStore : IWorkStore
{
    /// <summary>What it has said yes to is there for good, so the spool's file may go at once; else the spool keeps it among those that
    /// were forwarded, until the store says that the event has ended.</summary>
    bool KeepsForGood { get; }

    /// <summary>How many events it is handed at once.</summary>
    int PublishAtOnce => 100;

    /// <summary>How many events were handed to it whose end is not known.</summary>
    int Unended => 0;

    /// <summary>Other machines see that this one has a dead letter.</summary>
    void Note(DeadNote dead) { }

    /// <summary>Nothing of this project waits in it; false where that is not known.</summary>
    bool IsEmpty { get; }
}

/// <summary>Opens the store that a plan's <c>queue</c> names.</summary>
internal static class SharedStores
{
    public static ISharedStore Open(QueueAddress address, StoreContext context) =>
        address.Kind switch
        {
            QueueKind.Sqlite => new SqliteStore(address, context),
            QueueKind.Redis => RedisStore.Open(address, context),
            _ => throw new InvalidOperationException($"unknown queue {address.Kind}"),
        };

    /// <summary>Null, or why a consumer could not use it now.</summary>
    public static string? Try(
        QueueAddress address,
        Durability durability,
        Func<string, string?> environment,
        StateFolder state,
        string projectDir
    ) =>
        address.Kind switch
        {
            QueueKind.Sqlite => SqliteLook.Try(address, durability),
            QueueKind.Redis => RedisLook.At(address, projectDir, state, environment).Problem,
            _ => null,
        };

    /// <summary>False where this version has only the spool for it.</summary>
    public static bool Has(QueueKind kind) => kind is QueueKind.Sqlite or QueueKind.Redis;
}
