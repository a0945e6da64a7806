using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class AllowOverridesNothing()
    : GraphRule("HR2014", "allow-overrides-nothing", Severity.Hint, "allow never overrules the user's own deny rules.")
{
    public override string Why =>
        "allow only saves the question. Where permissions in settings.json deny or ask, they win, and so does a deny of any other hook.";

    public override string Bad =>
        """
            on before Read -> allow "reading is harmless"
            """;

    public override string Good =>
        """
            on before Read .env -> ask "This file holds secrets. Really?"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where rule.Decisions.Any(step => step.Kind == DecisionKind.Allow)
        select Found(
            rule.Source,
            "allow saves the question, but never overrules a deny or ask rule of the user's permissions",
            "nothing to do if that is meant"
        );
}
