using HookRules.Engine;
using HookRules.Tests.Cli;
using HookRules.Tests.Hook;
using Shouldly;

namespace HookRules.Tests.Native;

/// <summary>Every command says and writes the same as a native program and under the JIT compiler, which runs it within the tests' own
/// process.</summary>
public sealed class SameOutputTests : IDisposable
{
    private static readonly Dictionary<string, string> Environment = new() { ["HOME"] = "/nobody", ["PATH"] = "/usr/bin:/bin" };

    private readonly CliProject jit = new() { Environment = name => Environment.GetValueOrDefault(name) };
    private readonly CliProject native = new();

    public void Dispose()
    {
        jit.Dispose();
        native.Dispose();
    }

    [NativeFact]
    public void TheExamplesInBothForms()
    {
        // Those with cases are many and alike.
        foreach (var example in Repository.Examples.Where(folder => File.Exists(Path.Combine(folder, "main.cases"))))
        {
            CopyOf(example, "main.hookrules");
            Same("lint", "main.hookrules");
            Same("compile", "main.hookrules");
            Write("main.cases", File.ReadAllBytes(Path.Combine(example, "main.cases")));
            Same("test", "--coverage");
            Same("compile", "--uninstall", "main.hookrules");
        }

        foreach (var example in Repository.Examples.Where(folder => !File.Exists(Path.Combine(folder, "main.cases"))))
        {
            foreach (var form in new[] { "main.hookrules", "hookrules.yaml" }.Where(form => File.Exists(Path.Combine(example, form))))
            {
                CopyOf(example, form);
                Same("lint", form);
                Same("lint", form, "--format", "json");
                Same("lint", form, "--format", "sarif");
                Same("compile", form, "--dry-run");
                Same("compile", form);
                Same("compile", form, "--check");
                Same("lint", ".claude/settings.json");
                Same("simulate", form, "--samples");
                Same("simulate", form, "--samples", "--format", "json");
                Same("simulate", form, "--event", "PreToolUse", "--tool", "Bash", "--set", "command=git push -f");
                Same("fmt", "--check", form);
                Same("fmt", form, "--to", form.EndsWith("yaml", StringComparison.Ordinal) ? "text" : "yaml");
                Same("import", ".claude/settings.json");
                Same("pack", "list");
                Same("pack", "list", "--format", "json");
                Same("compile", "--uninstall", form);
            }
        }
    }

    [NativeFact]
    public void RealSettingsFiles()
    {
        if (Repository.Above("shared/corpus") is not { } above)
            return;
        var files = Directory.GetFiles(Path.Combine(above, "shared/corpus"), "*.json");
        foreach (var file in files)
        {
            var name = Path.GetFileName(file);
            Write(name, File.ReadAllBytes(file));
            Same("import", name);
            Same("import", name, "--verbatim", "--yaml");
        }

        Same(["lint", "--format", "json", .. files.Select(file => Path.GetFileName(file))]);
        Same(["lint", .. files.Select(file => Path.GetFileName(file))]);
    }

    [NativeFact]
    public void WhatIsKnownIsPrinted()
    {
        Same("explain");
        Same("explain", "--format", "json");
        Same("explain", "HR1003");
        Same("events");
        Same("events", "--format", "json");
        foreach (var known in HookEvents.All)
            Same("events", known.Name);
        Same("completion", "bash");
        Same("--help");
        foreach (
            var command in new[] { "compile", "lint", "simulate", "run", "fmt", "import", "explain", "events", "pack", "init", "demo" }
        )
            Same(command, "--help");
    }

    [NativeFact]
    public void WhatIsWrongIsSaidInTheSameWords()
    {
        Same();
        Same("lnit");
        Same("lint", "--format", "xml");
        Same("lint", "missing.hookrules");
        Same("explain", "HR9999");
        Same("events", "PreToolUze");
        Same("run");
        Same("pack", "add", "std/nothing");
        Write("main.hookrules", "on Wriet *.py -> rufff\nwhere\n"u8.ToArray());
        Same("lint");
        Same("compile");
        Write("hookrules.yaml", "version: 1\nrules:\n  - on: [before\n"u8.ToArray());
        Same("lint");
        Same("simulate", "--payload", "none.json");
        Write("payload.json", """{"hook_event_name":"Stop","stop_hook_active":"yes","session_id":7}"""u8.ToArray());
        Write("hookrules.yaml", "version: 1\nrules:\n  - on Stop -> log \"x\"\n"u8.ToArray());
        Same("simulate", "--payload", "payload.json");
        Same("simulate", "--payload", "payload.json", "--format", "json");
    }

    [NativeFact]
    public void AFirstRulesFile()
    {
        Write("package.json", """{"devDependencies":{"prettier":"3.0.0","eslint":"9.0.0"},"scripts":{"test":"x"}}"""u8.ToArray());
        Write("go.mod", "module x\n"u8.ToArray());
        Same("init", "--yaml");
        Same("lint");
        Same("init");
    }

    private void Write(string file, byte[] content)
    {
        jit.Write(file, content);
        native.Write(file, content);
    }

    private void CopyOf(string example, string form)
    {
        foreach (var project in new[] { jit, native })
        {
            Directory.Delete(project.Folder, recursive: true);
            Directory.CreateDirectory(project.Folder);
        }

        foreach (var file in Directory.EnumerateFiles(example, "*", SearchOption.AllDirectories))
        {
            var path = Path.GetRelativePath(example, file);
            if (path == form || path.Contains(Path.DirectorySeparatorChar))
                Write(path, File.ReadAllBytes(file));
        }
    }

    private void Same(params string[] args)
    {
        var expected = jit.Run(args);
        var actual = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            args,
            environment: Environment,
            cwd: native.Folder
        );

        var line = "hookrules " + string.Join(' ', args);
        Neutral(actual.Stdout, native).ShouldBe(Neutral(expected.Out, jit), line);
        Neutral(actual.Stderr, native).ShouldBe(Neutral(expected.Error, jit), line);
        actual.ExitCode.ShouldBe(expected.ExitCode, line);
        native.Files.Where(IsCompared).ShouldBe(jit.Files.Where(IsCompared), line);
        foreach (var file in jit.Files.Where(IsCompared))
            Neutral(native.Read(file), native).ShouldBe(Neutral(jit.Read(file), jit), $"{file} after {line}");
    }

    // Where the programs are is said for each machine; the tests' own process has no hook beside it.
    private static bool IsCompared(string file) => file != ".claude/hookrules/local";

    private static string Neutral(string text, CliProject project) =>
        // The tests' own process is called otherwise, and the help names the program that was started.
        text.Replace(project.Folder, "/project", StringComparison.Ordinal).Replace("testhost", "hookrules", StringComparison.Ordinal);
}
