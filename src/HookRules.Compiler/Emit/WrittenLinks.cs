using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit.Services;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>
/// Looks for links where <c>compile</c> writes: git carries them, so a repository could aim one at any file of whoever compiles.
/// </summary>
internal static class WrittenLinks
{
    /// <summary>The first link on the way to a file that is ours alone, as an error; null if there is none.</summary>
    public static Diagnostic? Refused(EmissionTarget target)
    {
        var above = target.Layer == Layer.Personal ? Path.GetDirectoryName(target.PlanFolder)! : target.PlanFolder;
        // Whoever has ~/.claude as a link made it himself. One in a repository may lead to another of its folders.
        var parent = Path.GetDirectoryName(above)!;
        if (target.Layer != Layer.User && RealPath.IsInside(parent, target.ProjectDir) && Outside(target, parent) is { } outside)
            return Error(parent, outside);
        foreach (
            var path in new[] { above, target.PlanFolder }
                .Concat(target.FileNames.Select(name => Path.Combine(target.PlanFolder, name)))
                .Concat(new ServiceFolder(target).Places)
        )
            if (new FileInfo(path).LinkTarget is { } to)
                return Error(path, to);
        return null;

        Diagnostic Error(string path, string to) => DiagnosticCatalog.WrittenThroughLink(At(target.Name(path)), to);
    }

    /// <summary>A hint where the settings are a link to a file that is not the repository's; it is followed all the same.</summary>
    public static Diagnostic? LeavesTheRepository(EmissionTarget target) =>
        target.Layer != Layer.User
        && new FileInfo(target.SettingsPath).LinkTarget is not null
        && Outside(target, target.SettingsPath) is { } outside
            ? DiagnosticCatalog.SettingsLeaveRepository(At(target.SettingsName), outside)
            : null;

    private static string? Outside(EmissionTarget target, string path)
    {
        var real = RealPath.Of(path);
        return RealPath.IsInside(real, RealPath.Of(ProjectFiles.RootOf(target.ProjectDir))) ? null : real;
    }

    private static SourceRef At(string name) => new(name, 1, 1, 1, 1);
}
