using HookRules.Compiler;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Settings;

namespace HookRules.LanguageServer.Files;

/// <summary>The rules of an open file with their packs, and what lint may look at.</summary>
/// <param name="Packs">Null for a text that is not saved yet.</param>
internal sealed record CompiledFile(Compilation Compilation, OpenPacks? Packs, ProjectContext Context)
{
    public static CompiledFile Of(OpenFile file, OpenFiles files, ServerContext context)
    {
        if (file.Path is null)
            return new CompiledFile(Compilation.Create(PackLoader.BundledOnly, file.Reading), null, ProjectContext.TextOnly);
        var project = ProjectFiles.Of(file.Path, context.Home);
        var packs = new OpenPacks(project, files);
        packs.Display(file.Path);
        return new CompiledFile(
            Compilation.Create(packs, file.Reading),
            packs,
            new ProjectContext(project.ProjectDir, context.SearchPath)
            {
                ScriptFolder = Path.GetDirectoryName(file.Path),
                IsPlugin = project.Layer == Layer.Plugin,
            }
        );
    }
}
