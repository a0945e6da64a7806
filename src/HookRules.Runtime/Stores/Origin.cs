namespace HookRules.Runtime.Stores;

/// <summary>Where an event was published, in a store that several machines share.</summary>
/// <param name="Home">Machine and checkout.</param>
/// <param name="Plan">The plan's name for all machines.</param>
internal sealed record Origin(string Home, string Plan)
{
    public string Checkout => Home[(Home.IndexOf('/', StringComparison.Ordinal) + 1)..];
}

/// <summary>Who may run an order.</summary>
internal enum Reach
{
    /// <summary>It works on files: whoever has that checkout.</summary>
    Checkout,

    /// <summary>It asks another server: any machine of the project.</summary>
    Anywhere,

    /// <summary>It is for whoever sits there.</summary>
    Publisher,
}

/// <summary>A store cannot be used now, and what was asked of it is not known: neither yes nor no.</summary>
internal class StoreUnusableException(string problem) : IOException(problem);
