namespace HookRules.Tests.Native;

/// <summary>A PATH on which no .NET is.</summary>
internal static class WithoutDotnet
{
    /// <summary>Removes a folder in which a consumer may still be ending; false where it has just written something.</summary>
    public static bool IsRemoved(string folder)
    {
        try
        {
            Directory.Delete(folder, recursive: true);
            return true;
        }
        catch (IOException)
        {
            return false;
        }
    }

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
