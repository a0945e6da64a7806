using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Emit;
using HookRules.Engine;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>The entries that <c>compile</c> writes, started by real shells with the real hook behind them.</summary>
public sealed class EntryTests : IDisposable
{
    private const string Watched = "watched.txt";

    private static readonly string[] Shells = ["dash", "bash --posix", "sh"];

    private readonly string root = Directory.CreateTempSubdirectory("hookrules entry-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    public static TheoryData<RuntimeMode, bool> Clients =>
        new()
        {
            { RuntimeMode.Launcher, false },
            { RuntimeMode.Launcher, true },
            { RuntimeMode.Path, false },
            { RuntimeMode.Path, true },
        };

    [Theory, MemberData(nameof(Clients))]
    public void NothingThatAnEventHoldsIsEverRunAndTheRulesDecideAllTheSame(RuntimeMode runtime, bool ignoresArgs)
    {
        var canary = Path.Combine(root, "canary");
        var hostile =
            $"a'b\"c $(touch {canary}) `touch {canary}`; touch {canary}\ntouch {canary}\n'; touch {canary}; \"; touch {canary}; #";
        using var project = Compiled(EveryEvent, runtime);
        var client = new EntryClient(project.Folder, Environment(project.Folder)) { IgnoresArgs = ignoresArgs };
        foreach (var known in HookEvents.All)
        {
            var payload = Hostile(known, hostile);
            var handlers = EntryClient.Handlers(project.Read(".claude/settings.json"), known.Name);
            handlers.ShouldNotBeEmpty(known.Name);
            foreach (var handler in handlers)
            {
                var result = client.Run(handler, payload);

                File.Exists(canary).ShouldBeFalse($"{known.Name}: {handler}");
                // Where exit 2 is all that an event honours, the decision stands on stderr; an elicitation is declined without a word.
                var said = (result.Stdout + result.Stderr).Replace("\"action\":\"decline\"", "held by the rule", StringComparison.Ordinal);
                if (Decision(known) is not null)
                    said.ShouldContain("held by the rule", customMessage: $"{known.Name}: {result}");
                said.ShouldNotContain("hookrules: ", customMessage: known.Name);
            }

            Queued(project.Folder, known.Name).ShouldBe(handlers.Count, $"{known.Name} was not queued");
        }
    }

    [Theory]
    [InlineData("plain")]
    [InlineData("with spaces")]
    [InlineData("$(touch canary)")]
    [InlineData("`touch canary`")]
    [InlineData("a;touch canary;")]
    [InlineData("it's \"quoted\" $HOME \\")]
    [InlineData("two\nlines")]
    [InlineData("-n")]
    [InlineData("${CLAUDE_PROJECT_DIR}")]
    [InlineData("'; touch canary; '")]
    [InlineData("*")]
    public void AProjectFolderOfAnyNameIsNoMoreThanAFolder(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, "p", name)).FullName;
        using var compiled = Compiled("on before Bash -> deny \"held by the rule\"", folder: folder);
        foreach (var shell in Shells)
            new EntryClient(folder, Environment(folder)) { Shell = shell.Split(' ') }
                .Run(Single(folder, "PreToolUse"), Encoding.UTF8.GetBytes(HookProject.Bash("ls")))
                .Stdout.ShouldContain("held by the rule");

