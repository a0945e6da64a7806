using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Architecture;

/// <summary>The compiler's folders: each may ask those that stand before it, and no other.</summary>
public partial class CompilerRoomTests
{
    // What stands at the top (Compilation, ProjectFiles, AtomicFile) is everybody's.
    private static readonly string[] Rooms =
    [
        "Diagnostics",
        "Knowledge",
        "Settings",
        "Rules.Syntax",
        "Rules.Format",
        "Emit",
        "Packs",
        "Rules.Binding",
        "Lint",
        "Checks",
        "Import",
        "Init",
        "Graphs",
    ];

    [Fact]
    public void AFolderAsksOnlyThoseBeforeIt() =>
        (
            from source in Sources()
            from room in Asked(source.Text)
            where Place(room) > Place(source.Room)
            select $"{source.Name} asks {room}"
        ).ShouldBeEmpty();

    [Fact]
    public void ANamespaceIsItsFolder() =>
        Sources()
            .Where(source => !$"\n{source.Text}".Contains($"\nnamespace HookRules.Compiler.{source.Folder};", StringComparison.Ordinal))
            .Select(source => source.Name)
            .ShouldBeEmpty();

    private static int Place(string room) =>
        Array.IndexOf(Rooms, room) is >= 0 and var place
            ? place
            : throw new Xunit.Sdk.XunitException($"the folder {room} of the compiler has no place in the order: give it one here");

    private static IEnumerable<string> Asked(string text) => Mention().Matches(text).Select(match => match.Groups["room"].Value).Distinct();

    private static IEnumerable<(string Name, string Folder, string Room, string Text)> Sources() =>
        from folder in Directory.GetDirectories(Repository.PathOf("src", "HookRules.Compiler"))
        where Path.GetFileName(folder) is not ("bin" or "obj")
        from file in Directory.EnumerateFiles(folder, "*.cs", SearchOption.AllDirectories)
        let name = Path.GetRelativePath(Repository.PathOf("src", "HookRules.Compiler"), file).Replace('\\', '/')
        let inside = Path.GetDirectoryName(name)!.Replace('\\', '.').Replace('/', '.')
        select (name, inside, Asked($"HookRules.Compiler.{inside}").Single(), File.ReadAllText(file));

    [GeneratedRegex(@"HookRules\.Compiler\.(?<room>Rules\.[A-Z][a-z]+|[A-Z]\w*)")]
    private static partial Regex Mention();
}
