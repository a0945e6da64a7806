using System.Collections;
using System.Collections.Immutable;
using System.Reflection;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Cli.Demo;

/// <summary>A line of <c>runs.jsonl</c>, as far as the demonstration looks at it.</summary>
internal sealed record DemoRun(string Action, string Command, DateTimeOffset Started, TimeSpan Took, int? ExitCode, int Consumer);

/// <summary>A temporary project with the files of examples/quickstart, and a state folder of its own.</summary>
internal sealed class DemoProject : IDisposable
{
    private const string Example = "quickstart/";

    private readonly DirectoryInfo root = Directory.CreateTempSubdirectory("hookrules-demo-");

    public DemoProject()
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(Example, StringComparison.Ordinal)))
        {
            var path = File(name[Example.Length..].Replace('\\', '/'));
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            using var from = assembly.GetManifestResourceStream(name)!;
            using var to = System.IO.File.Create(path);
            from.CopyTo(to);
        }
    }

    public string Folder => Path.Combine(root.FullName, "project");

    private string StateHome => Path.Combine(root.FullName, "state");

    private StateFolder State => StateFolder.Locate(Folder, name => name == "XDG_STATE_HOME" ? StateHome : null);

    public string File(string path) => Path.Combine(Folder, path);

    /// <summary>What Claude Code gives to its hooks: its own environment and a few variables more.</summary>
    public ImmutableArray<KeyValuePair<string, string>> Environment(string session)
    {
        var variables = System
            .Environment.GetEnvironmentVariables()
            .Cast<DictionaryEntry>()
            .ToDictionary(variable => (string)variable.Key, variable => (string)variable.Value!, StringComparer.Ordinal);
        variables["CLAUDE_PROJECT_DIR"] = Folder;
        variables["CLAUDE_CODE_SESSION_ID"] = session;
        variables["CLAUDECODE"] = "1";
        variables["XDG_STATE_HOME"] = StateHome;
        return [.. variables];
    }

    /// <summary>Nothing waits in the queue and nothing is being worked on.</summary>
    public bool IsIdle => !Envelopes("new").Any() && !Envelopes("claimed").Any();

    public string Errors => System.IO.File.Exists(State.Errors) ? System.IO.File.ReadAllText(State.Errors) : "";

    public ImmutableArray<DemoRun> Runs()
    {
        if (!System.IO.File.Exists(State.Runs))
            return [];
        // The consumer may be writing the last line.
        return
        [
            .. from line in System.IO.File.ReadAllText(State.Runs).Split('\n').SkipLast(1)
            let json = JsonDocument.Parse(line).RootElement
            where json.GetProperty("kind").GetString() == "run"
            select Read(json),
        ];
    }

    /// <summary>Ends the consumer, which would wait ten minutes for more, and leaves no trace.</summary>
    public void Dispose()
    {
        if (Runs().Select(run => run.Consumer).FirstOrDefault() is > 0 and var consumer)
            ChildProcess.Run(
                new ChildSpec
                {
                    Argv =
                    [
                        "/bin/sh",
                        "-c",
                        $"kill -TERM {consumer}; for i in 1 2 3 4 5 6 7 8 9 10; do kill -0 {consumer} || exit 0; sleep 0.05; done",
                    ],
                    Folder = "/",
                    Environment = Environment(""),
                }
            );
        try
        {
            root.Delete(recursive: true);
        }
        catch (IOException)
        {
            // The consumer wrote a last line while its folder was removed; what is left is a few bytes in the temporary folder.
        }
    }

    private IEnumerable<string> Envelopes(string folder) =>
        Directory.Exists(State.Spool(folder)) ? Directory.EnumerateFiles(State.Spool(folder), "*-*.json", SearchOption.AllDirectories) : [];

    private static DemoRun Read(JsonElement line)
    {
        var command = line.GetProperty("cmd").GetString()!;
        return new DemoRun(
            line.GetProperty("action").GetString()!,
            command,
            DateTimeOffset.FromUnixTimeMilliseconds(line.GetProperty("start_ms").GetInt64()),
            TimeSpan.FromMilliseconds(line.GetProperty("duration_ms").GetInt64()),
            line.GetProperty("exit_code") is { ValueKind: JsonValueKind.Number } code ? code.GetInt32() : null,
            // What runs inside the consumer has its number, everything else was started by it.
            line.GetProperty(command.StartsWith("log ", StringComparison.Ordinal) ? "pid" : "ppid").GetInt32()
        );
    }
}