        Directory.GetFiles(root, "canary", SearchOption.AllDirectories).ShouldBeEmpty();
        File.Exists("/canary").ShouldBeFalse();
    }

    [Theory]
    [InlineData("of $(touch canary) ${CLAUDE_PROJECT_DIR} it's")]
    [InlineData("a\"b`touch canary`")]
    public void TheFolderOfTheUsersOwnSettingsToo(string home)
    {
        using var project = new CliProject("on before Bash -> deny \"held by the rule\"");
        var settings = Path.Combine(root, home, ".claude", "settings.json");
        project.Run("compile", "--settings", settings).ExitCode.ShouldBe(0);

        var handler = EntryClient.Handlers(File.ReadAllText(settings), "PreToolUse").ShouldHaveSingleItem();
        foreach (var shell in Shells)
            new EntryClient("/of'another", Environment(project.Folder)) { Shell = shell.Split(' ') }
                .Run(handler, Encoding.UTF8.GetBytes(HookProject.Bash("ls")))
                .Stdout.ShouldContain("held by the rule");
        Directory.GetFiles(root, "canary", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("is gone")]
    [InlineData("is empty")]
    [InlineData("is a folder")]
    [InlineData("holds a merge conflict")]
    [InlineData("finds no runtime")]
    [InlineData("finds a runtime that does not start")]
    public void WithoutALauncherOpenRulesLetGoAndSaySoOnceASessionAndClosedOnesRefuse(string state)
    {
        using var project = Compiled(
            """
            on before Bash -> deny "no"
            on before Write -> deny "no", closed
            on UserPromptSubmit -> warn "look"
            on SessionEnd -> log "log.txt"
            on Stop -> run "true" sync closed
            on SubagentStop -> run "true" sync closed
            """
        );
        var hook = Path.Combine(project.Folder, ".claude", "hookrules", "hook");
        Break(hook, state);
        var settings = project.Read(".claude/settings.json");
        var prompt = EntryClient.Handlers(settings, "UserPromptSubmit").Single();
        var bash = EntryClient.Handlers(settings, "PreToolUse").Single(handler => !handler.TryGetProperty("onFailure", out _));
        var write = EntryClient.Handlers(settings, "PreToolUse").Single(handler => handler.TryGetProperty("onFailure", out _));
        foreach (var (shell, number) in Shells.Select((shell, number) => (shell, number)))
        {
            var environment = Environment(project.Folder, runtime: !state.StartsWith("finds", StringComparison.Ordinal));
            environment["CLAUDE_CODE_SESSION_ID"] = $"session-{number}";
            var client = new EntryClient(project.Folder, environment) { Shell = shell.Split(' ') };

            // Whatever cannot carry a message does not use it up.
            Silent(client.Run(EntryClient.Handlers(settings, "SessionEnd").Single(), "{}"u8.ToArray()), shell);
            var first = client.Run(prompt, "{}"u8.ToArray());
            first.ExitCode.ShouldBe(0, $"{shell}: {first.Stderr}");
            var message = JsonDocument.Parse(first.Stdout).RootElement.GetProperty("systemMessage").GetString()!;
            message.ShouldStartWith("hookrules: the ");
            message.ShouldContain("so the rules of this project are not applied: ");
            message.ShouldMatch("run: (hookrules compile|sh install.sh|hookrules doctor)$");
            Silent(client.Run(bash, "{}"u8.ToArray()), shell);
            Silent(client.Run(prompt, "{}"u8.ToArray()), shell);

            var closed = client.Run(write, "{}"u8.ToArray());
            closed.ExitCode.ShouldBe(1, shell);
            closed.Stdout.ShouldBe("", shell);
            closed.Stderr.ShouldContain("rules for this call must not be skipped: ", customMessage: shell);

            // Claude Code ignores onFailure on Stop, where only exit 2 holds; for good it would never end.
            var stop = EntryClient.Handlers(settings, "Stop").Single();
            // That the user was told of open rules does not use it up, nor does the end of another kind.
            foreach (var end in new[] { stop, EntryClient.Handlers(settings, "SubagentStop").Single() })
            {
                client.Run(end, "{}"u8.ToArray()).ExitCode.ShouldBe(2, shell);
                client.Run(end, "{}"u8.ToArray()).ExitCode.ShouldBe(1, shell);
            }
        }
    }

    [Fact]
    public void WhereNoFolderCanRememberItIsSaidEachTime()
    {
        using var project = Compiled("on UserPromptSubmit -> warn \"look\"");
        File.Delete(project.PathOf(".claude/hookrules/hook"));
        var environment = Environment(project.Folder);
        environment["XDG_RUNTIME_DIR"] = "/dev/null";
        var client = new EntryClient(project.Folder, environment);
        var handler = Single(project.Folder, "UserPromptSubmit");

        client.Run(handler, "{}"u8.ToArray()).Stdout.ShouldContain("systemMessage");
        client.Run(handler, "{}"u8.ToArray()).Stdout.ShouldContain("systemMessage");
    }

    [Fact]
    public void NoEntryStartsAnInterpreterAndEachIsOneLineThatNeedsNoFurtherProcess()
    {
        using var project = Compiled(EveryEvent);
        foreach (var known in HookEvents.All)
        foreach (var handler in EntryClient.Handlers(project.Read(".claude/settings.json"), known.Name))
        {
            handler.TryGetProperty("args", out _).ShouldBeFalse(known.Name);
            handler.GetProperty("command").GetString()!.ShouldNotContain("\n");
        }

        // A PATH without a single program: what starts the hook is the shell alone.
        var environment = Environment(project.Folder);
        environment["PATH"] = HookProject.RuntimeFolder;
        new EntryClient(project.Folder, environment)
            .Run(Single(project.Folder, "UserPromptSubmit"), Encoding.UTF8.GetBytes(HookProject.Payload("UserPromptSubmit")))
            .Stdout.ShouldContain("held by the rule");
    }

    [Fact]
    public void TheEntriesOfAnOlderVersionAreReplacedByTheNextCompileAndTakenAwayByUninstall()
    {
        const string foreign = """{ "type": "command", "command": "/bin/sh", "args": ["${CLAUDE_PROJECT_DIR}/.claude/hooks/mine.sh"] }""";
        const string old = """
            { "type": "command", "command": "/bin/sh", "args": ["${CLAUDE_PROJECT_DIR}/.claude/hookrules/hook", "--plan-hash", "0", "--event", "PreToolUse"], "timeout": 10 }
            """;
        using var project = new CliProject("on before Bash -> deny \"no\"\n");
        var settings = $$"""{ "hooks": { "PreToolUse": [{ "matcher": "Bash", "hooks": [{{foreign}}, {{old.Trim()}}] }] } }""";
        project.Write(".claude/settings.json", settings);

        project.Run("compile").ExitCode.ShouldBe(0);

        var commands = EntryClient
            .Handlers(project.Read(".claude/settings.json"), "PreToolUse")
            .Select(handler => handler.GetProperty("command").GetString()!)
            .ToList();
        commands.Count.ShouldBe(2);
        commands[0].ShouldBe("/bin/sh");
        commands[1].ShouldStartWith("set -- --plan-hash ");

        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        var left = project.Read(".claude/settings.json");
        left.ShouldContain("mine.sh");
        left.ShouldNotContain("hookrules");
        project.Write(".claude/settings.json", settings);
        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        project.Read(".claude/settings.json").ShouldBe(left);
    }

    private static string EveryEvent =>
        "consumer manual\n"
        + string.Concat(
            HookEvents.All.Select(known =>
            {
                var trigger = known.Name == "FileChanged" ? $"FileChanged \"{Watched}\"" : known.Name;
                return (Decision(known) is { } word ? $"on {trigger} -> {word} \"held by the rule\"\n" : "")
                    + $"on {trigger} -> {(known.Name == "WorktreeCreate" ? "shell \"pwd\" sync, " : "")}log \"log.jsonl\"\n";
            })
        );

    private static string? Decision(HookEvent known) =>
        known.Decisions.Contains(DecisionKind.Deny) ? "deny"
        : known.Decisions.Contains(DecisionKind.Block) ? "block"
        : known.Decisions.Contains(DecisionKind.Warn) ? "warn"
        : null;

    private CliProject Compiled(string rules, RuntimeMode runtime = RuntimeMode.Launcher, string? folder = null)
    {
        var project = new CliProject(rules);
        folder ??= project.Folder;
        if (folder != project.Folder)
            File.Copy(project.PathOf("main.hookrules"), Path.Combine(folder, "main.hookrules"));
        var compiled = project.Run(
            "compile",
            Path.Combine(folder, "main.hookrules"),
            "--runtime",
            runtime == RuntimeMode.Path ? "path" : "launcher"
        );
        compiled.ExitCode.ShouldBe(0, compiled.Error);
        return project;
    }

    private Dictionary<string, string> Environment(string folder, bool runtime = true) =>
        new()
        {
            ["PATH"] = (runtime ? HookProject.RuntimeFolder + ":" : "") + "/usr/bin:/bin",
            ["CLAUDE_PROJECT_DIR"] = folder,
            ["XDG_STATE_HOME"] = Path.Combine(root, "state"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(root, "run"),
            ["HOME"] = Path.Combine(root, "home"),
        };

    private int Queued(string folder, string @event)
    {
        var spool = StateFolder.Locate(folder, name => name == "XDG_STATE_HOME" ? Path.Combine(root, "state") : null).Spool("new");
        return Directory.Exists(spool)
            ? Directory.GetFiles(spool).Count(file => File.ReadAllText(file).Contains($"\"{@event}\"", StringComparison.Ordinal))
            : 0;
    }

    private static JsonElement Single(string folder, string @event) =>
        EntryClient.Handlers(File.ReadAllText(Path.Combine(folder, ".claude", "settings.json")), @event).ShouldHaveSingleItem();

    /// <summary>The event's sample with one text in each field but those that say which event and tool it is.</summary>
    private static byte[] Hostile(HookEvent known, string text)
    {
        var sample = Directory
            .GetFiles(Repository.PathOf("schemas", "samples"), known.Name + "*.json")
            .Order(StringComparer.Ordinal)
            .First(file => Path.GetFileName(file).Split('-', '.')[0] == known.Name);
        var payload = JsonNode.Parse(File.ReadAllText(sample))!;
        Fill(payload, known.Name == "FileChanged" ? $"{text}/{Watched}" : text);
        return Encoding.UTF8.GetBytes(payload.ToJsonString());
    }

    private static void Fill(JsonNode node, string text)
    {
        if (node is JsonObject members)
            foreach (var (name, value) in members.ToList())
                if (value is JsonValue && value.GetValueKind() == JsonValueKind.String)
                    members[name] = name is "hook_event_name" or "tool_name" ? value.DeepClone() : text;
                else if (value is not null)
                    Fill(value, text);
        if (node is JsonArray items)
            for (var i = 0; i < items.Count; i++)
                if (items[i] is JsonValue value && value.GetValueKind() == JsonValueKind.String)
                    items[i] = text;
                else if (items[i] is { } item)
                    Fill(item, text);
    }

    private static void Break(string hook, string state)
    {
        switch (state)
        {
            case "is gone":
                Directory.Delete(Path.GetDirectoryName(hook)!, recursive: true);
                break;
            case "is empty":
                File.WriteAllText(hook, "");
                break;
            case "is a folder":
                File.Delete(hook);
                Directory.CreateDirectory(hook);
                break;
            case "holds a merge conflict":
                File.WriteAllText(hook, $"<<<<<<< HEAD\n{File.ReadAllText(hook)}=======\n>>>>>>> theirs\n");
                break;
            case "finds a runtime that does not start":
                // A program of another machine.
                var folder = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(hook)!, "elsewhere")).FullName;
                var program = Path.Combine(folder, "hookrules-hook");
                File.WriteAllBytes(program, [0x7f, .. "ELF"u8, 2, 1, 1, 0, .. new byte[8], 3, 0, 0xf3, 0, 1, .. new byte[64]]);
                File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserExecute);
                File.WriteAllText(Path.Combine(Path.GetDirectoryName(hook)!, "local"), folder + "\n");
                break;
        }
    }

    private static void Silent(ProcessResult result, string shell)
    {
        result.ExitCode.ShouldBe(0, $"{shell}: {result.Stderr}");
        result.Stdout.ShouldBe("", shell);
    }
}
