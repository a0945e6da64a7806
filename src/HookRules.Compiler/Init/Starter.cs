using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Init;

/// <summary>A first rules file for a project: real rules for the tools that it uses, and more as comments.</summary>
/// <param name="Text">In the canonical layout.</param>
/// <param name="Found">The languages and their tools, as in "Python (ruff)".</param>
/// <param name="Hooked">The events that have hooks already, with their number, as in "PostToolUse (2)".</param>
public sealed record Starter(string Text, ImmutableArray<string> Found, ImmutableArray<string> Hooked)
{
    private const string Scripts = "*.{js,jsx,mjs,cjs,ts,tsx,mts,cts,vue,svelte}";
    private const string Documents = "*.{css,scss,less,html,json,md,yaml,yml}";

    private static readonly string[] RuffFiles = ["ruff.toml", ".ruff.toml"];
    private static readonly string[] RustEditions = ["2024", "2021", "2018"];

    // A formatter stands before a linter: the next one runs only when the one before succeeded.
    private static readonly ImmutableArray<Language> Languages =
    [
        new(
            "JavaScript",
            Scripts,
            project => project.Has("package.json"),
            new Tool(
                "prettier",
                project => UsesPrettier(project) ? Run($"{Node(project)}prettier --write --ignore-unknown {{file}}", "30s") : null
            ),
            new Tool(
                "biome",
                project => project.Has("biome.json", "biome.jsonc") ? Run($"{Node(project)}biome check --write {{file}}", "30s") : null
            ),
            new Tool(
                "eslint",
                project =>
                    project.HasStart("eslint.config.", ".eslintrc") || project.HasPackage("eslint")
                        ? Run($"{Node(project)}eslint --fix {{file}}", "1m")
                        : null
            )
        ),
        new(
            "Documents",
            Documents,
            UsesPrettier,
            new Tool("prettier", project => Run($"{Node(project)}prettier --write --ignore-unknown {{file}}", "30s"))
        ),
        new(
            "Python",
            "*.{py,pyi}",
            project => project.Has("pyproject.toml", "setup.py", "setup.cfg", "requirements.txt") || project.HasEnding(".py"),
            new Tool("black", project => project.HasPython("black") ? Run($"{Python(project)}black --quiet {{file}}", "30s") : null),
            new Tool("ruff-format", project => FormatsWithRuff(project) ? Run($"{Python(project)}ruff format {{file}}", "30s") : null),
            new Tool("ruff", project => UsesRuff(project) ? Run($"{Python(project)}ruff check --fix {{file}}", "30s") : null),
            new Tool(
                "flake8",
                project => project.Has(".flake8") || project.HasPython("flake8") ? Run($"{Python(project)}flake8 {{file}}", "30s") : null
            )
        ),
        new(
            "Go",
            "*.go",
            project => project.Has("go.mod", "go.work") || project.HasEnding("/go.mod"),
            new Tool("gofmt", _ => Run("gofmt -w {file}", "30s"))
        ),
        new(
            "Rust",
            "*.rs",
            project => project.Has("Cargo.toml") || project.HasEnding("/Cargo.toml"),
            new Tool("rustfmt", project => Run($"rustfmt --edition {Edition(project)} {{file}}", "30s"))
        ),
        new(
            "C#",
            "*.cs",
            project => project.HasEnding(".sln", ".slnx", ".csproj"),
            new Tool(
                "csharpier",
                project =>
                    project.DotnetTool("csharpier") is { } version
                        ? Run($"dotnet csharpier {(version.StartsWith("0.", StringComparison.Ordinal) ? "" : "format ")}{{file}}", "1m")
                        : null
            ),
            // --include knows relative paths alone, and says nothing about others.
            new Tool(
                "dotnet-format",
                project =>
                    project.DotnetTool("csharpier") is null && Workspace(project) is { } workspace
                        ? $"shell {TextLayout.Quote($"dotnet format {workspace}--include \"${{HOOK_FILE#\"$PWD\"/}}\"")} timeout "
                            + "2m concurrency 1 feedback"
                        : null
            )
        ),
        new(
            "C and C++",
            "*.{c,cc,cpp,cxx,h,hh,hpp,hxx}",
            project => project.HasEnding(".c", ".cc", ".cpp", ".cxx"),
            new Tool("clang-format", project => project.Has(".clang-format", "_clang-format") ? Run("clang-format -i {file}", "30s") : null)
        ),
        new(
            "Ruby",
            "*.rb",
            project => project.Has("Gemfile") || project.HasEnding(".rb"),
            new Tool(
                "rubocop",
                project =>
                    project.Has(".rubocop.yml")
                        ? Run($"{(project.Has("Gemfile") ? "bundle exec " : "")}rubocop --autocorrect {{file}}", "1m")
                        : null
            )
        ),
        new(
            "Shell",
            "*.{sh,bash}",
            project => project.HasEnding(".sh", ".bash"),
            new Tool("shellcheck", _ => Run("shellcheck {file}", "30s"))
        ),
    ];

    private static readonly ImmutableArray<Suggestion> Suggestions =
    [
        new(
            "Ruff can format too.",
            project =>
                UsesRuff(project) && !FormatsWithRuff(project) && !project.HasPython("black")
                    ? $"on Write|Edit *.py -> {Run($"{Python(project)}ruff format {{file}}", "30s")}, dedup 1s"
                    : null
        ),
        new(
            "Lint the whole project, once for all that Claude writes within ten seconds.",
            project =>
                project.HasTarget("lint") ? Session("*", "make lint")
                : project.HasStart(".golangci.") ? Session("*.go", "golangci-lint run")
                : project.Has("Cargo.toml") ? Session("*.rs", "cargo clippy --quiet")
                : null
        ),
        new(
            "Run the tests in the background: one run for all that Claude writes within ten seconds. Claude Code does not wait for it.",
            project =>
                project.HasTarget("test") ? Session("*", "make test")
                : project.HasScript("test") ? Session(Scripts, $"{PackageManager(project)} test")
                : project.Has("pytest.ini", "conftest.py")
                || project.HasPython("pytest")
                || project.Text("pyproject.toml").Contains("[tool.pytest", StringComparison.Ordinal)
                || project.Text("setup.cfg").Contains("[tool:pytest]", StringComparison.Ordinal)
                    ? Session("*.py", $"{Python(project)}pytest -q")
                : project.Has("go.mod") ? Session("*.go", "go test ./...")
                : project.Has("Cargo.toml") ? Session("*.rs", "cargo test --quiet")
                : Workspace(project) is { } workspace ? Session("*.cs", $"dotnet test {workspace}".TrimEnd())
                : null
        ),
        new("Keep a log of what Claude writes and runs.", _ => "on after Write|Edit|Bash -> log \".claude/logs/tools.jsonl\""),
        new("Tell you when Claude has finished.", _ => "on Stop -> notify \"Claude has finished\""),
    ];

    private static readonly string[] NodeManagers = ["npm", "pnpm", "yarn", "bun"];

    /// <summary>Bundled packs as they stand behind <c>use</c>; null where one does not fit.</summary>
    private static readonly ImmutableArray<Func<StarterProject, string?>> Packs =
    [
        _ => "std/bash-guard",
        _ => "std/git-guard",
        _ => "std/protect-files",
        _ => "std/secrets",
        // They go by what lies beside the written file, which rules for the whole repository cannot.
        project => HasParts(project) ? "std/format" : null,
        project => HasParts(project) ? "std/lint" : null,
        project => project.HasTarget("test") ? "std/stop-gate with { check = \"make test\" }" : null,
        project =>
            project.Has("package.json") && PackageManager(project) is var manager and not "bun run"
                ? "std/tool-steering with { refused = "
                    + $"[{string.Join(", ", NodeManagers.Where(other => other != manager).Select(TextLayout.Quote))}], instead = "
                    + $"\"This project uses {manager}.\" }}"
                : null,
    ];

    private sealed record Language(string Name, string Globs, Func<StarterProject, bool> IsThere, params Tool[] Tools);

    /// <param name="Action">How the action is written; null where the project does not use the tool.</param>
    private sealed record Tool(string Name, Func<StarterProject, string?> Action);

    /// <param name="Rule">A whole rule, to be taken out of its comment; null where it does not fit.</param>
    private sealed record Suggestion(string Why, Func<StarterProject, string?> Rule);

    private sealed record Use(Language Language, ImmutableArray<Tool> Tools, ImmutableArray<string> Hooked);

    /// <summary>Looks at a project folder and writes what fits it.</summary>
    /// <param name="taken">Hooks of the project's settings files that become rules of the starter.</param>
    /// <param name="apply">They are taken out of the settings files too.</param>
    public static Starter For(string folder, RulesForm form, ImmutableArray<TakenSettings> taken = default, bool apply = false)
    {
        var project = new StarterProject(folder);
        var uses = (from language in Languages where language.IsThere(project) select UseOf(language, project)).ToImmutableArray();
        var hooked = project.Hooks.GroupBy(hook => hook.Event.Name).Select(hooks => $"{hooks.Key} ({hooks.Count()})").ToImmutableArray();
        var found = uses.Where(use => use.Language.Globs != Documents)
            .Select(use =>
                use.Tools.Concat(use.Hooked.Select(name => new Tool(name, _ => null))).Select(tool => tool.Name).ToList()
                    is { Count: > 0 } names
                    ? $"{use.Language.Name} ({string.Join(", ", names)})"
                    : use.Language.Name
            )
            .ToImmutableArray();
        var text = Write(project, uses, found, hooked, taken.IsDefault ? [] : taken, apply);
        return new Starter(Laid(text, form, Suggested(project, uses)), found, hooked);
    }

    private static Use UseOf(Language language, StarterProject project)
    {
        var tools = language.Tools.Where(tool => tool.Action(project) is not null).ToLookup(tool => project.IsHooked(Program(tool)));
        return new Use(language, [.. tools[false]], [.. tools[true].Select(tool => tool.Name)]);
    }

    private static string Write(
        StarterProject project,
        ImmutableArray<Use> uses,
        ImmutableArray<string> found,
        ImmutableArray<string> hooked,
        ImmutableArray<TakenSettings> taken,
        bool apply
    )
    {
        var rules = uses.Where(use => !use.Tools.IsEmpty).ToList();
        return FileTemplate.Render(
            "starter.hookrules",
            text => text,
            ("opening", TemplateValue.Of(Opening(uses, found, hooked, taken, apply))),
            (
                "tools",
                TemplateValue.Of(
                    uses.SelectMany(use => use.Tools).DistinctBy(tool => tool.Name),
                    tool => new(("name", tool.Name), ("action", tool.Action(project)!))
                )
            ),
            ("about_rules", TemplateValue.Of(rules.Count > 0 ? [AboutRules] : [])),
            (
                "rules",
                TemplateValue.Of(
                    rules,
                    use => new(("globs", use.Language.Globs), ("steps", string.Join(" -> ", use.Tools.Select(tool => tool.Name))))
                )
            ),
            ("taken", TemplateValue.Of(taken.Select(one => one.Rules))),
            ("suggestions", TemplateValue.Of(Suggested(project, uses), one => new(("why", one.Why), ("rule", one.Rule)))),
            ("packs", TemplateValue.Of(Packs.Select(pack => pack(project)).OfType<string>()))
        );
    }

    private static IEnumerable<(string Why, string Rule)> Suggested(StarterProject project, ImmutableArray<Use> uses)
    {
        if (uses.SelectMany(use => use.Tools).Select(tool => tool.Name).Distinct().ToList() is { Count: > 0 } names)
            yield return (
                "Before Claude stops, it waits for these, and works on where one of them failed.",
                $"on Stop -> await {string.Join(", ", names)}"
            );
        foreach (var suggestion in Suggestions)
            if (suggestion.Rule(project) is { } rule)
                yield return (suggestion.Why, rule);
    }

    private const string AboutRules =
        "# However often Claude writes a file within a second, each tool runs once, after the last write. Claude does not wait for it, and "
        + "is told what fails.";

    private static IEnumerable<string> Opening(
        ImmutableArray<Use> uses,
        ImmutableArray<string> found,
        ImmutableArray<string> hooked,
        ImmutableArray<TakenSettings> taken,
        bool apply
    )
    {
        yield return found.IsEmpty
            ? "# Rules for Claude Code: a start to change as you like."
            : $"# Rules for Claude Code, for what is in this repository: {string.Join(", ", found)}. A start to change as you like.";
        yield return "# \"hookrules lint\" checks this file, \"hookrules simulate --samples\" shows what it would do, "
            + "\"hookrules compile\" puts it to work.";
        if (!taken.IsEmpty)
            yield return $"# The hooks of {string.Join(" and ", taken.Select(one => one.File))} stand below as rules."
                + (apply ? "" : " Take them out there before you compile, or they run twice.");
        else if (!hooked.IsEmpty)
            yield return $"# The settings of this project have hooks already, for {string.Join(", ", hooked)}. They stay as they are and "
                + "run beside these rules.";
        if (uses.SelectMany(use => use.Hooked).Distinct().ToList() is { Count: > 0 } there)
            yield return $"# What they run is left out here: {string.Join(", ", there)}.";
    }

    private static string Laid(string text, RulesForm form, IEnumerable<(string Why, string Rule)> suggested)
    {
        var laid =
            Formatter.Format(new SourceText("main.hookrules", text), form)
            ?? throw new InvalidOperationException("the starter is no rules file");
        if (form == RulesForm.Text)
            return laid;
        foreach (var (_, rule) in suggested)
            laid = laid.Replace($"# {rule}\n", $"#   - {YamlError.Quoted(rule)}\n", StringComparison.Ordinal);
        var packs = laid.IndexOf("# use ", StringComparison.Ordinal);
        var uses = laid[packs..].Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line["# use ".Length..]);
        return $"{laid[..packs]}# use:\n{string.Concat(uses.Select(use => $"#   - {YamlError.Quoted(use)}\n"))}";
    }

    /// <summary>A package below the root, with tools of its own.</summary>
    private static bool HasParts(StarterProject project) => project.HasEnding("/package.json", "/pyproject.toml");

    private static bool UsesPrettier(StarterProject project) =>
        project.HasStart(".prettierrc", "prettier.config.") || project.HasPackage("prettier");

    private static bool UsesRuff(StarterProject project) => project.Has(RuffFiles) || project.HasPython("ruff") || FormatsWithRuff(project);

    private static bool FormatsWithRuff(StarterProject project) =>
        project.Text("pyproject.toml").Contains("[tool.ruff.format]", StringComparison.Ordinal)
        || RuffFiles.Any(file => project.Text(file).Contains("[format]", StringComparison.Ordinal))
        || project.Text(".pre-commit-config.yaml").Contains("ruff-format", StringComparison.Ordinal)
        || project.Text("Makefile").Contains("ruff format", StringComparison.Ordinal);

    private static string PackageManager(StarterProject project) =>
        project.Has("pnpm-lock.yaml") ? "pnpm"
        : project.Has("yarn.lock") ? "yarn"
        : project.Has("bun.lock", "bun.lockb") ? "bun run"
        : "npm";

    // None of them fetches a package that is not there.
    private static string Node(StarterProject project) =>
        PackageManager(project) switch
        {
            "pnpm" => "pnpm exec ",
            "yarn" => "yarn run ",
            "bun run" => "bunx --no-install ",
            _ => "npx --no-install ",
        };

    private static string Python(StarterProject project) =>
        project.Has("uv.lock") ? "uv run --no-sync "
        : project.Has("poetry.lock") ? "poetry run "
        : project.Has("pdm.lock") ? "pdm run "
        : "";

    private static string Edition(StarterProject project) =>
        RustEditions.FirstOrDefault(year =>
            project
                .Text("Cargo.toml")
                .Split('\n')
                .Any(line => line.Replace(" ", "", StringComparison.Ordinal).StartsWith($"edition=\"{year}\"", StringComparison.Ordinal))
        ) ?? "2021";

    /// <summary>What dotnet must be told to work on: nothing where the root has but one candidate; null where there is none that a shell
    /// reads as it stands.</summary>
    private static string? Workspace(StarterProject project)
    {
        var candidates = project
            .Files.Where(file => file.EndsWith(".sln", StringComparison.Ordinal) || file.EndsWith(".slnx", StringComparison.Ordinal))
            .Concat(project.Files.Where(file => file.EndsWith(".csproj", StringComparison.Ordinal)))
            .OrderBy(file => file.Count(c => c == '/'))
            .ToList();
        if (candidates.Count == 0)
            return null;
        if (candidates.Count(file => !file.Contains('/', StringComparison.Ordinal)) == 1)
            return "";
        return candidates[0].All(c => char.IsAsciiLetterOrDigit(c) || c is '.' or '_' or '-' or '/' or '+') && candidates[0][0] != '-'
            ? $"{candidates[0]} "
            : null;
    }

    private static string Program(Tool tool) =>
        tool.Name switch
        {
            "ruff-format" => "ruff",
            "dotnet-format" => "dotnet",
            _ => tool.Name,
        };

    private static string Run(string command, string timeout) => $"run {TextLayout.Quote(command)} timeout {timeout} feedback";

    private static string Session(string globs, string command) =>
        $"on Write|Edit {globs} -> run {TextLayout.Quote(command)} timeout 10m concurrency 1 feedback, dedup 10s by session";
}
