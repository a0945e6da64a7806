namespace HookRules.Simulation.Cases;

/// <summary>The project that events of cases come from: always the same one, so that a table means the same on every machine.</summary>
internal static class CaseProject
{
    /// <summary>The folder of the real samples.</summary>
    public const string Folder = "/home/dev/project";

    public const string Home = "/home/dev";

    public static string PathOf(string file) =>
        file.StartsWith('/') ? file
        : file == "~" ? Home
        : file.StartsWith("~/", StringComparison.Ordinal) ? $"{Home}/{file[2..]}"
        : $"{Folder}/{file}";
}
