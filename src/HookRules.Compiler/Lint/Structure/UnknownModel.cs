using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class UnknownModel()
    : SettingsRule("HR3051", "unknown-model", Severity.Warning, "The model of a prompt or agent handler is an alias or a whole name.")
{
    public override string Why =>
        "\"claude-haiku\" is neither an alias (haiku, sonnet, opus) nor the whole name of a model (claude-haiku-4-5). Without "
        + "\"model\" a small fast one is taken.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "prompt", "prompt": "Is the work done? $ARGUMENTS", "model": "claude-haiku" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "prompt", "prompt": "Is the work done? $ARGUMENTS", "model": "haiku" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Type is "prompt" or "agent"
        let model = document.StringOf(entry.Node["model"])
        where model is "claude-haiku" or "claude-sonnet" or "claude-opus" or "gpt-4" or "gpt-4o" or "Haiku" or "Sonnet" or "Opus"
        select Found(
            document.Place(entry.Node["model"]!),
            $"\"{model}\" is no model that Claude Code documents",
            "write haiku, sonnet or opus, or the whole name of a model, or leave it out"
        );
}
