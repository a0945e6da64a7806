namespace HookRules.Compiler.Rules.Format;

/// <summary>What a rules file is called in the other form.</summary>
public static class FormNames
{
    private const string TextEnding = ".hookrules";

    /// <summary><c>x.hookrules</c> and <c>x.hookrules.yaml</c>; the names that are looked for correspond too.</summary>
    public static string Other(string path, bool toYaml)
    {
        var folder = Path.GetDirectoryName(path) ?? "";
        var file = Path.GetFileName(path);
        if (toYaml)
            return Path.Combine(folder, file == "main.hookrules" ? "hookrules.yaml" : $"{file}.yaml");
        var stem = Path.GetFileNameWithoutExtension(file);
        return Path.Combine(
            folder,
            stem == "hookrules" ? "main.hookrules"
                : stem.EndsWith(TextEnding, StringComparison.Ordinal) ? stem
                : $"{stem}{TextEnding}"
        );
    }
}
