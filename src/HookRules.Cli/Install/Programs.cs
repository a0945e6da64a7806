using System.Runtime.InteropServices;
using HookRules.Engine;

namespace HookRules.Cli.Install;

/// <summary>The programs that make up HookRules, as files of one folder.</summary>
internal static class Programs
{
    // What a build leaves beside the programs and nobody runs.
    private static readonly string[] NotRun = [".pdb", ".dbg", ".xml"];

    /// <summary>The files to install: of a native program the programs alone, since its folder may hold others' files.</summary>
    public static IEnumerable<string> In(string folder) =>
        BuildInfo.IsNative
            ? Directory.EnumerateFiles(folder).Where(IsOurs)
            : Directory
                .EnumerateFiles(folder)
                .Where(file => !NotRun.Contains(Path.GetExtension(file)) && Path.GetFileName(file) != "stamp")
                .Concat(OfThisSystem(folder));

    // .NET keeps libraries of each system in a folder of its own, and finds them beside the program as well.
    private static IEnumerable<string> OfThisSystem(string folder) =>
        Path.Join(folder, "runtimes", RuntimeInformation.RuntimeIdentifier, "native") is var libraries && Directory.Exists(libraries)
            ? Directory.EnumerateFiles(libraries)
            : [];

    private static bool IsOurs(string file)
    {
        var name = Path.GetFileName(file);
        return name == ProjectLayout.CommandLineProgram
            || name == ProjectLayout.HookProgram
            || name.StartsWith("libe_sqlite3.", StringComparison.Ordinal)
            || name == "e_sqlite3.dll";
    }
}
