using System.Collections.Immutable;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Compiler.Packs;

/// <summary>A pack as a tag of its repository has it.</summary>
/// <param name="LeftOut">Files of the tag that are not part of the copy: they would mean something to git or Claude Code where it
/// lies.</param>
internal sealed record FetchedPack(string Commit, ImmutableArray<PackFile> Files, ImmutableArray<string> LeftOut);

/// <summary>Gets packs out of git repositories, the only way on which anything comes from elsewhere.</summary>
/// <param name="environment">Of whoever runs the command.</param>
internal sealed class GitSource(Func<string, string?> environment)
{
    private const int LongestMessage = 1 << 20;
    private const long MostOnDisk = 256L << 20;
    private const string Ref = "refs/hookrules/pack";

    /// <summary>The tag's files. Nothing is checked out: git only hands over bytes, and we write the files.</summary>
    /// <exception cref="PackRefusedException">It cannot be had, or holds what a pack must not.</exception>
    public FetchedPack Fetch(PackReference.Git reference)
    {
        var temporary = Directory.CreateTempSubdirectory("hookrules-pack-");
        try
        {
            var repository = Path.Combine(temporary.FullName, "git");
            var git = new GitProcess(environment, temporary.FullName, GitAddress.SchemeOf(reference.Url));
            // Without a template there are no hooks in it either.
            Succeed(git.Run(default, LongestMessage, default, "init", "--quiet", "--bare", "--template=", repository));
            FetchInto(git, repository, reference);
            var commit = Succeed(
                git.Run(default, LongestMessage, default, "--git-dir", repository, "rev-parse", "--verify", "--quiet", $"{Ref}^{{commit}}")
            )
                .Stdout.Text.Trim();
            var (files, leftOut) = new GitTree(git, repository).Read(commit);
            return new FetchedPack(commit, files, leftOut);
        }
        finally
        {
            Remove(temporary);
        }
    }

    /// <summary>The tags of a repository; empty where it cannot be asked.</summary>
    public ImmutableArray<string> Tags(PackReference.Git reference)
    {
        const string Prefix = "refs/tags/";
        var result = new GitProcess(environment, Path.GetTempPath(), GitAddress.SchemeOf(reference.Url)).Run(
            default,
            LongestMessage,
            default,
            "ls-remote",
            "--quiet",
            "--tags",
            "--refs",
            "--",
            reference.Url
        );
        if (!result.Succeeded)
            return [];
        return
        [
            .. from line in result.Stdout.Text.Split('\n')
            let at = line.IndexOf('\t', StringComparison.Ordinal)
            where at > 0 && line.AsSpan(at + 1).StartsWith(Prefix)
            let tag = line[(at + 1 + Prefix.Length)..]
            where GitAddress.Problem(reference.Url, tag) is null
            select tag,
        ];
    }

    private void FetchInto(GitProcess git, string repository, PackReference.Git reference)
    {
        using var tooLarge = new CancellationTokenSource();
        ChildResult result;
        using (new Timer(_ => Watch(repository, tooLarge), null, 200, 200))
        {
            result = git.Run(
                default,
                LongestMessage,
                tooLarge.Token,
                "--git-dir",
                repository,
                "fetch",
                "--quiet",
                "--depth=1",
                "--no-tags",
                "--no-recurse-submodules",
                "--no-auto-maintenance",
                "--force",
                "--",
                reference.Url,
                $"refs/tags/{reference.Tag}:{Ref}"
            );
        }

        if (tooLarge.IsCancellationRequested)
            throw new PackRefusedException($"the repository is larger than {PackContent.Size(MostOnDisk)} at this tag");
        if (result.Succeeded)
            return;
        if (!result.Stderr.Text.Contains("couldn't find remote ref", StringComparison.Ordinal))
            throw new GitFailedException(GitProcess.Said(result));
        var tags = Tags(reference);
        var nearest = NearestName.Find(reference.Tag!, tags);
        throw new GitFailedException(
            $"the repository has no tag \"{reference.Tag}\""
                + (
                    nearest is not null ? $"; did you mean \"{nearest}\"?"
                    : tags.IsEmpty ? "; it has no tags at all: make one, since a branch moves"
                    : $"; it has {string.Join(", ", PackVersions.NewestFirst(tags).Take(5))}"
                )
        );
    }

    private static void Watch(string repository, CancellationTokenSource tooLarge)
    {
        try
        {
            if (new DirectoryInfo(repository).EnumerateFiles("*", SearchOption.AllDirectories).Sum(file => file.Length) > MostOnDisk)
                tooLarge.Cancel();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ObjectDisposedException)
        {
            // Files come and go while git works; the next look finds what stays.
        }
    }

    private static ChildResult Succeed(ChildResult result) =>
        result.Succeeded ? result : throw new GitFailedException(GitProcess.Said(result));

    private static void Remove(DirectoryInfo folder)
    {
        try
        {
            // git makes what it fetched read-only, which Windows would not delete.
            if (OperatingSystem.IsWindows())
                foreach (var file in folder.EnumerateFiles("*", SearchOption.AllDirectories))
                    file.Attributes = FileAttributes.Normal;
            folder.Delete(recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It lies in the system's folder of temporary files, which is emptied from time to time.
        }
    }
}
