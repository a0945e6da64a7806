using System.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

public sealed class PackContentTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void TheHashIsTheOneThatSha256SumGives()
    {
        Write("pack/b.sh", "b\n");
        Write("pack/a/z", "z");
        Write("pack/a-b", "");
        Write("pack/Ä", "x");

        PackContent
            .HashOf(folder.Of("pack"))
            .ShouldBe(Shell("cd pack && find . -type f -printf '%P\\0' | LC_ALL=C sort -z | xargs -0 sha256sum | sha256sum"));
        PackContent.HashOf(folder.Of("pack", "b.sh")).ShouldBe(Shell("sha256sum <pack/b.sh"));
    }

    [Theory]
    [InlineData("printf c >pack/a", "its bytes")]
    [InlineData("mv pack/a pack/b", "a name")]
    [InlineData("touch pack/c", "one more file")]
    [InlineData("mkdir pack/d && mv pack/a pack/d/", "a folder")]
    [InlineData("rm pack/a", "one file less")]
    public void EveryChangeGivesAnotherHash(string change, string what)
    {
        Write("pack/a", "a");
        Write("pack/pack.hookrules", "");
        var before = PackContent.HashOf(folder.Of("pack"));
        Shell(change);
        PackContent.HashOf(folder.Of("pack")).ShouldNotBe(before, what);
    }

    [Fact]
    public void GitsOwnFolderIsNoPartOfAPack()
    {
        Write("pack/a", "a");
        var before = PackContent.HashOf(folder.Of("pack"));
        Write("pack/.git/HEAD", "x");
        PackContent.HashOf(folder.Of("pack")).ShouldBe(before);
    }

    [Theory]
    [InlineData("ln -s ../secret pack/link", "link is a link that leaves the pack")]
    [InlineData("ln -s /etc pack/link", "link is a link that leaves the pack")]
    [InlineData("ln -s none pack/link", "link is a link to nothing; only links to files can be part of a pack")]
    [InlineData("ln -s . pack/link", "link is a link to a folder; only links to files can be part of a pack")]
    [InlineData("mkfifo pack/pipe", "pipe is neither a file nor a folder")]
    [InlineData("mkdir pack/b pack/B && touch pack/b/x pack/B/y", "B and b are one file where upper and lower case do not differ")]
    [InlineData("mkdir -p pack/a/.git && touch pack/a/.git/x", "the name a/.git is one of git's own")]
    [InlineData("mkdir -p pack/1/2/3/4/5/6/7/8/9/10/11/12/13", "the path 1/2/3/4/5/6/7/8/9/10/11/12/13 is deeper than 12 folders")]
    [InlineData("truncate -s 17M pack/zeros", "it is larger than 16 MB")]
    public void WhatAHashCannotStandForIsRefused(string change, string problem)
    {
        Write("secret", "s");
        Write("pack/pack.hookrules", "");
        Shell(change);
        Should.Throw<PackRefusedException>(() => PackContent.HashOf(folder.Of("pack"))).Message.ShouldBe(problem);
    }

    [Fact]
    public void ALinkToAFileOfThePackIsThatFile()
    {
        Write("pack/a", "a");
        Shell("cp pack/a pack/b");
        var copied = PackContent.HashOf(folder.Of("pack"));
        Shell("ln -sf a pack/b");
        PackContent.HashOf(folder.Of("pack")).ShouldBe(copied);
    }

    private void Write(string file, string text)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(folder.Of(file))!);
        using var writer = File.CreateText(folder.Of(file));
        writer.Write(text);
    }

    private string Shell(string script)
    {
        using var process = Process.Start(
            new ProcessStartInfo("/bin/sh", ["-c", script]) { WorkingDirectory = folder.Path, RedirectStandardOutput = true }
        )!;
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        process.ExitCode.ShouldBe(0, script);
        return output.Split(' ')[0];
    }
}
