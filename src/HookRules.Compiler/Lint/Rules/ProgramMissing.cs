using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class ProgramMissing() : GraphRule("HR2010", "program-missing", Severity.Hint, "A program that is not on this machine.")
{
    public override string Why =>
        "A run action whose program is not found fails each time. It may be there on another machine or in another PATH, so this "
        + "is a hint.";

    public override IReadOnlyDictionary<string, string>? ExampleFiles =>
        new Dictionary<string, string>(StringComparer.Ordinal) { ["tools/check"] = "true\n" };

    public override string Bad =>
        """
            on Write|Edit *.py -> run "tools/chekc {file}"
            """;

    public override string Good =>
        """
            on Write|Edit *.py -> run "tools/check {file}"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from action in compilation.Graph.Actions
        let program = action.Handler is Handler.Run { Argv: [TextValue.Text { Template: { HasFields: false } text }, ..] }
            ? text.Parts is [{ Literal: { } name }]
                ? name
                : null
            : null
        where program is not null && context.ProgramExists(program) is false
        select Found(
            action.Source,
            program.Contains('/', StringComparison.Ordinal)
                ? $"there is no program {program} below the project folder"
                : $"there is no program \"{program}\" on the PATH here",
            "install it, or mend its name"
        );
}
