namespace HookRules.Tests.Native;

/// <summary>A PATH on which no .NET is.</summary>
internal static class WithoutDotnet
{
    /// <summary>Puts links to the tools of the machine into a folder, all but the one that must not be there.</summary>
    public static void LinkTools(string folder)
    {
        foreach (var tool in new[] { "/usr/bin", "/bin" }.SelectMany(Directory.EnumerateFiles).DistinctBy(Path.GetFileName))
        {
            if (Path.GetFileName(tool) != "dotnet")
                File.CreateSymbolicLink(Path.Combine(folder, Path.GetFileName(tool)), tool);
        }
    }
}
