using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime;
using Shouldly;

namespace HookRules.Tests.Packs;

/// <summary>A real git repository in a temporary folder, with stand-ins for tools, in which the actions of a pack are run as the consumer
/// and the hook run them.</summary>
internal sealed class PackRepository : IDisposable
{
    /// <summary>All that scripts may rely on; whatever else this machine has is not on their PATH.</summary>
    private static readonly string[] Programs =
    [
        "sh",
        "git",
        "grep",
        "sed",
        "head",
        "tail",
        "cat",
        "cmp",
        "mktemp",
        "rm",
        "cp",
        "mkdir",
        "mv",
        "date",
        "ls",
    ];

    private readonly TestFolder root = new();

    public PackRepository(bool isGit = true)
    {
        Directory.CreateDirectory(Folder);
        Directory.CreateDirectory(Home);
        foreach (var program in Programs)
            File.CreateSymbolicLink(Path.Combine(Directory.CreateDirectory(Bin).FullName, program), Found(program));
        if (isGit)
            Git("init", "--quiet", "--initial-branch=main").ShouldBe("");
    }

    /// <summary>A name that every script has to quote.</summary>
    public string Folder => root.Of("-my project");

    public string Home => root.Of("home");

    private string Bin => root.Of("bin");

    private string Records => root.Of("records");

    public string PathOf(string file) => Path.Combine(Folder, file);

    public void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        using var stream = File.Create(PathOf(file));
        stream.Write(Encoding.UTF8.GetBytes(text));
    }

    public string Read(string file) => File.ReadAllText(PathOf(file));

    /// <summary>A program that notes how it was started.</summary>
    /// <param name="name">Below the project; with <c>$</c> before it on the PATH.</param>
    /// <param name="script">What it does besides.</param>
    public void StandIn(string name, string script)
    {
        var path = name[0] == '$' ? Path.Combine(Bin, name[1..]) : PathOf(name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        using (var file = new StreamWriter(path))
            file.Write(
                $"#!/bin/sh\n{{ printf '%s in %s:' '{name}' \"$PWD\"; for one do printf ' [%s]' \"$one\"; done; echo; }} "
                    + $">>'{Records}'\n{script}\n"
            );
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>What the stand-ins noted, with paths relative to the project.</summary>
    public string Noted => File.Exists(Records) ? Short(File.ReadAllText(Records)) : "";

    public string Short(string text) =>
        text.Replace(Folder + "/", "./", StringComparison.Ordinal)
            .Replace(Folder, ".", StringComparison.Ordinal)
            .Replace(root.Path, "…", StringComparison.Ordinal);

    public string Git(params string[] args)
    {
        var result = RealProcess.Run(
            "git",
            ["-C", Folder, "-c", "user.name=dev", "-c", "user.email=dev@localhost", .. args],
            environment: new Dictionary<string, string> { ["HOME"] = Home, ["GIT_CONFIG_NOSYSTEM"] = "1" }
        );
        return result.ExitCode == 0 ? result.Stdout.Trim() : $"exit {result.ExitCode}: {result.Stderr}";
    }

    public void Commit()
    {
        Git("add", "--all").ShouldBe("");
        Git("commit", "--quiet", "--message=work").ShouldBe("");
    }

    /// <summary>Runs what a rules file does on one event, and what each action of it ended with.</summary>
    /// <param name="fields">Of the payload, or of the tool's input where there is a tool.</param>
    public IReadOnlyList<ChildResult> Run(string rules, string @event, string? tool = null, JsonObject? fields = null)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", rules + "\n"));
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        var json = JsonNode.Parse(Samples.Read(Samples.Find(@event, tool)!))!.AsObject();
        json["cwd"] = Folder;
        foreach (var (name, value) in fields ?? [])
            (tool is null ? json : json["tool_input"]!.AsObject())[name] = value?.DeepClone();
        var payload = Payload.TryParse(JsonSerializer.SerializeToUtf8Bytes(json), out _)!;

        var actions = compilation.Graph.Actions.ToDictionary(action => action.Name);
        var matched = Router.Route(payload, compilation.Graph.Rules, new RouteContext(Folder)).Matched;
        return
        [
            .. matched
                .SelectMany(rule => rule.Sync.Concat(rule.QueuedBranches))
                .Select(branch => Run(actions[branch.Action], branch.Options, payload)),
        ];
    }

    private ChildResult Run(ActionDefinition action, BranchOptions options, Payload payload)
    {
        var invocation = Invocation
            .Of(action, options, payload, new InvocationContext(Folder, Variable))
            .ShouldBeOfType<Invocation.Process>();
        return ChildProcess.Run(
            new ChildSpec
            {
                Argv = invocation.Argv,
                Folder = Folder,
                Environment = invocation.Environment,
                Stdin = payload.Json,
                Timeout = TimeSpan.FromMinutes(1),
            }
        );
    }

    private string? Variable(string name) =>
        name switch
        {
            "PATH" => Bin,
            "HOME" => Home,
            "TMPDIR" => Directory.CreateDirectory(root.Of("tmp")).FullName,
            _ => null,
        };

    private static string Found(string program) =>
        Environment.GetEnvironmentVariable("PATH")!.Split(':').Select(folder => Path.Combine(folder, program)).First(File.Exists);

    /// <summary>No script may leave a file behind.</summary>
    public void Dispose()
    {
        var left = Directory.Exists(root.Of("tmp")) ? Directory.GetFileSystemEntries(root.Of("tmp")) : [];
        root.Dispose();
        left.ShouldBeEmpty();
    }
}
