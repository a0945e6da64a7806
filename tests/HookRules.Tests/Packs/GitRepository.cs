using System.Diagnostics;
using System.Text;
using HookRules.Tests.Runtime;

namespace HookRules.Tests.Packs;

/// <summary>A real git repository in a folder of its own, as somebody who publishes a pack has one.</summary>
internal sealed class GitRepository : IDisposable
{
    private readonly TestFolder folder = new();

    public GitRepository()
    {
        Git("init", "--quiet", "--initial-branch=main");
    }

    public string Url => $"file://{folder.Path}";

    /// <summary>How rules name a tag of it.</summary>
    public string Reference(string tag) => $"git+{Url}#{tag}";

    public string PathOf(params string[] parts) => folder.Of(parts);

    public GitRepository Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(PathOf(file))!);
        using var stream = File.Create(PathOf(file));
        stream.Write(Encoding.UTF8.GetBytes(text));
        return this;
    }

    /// <summary>Commits all that there is, and tags it.</summary>
    /// <returns>The commit.</returns>
    public string Tag(string tag)
    {
        Git("add", "--all", "--force", ".");
        return TagIndex(tag);
    }

    /// <summary>The same with what the index holds, which need not be in the folder.</summary>
    public string TagIndex(string tag)
    {
        Git("commit", "--quiet", "--allow-empty", "--message", tag);
        Git("tag", "--force", tag);
        return Git("rev-parse", "HEAD").Trim();
    }

    /// <summary>Puts bytes into the index under a name and mode that no folder could hold.</summary>
    public GitRepository Index(string mode, string path, string content)
    {
        var id = mode == "160000" ? new string('1', 40) : Run(content, "hash-object", "-w", "--stdin").Trim();
        Git("-c", "core.protectHFS=false", "-c", "core.protectNTFS=false", "update-index", "--add", "--cacheinfo", $"{mode},{id},{path}");
        return this;
    }

    public string Git(params string[] arguments) => Run("", arguments);

    public string Run(string input, params string[] arguments)
    {
        var start = new ProcessStartInfo("git")
        {
            WorkingDirectory = folder.Path,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (
            var argument in (string[])
                [
                    "-c",
                    "user.name=t",
                    "-c",
                    "user.email=t@example.com",
                    "-c",
                    "commit.gpgsign=false",
                    "-c",
                    "tag.gpgsign=false",
                    .. arguments,
                ]
        )
            start.ArgumentList.Add(argument);
        start.Environment["GIT_CONFIG_GLOBAL"] = "/dev/null";
        using var process = Process.Start(start)!;
        var errors = process.StandardError.ReadToEndAsync();
        process.StandardInput.Write(input);
        process.StandardInput.Close();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0 ? output : throw new InvalidOperationException($"git {string.Join(' ', arguments)}: {errors.Result}");
    }

    public void Dispose() => folder.Dispose();
}
