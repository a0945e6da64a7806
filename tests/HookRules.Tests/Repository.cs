namespace HookRules.Tests;

/// <summary>Where the checkout is, so that tests can read what stands beside the code.</summary>
internal static class Repository
{
    public static string Root { get; } = Find();

    public static string PathOf(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Combine(folder, "HookRules.sln"))) return folder;
        throw new InvalidOperationException("the tests do not run inside a checkout");
    }
}
