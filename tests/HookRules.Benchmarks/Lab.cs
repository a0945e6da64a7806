using System.Collections.Immutable;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Benchmarks;

/// <summary>A scratch folder, the built runtime, and the programs that the hook is compared with.</summary>
internal sealed class Lab : IDisposable
{
    private int projects;

    public Lab(Options options)
    {
        Options = options;
        Root = FindRoot();
        Runtime = Path.Join(Root, ".build/runtime");
        if (!File.Exists(Hook))
            throw new FileNotFoundException($"{Hook} is missing; start the benchmarks with tests/bench, which builds it");
        Folder = Directory.CreateTempSubdirectory("hookrules-bench-").FullName;
        Environment =
        [
            $"PATH={System.Environment.GetEnvironmentVariable("PATH")}",
            $"HOME={Folder}",
            $"XDG_STATE_HOME={Folder}/state",
            $"Q={Directory.CreateDirectory(Path.Join(Folder, "queue")).FullName}",
        ];
    }

    public Options Options { get; }

    public string Root { get; }

    public string Runtime { get; }

    public string Folder { get; }

    public string Hook => Path.Join(Runtime, "hookrules-hook");

    public IReadOnlyList<string> Environment { get; }

    /// <summary>Compiles rules into a project of their own.</summary>
    public Project Compile(string rules)
    {
        var folder = Directory.CreateDirectory(Path.Join(Folder, $"p{++projects}")).FullName;
        var compilation = Compilation.Create(new SourceText("main.hookrules", rules));
        if (compilation.HasErrors)
            throw new InvalidOperationException($"a benchmark's rules are wrong: {compilation.Diagnostics.First().Message}");
        var plan = Directory.CreateDirectory(Path.Join(folder, ".claude/hookrules")).FullName;
        var (text, hash) = RuleGraphJson.Write(compilation.Graph, RuntimeEmitter.Version);
        Write(Path.Join(plan, "plan.json"), text);
        foreach (var file in RuntimeEmitter.Emit(Runtime))
            Write(Path.Join(plan, file.Name), Encoding.UTF8.GetBytes(file.Text));
        var entries = SettingsEmitter.Emit(compilation.Graph, hash, new EmitOptions());
        return new Project(this, folder, Path.Join(plan, "plan.json"), hash, entries);
    }

    public string Script(string name, string text)
    {
        var path = Path.Join(Folder, name);
        Write(path, Encoding.UTF8.GetBytes(text));
        return path;
    }

    public static string? Find(string program) =>
        (System.Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(':')
            .Select(folder => Path.Join(folder, program))
            .FirstOrDefault(File.Exists);

    /// <summary>The interpreter itself: what PATH holds may be a script that looks for it, and would not be compared with fairly.</summary>
    public static string? FindPython()
    {
        if (Find("python3") is not { } python)
            return null;
        using var process = Process.Start(
            new ProcessStartInfo(python, ["-c", "import sys; print(sys.executable)"]) { RedirectStandardOutput = true }
        )!;
        var path = process.StandardOutput.ReadToEnd().Trim();
        process.WaitForExit();
        return process.ExitCode == 0 && File.Exists(path) ? path : null;
    }

    public static void Write(string path, ReadOnlySpan<byte> text)
    {
        using var file = File.Create(path);
        file.Write(text);
    }

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static string FindRoot()
    {
        for (var folder = AppContext.BaseDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
            if (File.Exists(Path.Join(folder, "HookRules.sln")))
                return folder;
        throw new InvalidOperationException("the benchmarks do not run inside a checkout");
    }
}

/// <summary>A project with a compiled plan, and the hook over it.</summary>
internal sealed record Project(Lab Lab, string Folder, string PlanPath, string Hash, ImmutableArray<SettingsEntry> Entries)
{
    /// <summary>The arguments and environment that Claude Code starts the hook with.</summary>
    public Child Hook(byte[] payload, string @event = "PostToolUse") =>
        new([Lab.Hook, "--plan", PlanPath, "--plan-hash", Hash, "--event", @event], Environment, payload);

    /// <summary>The whole command of the entry, as Claude Code starts it.</summary>
    public Child BehindLauncher(byte[] payload, string @event = "PostToolUse")
    {
        using var handler = JsonDocument.Parse(Entries.First(entry => entry.Event == @event).Handlers[0]);
        return new(["/bin/sh", "-c", handler.RootElement.GetProperty("command").GetString()!], Environment, payload);
    }

    public IEnumerable<string> Environment => [.. Lab.Environment, $"CLAUDE_PROJECT_DIR={Folder}"];

    public StateFolder State => StateFolder.Locate(Folder, name => name == "XDG_STATE_HOME" ? $"{Lab.Folder}/state" : null);
}
