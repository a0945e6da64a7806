using System.Collections.Immutable;

namespace HookRules.Compiler.Lint;

/// <summary>A file to lint: a rules file, or a settings file or a plugin's hooks.</summary>
/// <param name="Path">Absolute.</param>
/// <param name="ProjectDir">What <c>$CLAUDE_PROJECT_DIR</c> or <c>$CLAUDE_PLUGIN_ROOT</c> stands for in it; null where that is not
/// known.</param>
public sealed record LintFile(string Path, bool IsRules, string? ProjectDir);

/// <summary>Finds what there is to lint; what a file is, its name and its place decide, and of other JSON its content.</summary>
public static class LintFiles
{
    private const int DeepestFolder = 12;
    private static readonly string[] Skipped = ["node_modules", "bin", "obj", "dist", "build", "target", "vendor", "venv", "__pycache__"];
    private static readonly string[] ProjectSettings = ["settings.json", "settings.local.json"];
    private static readonly string[] OpenDots = [".claude", ".claude-plugin"];

    /// <summary>A file that the user named.</summary>
    public static LintFile Of(string path)
    {
        var isRules =
            IsRules(System.IO.Path.GetFileName(path))
            || !path.EndsWith(".json", StringComparison.OrdinalIgnoreCase) && !path.EndsWith(".jsonc", StringComparison.OrdinalIgnoreCase);
        return new LintFile(path, isRules, isRules ? ProjectFiles.Of(path).ProjectDir : ProjectOf(path));
    }

    /// <summary>The rules files, settings files and plugin hooks below a folder, in the order of their paths.</summary>
    public static ImmutableArray<LintFile> In(string folder) =>
        [.. Walk(new DirectoryInfo(folder), 0).Order(StringComparer.Ordinal).Select(Of)];

    /// <summary>The settings files of a project.</summary>
    public static IEnumerable<LintFile> SettingsOf(string projectDir) =>
        from name in ProjectSettings
        let path = System.IO.Path.Combine(projectDir, ".claude", name)
        where File.Exists(path)
        select Of(path);

    internal static bool IsRules(string name) =>
        name.EndsWith(".hookrules", StringComparison.OrdinalIgnoreCase)
        || name is "hookrules.yaml" or "hookrules.yml"
        || ProjectFiles.PersonalNames.Contains(name)
        || name.EndsWith(".hookrules.yaml", StringComparison.OrdinalIgnoreCase)
        || name.EndsWith(".hookrules.yml", StringComparison.OrdinalIgnoreCase);

    private static IEnumerable<string> Walk(DirectoryInfo folder, int depth)
    {
        foreach (var file in folder.EnumerateFiles())
            if ((IsRules(file.Name) || IsSettings(file.Name, folder.Name)) && LeadsToFile(file))
                yield return file.FullName;
        if (depth >= DeepestFolder)
            yield break;
        foreach (var child in folder.EnumerateDirectories())
        {
            // A link may lead anywhere, also back.
            if (
                child.LinkTarget is not null
                || Skipped.Contains(child.Name)
                || child.Name.StartsWith('.') && !OpenDots.Contains(child.Name)
            )
                continue;
            // Copies of packs are linted where they are made; what is wrong with using them, the rules that do are told.
            if (child.Name == "packs" && folder.Name == "hookrules" && folder.Parent?.Name == ".claude")
                continue;
            foreach (var file in Walk(child, depth + 1))
                yield return file;
        }
    }

    // Editors lock a file with a link beside it that leads nowhere.
    private static bool LeadsToFile(FileInfo file)
    {
        try
        {
            return file.LinkTarget is null || file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo { Exists: true };
        }
        catch (IOException)
        {
            return false;
        }
    }

    internal static bool IsSettings(string path) =>
        IsSettings(System.IO.Path.GetFileName(path), System.IO.Path.GetFileName(System.IO.Path.GetDirectoryName(path)) ?? "");

    private static bool IsSettings(string name, string folder) =>
        folder switch
        {
            ".claude" => name.StartsWith("settings", StringComparison.Ordinal) && name.EndsWith(".json", StringComparison.Ordinal),
            "hooks" => name == "hooks.json",
            ".claude-plugin" => name == "plugin.json",
            _ => name == "managed-settings.json",
        };

    private static string? ProjectOf(string path)
    {
        var folder = System.IO.Path.GetDirectoryName(path);
        if (
            folder is null
            || !IsSettings(System.IO.Path.GetFileName(path), System.IO.Path.GetFileName(folder))
            || System.IO.Path.GetFileName(path) == "managed-settings.json"
        )
            return null;
        var parent = System.IO.Path.GetDirectoryName(folder);
        // The user's own settings hold in every project.
        return parent == Environment.GetFolderPath(Environment.SpecialFolder.UserProfile) ? null : parent;
    }
}
