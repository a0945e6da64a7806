using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Init;

/// <summary>What a starter needs to know of a project folder: its files, what their texts name, and the hooks that are there
/// already.</summary>
internal sealed class StarterProject
{
    // Enough to see which languages there are; a huge repository must not make anybody wait.
    private const int DeepestFolder = 6;
    private const int MostFiles = 20_000;
    private const int LongestFile = 1 << 20;

    private static readonly string[] Skipped = ["node_modules", "bin", "obj", "dist", "build", "target", "vendor", "venv", "__pycache__"];
    private static readonly string[] PythonFiles =
    [
        "pyproject.toml",
        "setup.cfg",
        "tox.ini",
        "Pipfile",
        "requirements.txt",
        "requirements-dev.txt",
        "dev-requirements.txt",
        ".pre-commit-config.yaml",
    ];
    private static readonly string[] DependencyLists = ["dependencies", "devDependencies"];
    private static readonly string[] Makefiles = ["Makefile", "makefile", "GNUmakefile"];
    private static readonly JsonDocumentOptions Tolerant = new() { CommentHandling = JsonCommentHandling.Skip, AllowTrailingCommas = true };

    private readonly string folder;
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);
    private readonly JsonElement package;

    public StarterProject(string folder)
    {
        this.folder = folder;
        Files = [.. Walk(new DirectoryInfo(folder), "", 0).Take(MostFiles).Order(StringComparer.Ordinal)];
        package = Json("package.json");
        Hooks =
        [
            .. LintFiles
                .SettingsOf(folder)
                .SelectMany(file => SettingsDocument.Read(file.Path, Encoding.UTF8.GetString(RegularFile.ReadAllBytes(file.Path))).Entries)
                .Where(hook => !IsCompiled(hook)),
        ];
    }

    /// <summary>Paths relative to the folder, with forward slashes; folders of dependencies, of output and with a dot are left
    /// out.</summary>
    public ImmutableArray<string> Files { get; }

    /// <summary>The handlers of the project's settings files, without those that were compiled from rules.</summary>
    public ImmutableArray<HookHandler> Hooks { get; }

    public bool Has(params string[] names) => names.Any(name => File.Exists(Path.Combine(folder, name)));

    /// <summary>A file whose name starts so stands in the root: <c>.prettierrc</c> comes with many endings.</summary>
    public bool HasStart(params string[] starts) =>
        Files.Any(file =>
            !file.Contains('/', StringComparison.Ordinal) && starts.Any(start => file.StartsWith(start, StringComparison.Ordinal))
        );

    public bool HasEnding(params string[] endings) =>
        Files.Any(file => endings.Any(ending => file.EndsWith(ending, StringComparison.Ordinal)));

    /// <summary>The text of a file of the root; empty where there is none.</summary>
    public string Text(string name)
    {
        if (texts.TryGetValue(name, out var known))
            return known;
        var file = new FileInfo(Path.Combine(folder, name));
        try
        {
            return texts[name] =
                file.Exists && file.Length <= LongestFile && RegularFile.Is(file.FullName) ? File.ReadAllText(file.FullName) : "";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return texts[name] = "";
        }
    }

    /// <summary>package.json depends on it, or configures it under its name.</summary>
    public bool HasPackage(string name) =>
        Member(package, name) is not null
        || Member(package, $"{name}Config") is not null
        || DependencyLists.Any(list => Member(package, list) is { } names && Member(names, name) is not null);

    public bool HasScript(string name) => Member(package, "scripts") is { } scripts && Member(scripts, name) is not null;

    /// <summary>A Python project names it as a dependency, a pre-commit hook or a tool with settings.</summary>
    public bool HasPython(string name) =>
        PythonFiles.Any(file =>
            Text(file) is { Length: > 0 } text
            && (
                text.Contains($"[tool.{name}", StringComparison.Ordinal)
                || text.Contains($"[{name}]", StringComparison.Ordinal)
                || text.Split('\n').Any(line => Lists(line, name))
            )
        );

    /// <summary>The Makefile has such a target.</summary>
    public bool HasTarget(string name) =>
        Makefiles.Any(file =>
            Text(file)
                .Split('\n')
                .Any(line =>
                    line.StartsWith(name, StringComparison.Ordinal) && line[name.Length..].TrimStart() is [':', not '=', ..] or ":"
                )
        );

    /// <summary>The version of a .NET tool of the repository; null where it is none of its tools.</summary>
    public string? DotnetTool(string name)
    {
        var manifest = Json(Has(".config/dotnet-tools.json") ? ".config/dotnet-tools.json" : "dotnet-tools.json");
        return
            Member(manifest, "tools") is { } tools
            && Member(tools, name) is { } tool
            && Member(tool, "version") is { ValueKind: JsonValueKind.String } version
            ? version.GetString()
            : null;
    }

    /// <summary>A hook of the project runs this program already.</summary>
    public bool IsHooked(string program) => Hooks.Any(hook => hook.Texts.Any(text => IsWord(text.Text, program)));

    private static bool IsCompiled(HookHandler hook) => SettingsOwnership.IsOurs(hook.Document.Json!, hook.Node);

    private JsonElement Json(string name)
    {
        try
        {
            using var document = JsonDocument.Parse(Text(name), Tolerant);
            return document.RootElement.Clone();
        }
        catch (JsonException)
        {
            return default;
        }
    }

    private static JsonElement? Member(JsonElement element, string name) =>
        element.ValueKind == JsonValueKind.Object && element.TryGetProperty(name, out var value) ? value : null;

    private static bool IsWord(string text, string word)
    {
        for (var at = text.IndexOf(word, StringComparison.Ordinal); at >= 0; at = text.IndexOf(word, at + 1, StringComparison.Ordinal))
            if ((at == 0 || !IsNamePart(text[at - 1])) && (at + word.Length == text.Length || !IsNamePart(text[at + word.Length])))
                return true;
        return false;
    }

    // An item of a list, a key or a pre-commit id, but not a value as in profile = "black".
    private static bool Lists(string line, string name)
    {
        var code = line.Split('#')[0];
        for (var at = code.IndexOf(name, StringComparison.Ordinal); at >= 0; at = code.IndexOf(name, at + 1, StringComparison.Ordinal))
        {
            if (at + name.Length < code.Length && IsNamePart(code[at + name.Length]))
                continue;
            var before = code[..at].TrimEnd(' ', '\t', '"', '\'');
            if (before.Length == 0 || before[^1] is '[' or ',' or '-' || before.EndsWith("id:", StringComparison.Ordinal))
                return true;
        }

        return false;
    }

    private static bool IsNamePart(char c) => char.IsAsciiLetterOrDigit(c) || c is '-' or '_';

    private static IEnumerable<string> Walk(DirectoryInfo folder, string prefix, int depth)
    {
        var options = new EnumerationOptions { IgnoreInaccessible = true, AttributesToSkip = FileAttributes.ReparsePoint };
        foreach (var file in folder.EnumerateFiles("*", options))
            yield return prefix + file.Name;
        if (depth >= DeepestFolder)
            yield break;
        foreach (var child in folder.EnumerateDirectories("*", options))
        {
            if (child.Name.StartsWith('.') || Skipped.Contains(child.Name))
                continue;
            foreach (var file in Walk(child, $"{prefix}{child.Name}/", depth + 1))
                yield return file;
        }
    }
}
