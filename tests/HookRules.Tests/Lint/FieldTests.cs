using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Small inputs beside the checkout, reduced from public reports, and what lint is to say of each.</summary>
public sealed class FieldTests
{
    private static readonly string? Field = Repository.Above("shared/field") is { } above ? Path.Combine(above, "shared", "field") : null;

    [Theory]
    [InlineData("04-script-output.settings.json", "HR3064 HR3064 HR3064 HR3064 HR3065 HR3091")]
    [InlineData("05-plugin-without-wrapper/hooks/hooks.json", "HR3011")]
    [InlineData("06-wrong-level-fields.settings.json", "HR3067 HR3067 HR3067 HR3067 HR3067")]
    [InlineData("07-stop-json-block.settings.json", "HR3068 HR3068")]
    [InlineData("08-lowercase-ghosts.settings.json", "HR3052 HR3052 HR3052")]
    [InlineData("14-guard-exits-one-false-alarm.settings.json", "")]
    public void EachFileGivesWhatItsRowSays(string file, string expected)
    {
        if (Field is null)
            return;
        using var project = Copy();
        Codes(project.Run("lint", file).Error)
            .Where(code => !code.StartsWith("HR305", StringComparison.Ordinal) || code == "HR3052")
            .Order(StringComparer.Ordinal)
            .ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void MendingNeverCostsAFileItsPermissions()
    {
        if (Field is null)
            return;
        using var project = Copy();
        var before = project.Read("01-fix-voids-file.settings.json");
        project.Run("lint", "01-fix-voids-file.settings.json", "--fix").ExitCode.ShouldBe(1);
        project.Read("01-fix-voids-file.settings.json").ShouldBe(before);
    }

    private static CliProject Copy()
    {
        var project = new CliProject();
        foreach (var file in Directory.EnumerateFiles(Field!, "*", SearchOption.AllDirectories))
            project.Write(Path.GetRelativePath(Field!, file), File.ReadAllBytes(file));
        return project;
    }

    internal static IEnumerable<string> Codes(string output) =>
        output
            .Split('\n')
            .Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0]))
            .SelectMany(line => line.Split(' ', ':'))
            .Where(word => word.StartsWith("HR", StringComparison.Ordinal) && word.Length == 6);
}
