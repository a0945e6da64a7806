namespace HookRules.LanguageServer.Files;

/// <summary>What the server may look at of the machine.</summary>
/// <param name="Home">The user's home folder, whose rules are for every project.</param>
/// <param name="SearchPath">The folders in which programs are looked for.</param>
/// <param name="Version">What the client is told.</param>
public sealed record ServerContext(string? Home, string? SearchPath, string Version)
{
    /// <summary>How often each rule of a project ran today, by the rule's id; empty where nothing is known.</summary>
    public Func<string, IReadOnlyDictionary<string, int>> RunsToday { get; init; } = _ => new Dictionary<string, int>();
}
