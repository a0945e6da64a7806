using System.Text.RegularExpressions;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Architecture;

/// <summary>No line of the code is wider than a screen. Raw strings are excepted: there a line break would be part of the text.</summary>
public partial class LineWidthTests
{
    private const int Widest = 140;

    [Theory]
    [InlineData("src")]
    [InlineData("tests")]
    public void NoLineIsWiderThanAScreen(string folder) =>
        (
            from file in Directory.EnumerateFiles(Repository.PathOf(folder), "*.cs", SearchOption.AllDirectories)
            let name = Path.GetRelativePath(Repository.PathOf(), file).Replace('\\', '/')
            where !name.Contains("/bin/", StringComparison.Ordinal) && !name.Contains("/obj/", StringComparison.Ordinal)
            from line in WideLines(File.ReadAllText(file))
            select $"{name}:{line}"
        ).ShouldBeEmpty($"break these lines, or give a part of them a name ({Widest} columns are the most)");

    [Fact]
    public void OnlyTheTextOfARawStringMayBeWider()
    {
        var wide = new string('x', Widest);
        WideLines($"short\nvar a = \"{wide}\";\n// {wide}\n{wide}\n").ShouldBe([2, 3]);
        WideLines($"var a = \"\"\"\n    {wide}\n    {wide}\n    \"\"\";\nvar b = {wide};\n").ShouldBe([5]);
        WideLines($"// a comment with \"\"\" in it\nvar b = {wide};\n").ShouldBe([2]);
        WideLines($"var a = \"\\\"\" + @\"\"\"\"\"\"\";\nvar b = {wide};\n").ShouldBe([2]);
    }

    private static IEnumerable<int> WideLines(string text)
    {
        var raw = Token().Matches(text).Where(token => token.Groups["raw"].Success).ToList();
        var at = 0;
        foreach (var (index, line) in text.Split('\n').Index())
        {
            var (start, end) = (at, at + line.Length);
            at = end + 1;
            var isText = raw.Exists(literal => literal.Index <= end && start < literal.Index + literal.Length);
            if (!isText && line.TrimEnd('\r').Length > Widest)
                yield return index + 1;
        }
    }

    // Comments and other strings are read too, so that three quotes inside of them begin nothing.
    [GeneratedRegex(
        """
            //[^\n]* |
            (?<raw>(?>(?<quotes>"{3,}))[\s\S]*?\k<quotes>(?!")) |
            @\$?"(?:[^"]|"")*"(?!") | \$@"(?:[^"]|"")*"(?!") |
            '(?:\\.|[^'\\\n])+' |
            "(?:\\.|[^"\\\n])*"
            """,
        RegexOptions.IgnorePatternWhitespace
    )]
    private static partial Regex Token();
}
