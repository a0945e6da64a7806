using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using NJsonSchema;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

public sealed class PackLockTests : IDisposable
{
    private static readonly string Hash = new('a', 64),
        Commit = new('b', 40);

    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    public static IEnumerable<object[]> Locks =>
        Repository.Table("Packs/locks.cases").Select(row => new object[] { row[0], row.ElementAtOrDefault(1) ?? "" });

    public static IEnumerable<object[]> Addresses =>
        Repository.Table("Packs/addresses.cases").Select(row => new object[] { row[0], row.ElementAtOrDefault(1) ?? "" });

    [Theory, MemberData(nameof(Locks))]
    public async Task ALockIsReadOrItIsSaidWhereItIsDamaged(string line, string said)
    {
        var text = line.TrimEnd('|', ' ').Replace("\\n", "\n").Replace("HASH", Hash).Replace("COMMIT", Commit);
        Write(text);
        var problems = new List<Diagnostic>();

        var packs = PackLockReader.Read(folder.Of("hookrules.lock"), "hookrules.lock", problems);

        string.Join('\n', problems.Select(problem => $"{problem.At.Line}:{problem.At.Column} {problem.Code} {problem.Message}"))
            .ShouldBe(said);
        (packs is null).ShouldBe(said.Length > 0);
        if (said.Length > 0)
            return;
        var schema = await JsonSchema.FromFileAsync(Repository.PathOf("schemas", "lock.schema.json"));
        schema.Validate(text).ShouldBeEmpty();
    }

    [Fact]
    public async Task ALockIsWrittenAsItIsReadAndAlwaysInOneOrder()
    {
        LockedPack[] packs =
        [
            new("std/git-guard", "git-guard", "1.0.0", null, Hash),
            new("./packs/ä.hookrules", "a", null, null, Hash),
            new("git+file:///p#v1", "p", "1", Commit, Hash),
        ];

        var text = new PackLock([.. packs]).ToText();
        new PackLock([.. packs.Reverse()]).ToText().ShouldBe(text);
        Write(Encoding.UTF8.GetString(text));
        PackLockReader.Read(folder.Of("hookrules.lock"), "x", [])!.Packs.ShouldBe(packs, ignoreOrder: true);
        Encoding
            .UTF8.GetString(text)
            .ShouldStartWith(
                "{\n  \"version\": 1,\n  \"packs\": [\n    {\n      \"pack\": \"./packs/ä.hookrules\",\n      \"name\": \"a\",\n"
            );
        (await JsonSchema.FromFileAsync(Repository.PathOf("schemas", "lock.schema.json")))
            .Validate(Encoding.UTF8.GetString(text))
            .ShouldBeEmpty();
    }

    [Fact]
    public void AFileThatIsNotThereIsTheEmptyLock() => PackLockReader.Read(folder.Of("none"), "x", []).ShouldBe(PackLock.Empty);

    [Theory, MemberData(nameof(Addresses))]
    public void OnlyPlainAddressesAndTagsAreGivenToGit(string reference, string said)
    {
        var problems = new List<Diagnostic>();
        var parsed = PackReference.Parse(reference.TrimEnd('|', ' '), new SourceRef("x", 1, 1, 1, 1), problems);

        problems.Select(problem => problem.Message).ShouldBe(said.Length == 0 ? [] : [$"\"{reference}\" names no pack: {said}"]);
        (parsed is PackReference.Git).ShouldBe(said.Length == 0);
    }

    [Theory]
    [InlineData("v1.9.0", "v1.10.0", "v1.10.0")]
    [InlineData("1.0.0", "v1.0.0", null)]
    [InlineData("v2.0.0-rc.1", "v2.0.0", "v2.0.0")]
    [InlineData("v1.0.0", "v2.0.0-rc.1", null)]
    [InlineData("v1", "latest", null)]
    [InlineData("stable", "v2", null)]
    public void ANewerTagIsAFinishedVersionAboveTheOneInUse(string used, string other, string? newer) =>
        PackVersions.NewerThan(used, [used, other]).ShouldBe(newer);

    private void Write(string text)
    {
        using var writer = File.CreateText(folder.Of("hookrules.lock"));
        writer.Write(text);
    }
}
