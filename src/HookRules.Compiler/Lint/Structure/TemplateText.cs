using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class TemplateText()
    : SettingsRule("HR3008", "template-text", Severity.Error, "Template tags in a settings file that nothing renders void it.")
{
    public override string Why =>
        "Tags such as {{ if }} or {% %} are for the program that renders a template. Where Claude Code finds them, the file is no "
        + "JSON and is dropped as a whole, permissions included. Give the template another name and let its program write "
        + "settings.json.";

    public override string Bad =>
        """
            {
              {{ if eq .os "darwin" }}
              "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "afplay done.aiff" }] }] }
              {{ end }}
            }
            """;

    public override string Good =>
        """
            {
              "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "afplay done.aiff" }] }] }
            }
            """;

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from error in document.Errors.Where(error => error.Kind == JsonErrorKind.Template).Take(1)
        select Found(
            document.Place(error.Start, error.End),
            "a template tag is not JSON: as it stands, Claude Code drops the whole file, permissions included",
            "keep the template under another name and render it into this file"
        );
}
