using HookRules.Cli;

namespace HookRules.Tests.Cli;

internal sealed record CliResult(int ExitCode, string Out, string Error);

/// <summary>A temporary project, and the whole command line run in it within the test's process.</summary>
internal sealed class CliProject : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hookrules cli-").FullName;

    public CliProject(string? rules = null, string file = "main.hookrules")
    {
        Directory.CreateDirectory(Folder);
        if (rules is not null)
            Write(file, rules);
    }

    public string Folder => Path.Combine(root, "project");

    public string PathOf(string file) => Path.Combine(Folder, file);

    public string Settings => PathOf(".claude/settings.json");

    public void Write(string file, string text) => Write(file, System.Text.Encoding.UTF8.GetBytes(text));

    public void Write(string file, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        using var stream = File.Create(PathOf(file));
        stream.Write(content);
    }

    public string Read(string file) => File.ReadAllText(PathOf(file));

    public string[] Files =>
        [
            .. Directory
                .GetFiles(Folder, "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(Folder, file))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>What the commands see of the environment; nothing, unless a test needs a program.</summary>
    public Func<string, string?> Environment { get; init; } = _ => null;

    public CliResult Run(params string[] args) => Run([], args);

    public CliResult Run(byte[] input, params string[] args)
    {
        using var output = new StringWriter();
        using var error = new StringWriter();
        var cli = new HookRules.Cli.Cli(TextReader.Null, output, error, Folder, TimeProvider.System, Environment)
        {
            OpenInput = () => new MemoryStream(input),
        };
        var exit = CommandLine.Invoke(args, cli);
        return new CliResult(exit, output.ToString(), error.ToString());
    }

    public void Dispose() => Directory.Delete(root, recursive: true);
}
