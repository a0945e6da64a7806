namespace HookRules.LanguageServer.Files;

/// <summary>What the server may look at of the machine.</summary>
/// <param name="Home">The user's home folder, whose rules are for every project.</param>
/// <param name="SearchPath">The folders in which programs are looked for.</param>
/// <param name="Version">What the client is told.</param>
public sealed record ServerContext(string? Home, string? SearchPath, string Version);
