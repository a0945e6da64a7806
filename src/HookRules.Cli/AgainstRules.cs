using HookRules.Compiler;
using HookRules.Compiler.Packs;

namespace HookRules.Cli;

/// <summary>The rules that others are compared with: those of a file, or of the project as a commit of git has them.</summary>
internal static class AgainstRules
{
    private const string Git = "git:";

    /// <summary>Null, with the reason printed, where there are none or they do not compile.</summary>
    /// <param name="spec"><c>FILE</c> or <c>git:REV</c>.</param>
    public static Compilation? Open(Cli cli, string spec, ProjectFiles project, out int exitCode)
    {
        exitCode = ExitCode.CouldNot;
        if (!spec.StartsWith(Git, StringComparison.Ordinal))
            return RulesProject.Find(cli, spec) is { } file ? Checked(cli, RulesProject.Of(file), ref exitCode) : null;
        var revision = spec[Git.Length..];
        if (revision.Length == 0)
        {
            exitCode = ExitCode.Usage;
            return Refuse(cli, "--against git: needs a commit, a branch or a tag, as in git:main");
        }

        using var read = GitRevision.Read(project.ProjectDir, revision, cli.Environment, out var problem);
        if (read is null)
            return Refuse(cli, problem!);
        var same = Path.Combine(read.Folder, Path.GetRelativePath(project.ProjectDir, project.File));
        var files =
            File.Exists(same) ? ProjectFiles.Of(same)
            : ProjectFiles.In(read.Folder, project.Layer == Layer.Personal ? ProjectFiles.PersonalNames : ProjectFiles.Names, home: null)
                is { } found
                ? found
            : null;
        if (files is null)
            return Refuse(cli, $"{spec} has no rules file");
        var compilation = Compilation.Of(files, path => $"{spec}:{Path.GetRelativePath(read.Folder, path).Replace('\\', '/')}");
        return Checked(cli, new RulesProject(files.File, files.ProjectDir, compilation), ref exitCode);
    }

    private static Compilation? Checked(Cli cli, RulesProject project, ref int exitCode)
    {
        if (!project.Compilation.HasErrors)
            return project.Compilation;
        project.Report(cli);
        exitCode = ExitCode.Problems;
        return null;
    }

    private static Compilation? Refuse(Cli cli, string why)
    {
        cli.Refuse(why);
        return null;
    }
}
