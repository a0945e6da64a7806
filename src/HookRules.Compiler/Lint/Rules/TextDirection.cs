using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class TextDirection()
    : GraphRule("HR2020", "text-direction", Severity.Warning, "A mark turns the direction of text: what is shown is not what counts.")
{
    public override string Why =>
        "Unicode has marks that turn the direction of what follows, for Hebrew and Arabic. Nobody sees them, and with them a rule can "
        + "look like another one: a command in front of a reviewer's eyes is a comment, or the other way round.";

    public override string Bad => "on Stop -> notify \"done\u202E\"\n";

    public override string Good => "on Stop -> notify \"done\"\n";

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from source in compilation.Sources
        where source.Text.Any(Printable.TurnsDirection)
        from line in Enumerable.Range(1, source.LineCount)
        let column = Column(source.Line(line))
        where column > 0
        select Found(
            new SourceRef(source.Path, line, column, line, column + 1),
            $"the mark U+{(int)source.Line(line)[column - 1]:X4} turns the direction of text: this line is not what it looks like",
            "delete the mark"
        );

    /// <summary>Of the first mark, counted from 1; 0 where there is none.</summary>
    private static int Column(ReadOnlySpan<char> line)
    {
        for (var i = 0; i < line.Length; i++)
            if (Printable.TurnsDirection(line[i]))
                return i + 1;
        return 0;
    }
}
