using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class TextDirectionInSettings()
    : SettingsRule("HR3094", "text-direction-in-settings", Severity.Warning, "A mark in a settings file turns the direction of text.")
{
    public override string Why =>
        "Unicode has marks that turn the direction of what follows, for Hebrew and Arabic. Nobody sees them, and with them a command "
        + "can look like another one to whoever reviews the file.";

    public override string Bad => Settings("done\u202E");

    public override string Good => Settings("done");

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        var told = 0;
        for (var i = 0; i < document.Text.Length; i++)
        {
            if (!Printable.TurnsDirection(document.Text[i]))
                continue;
            var place = document.Place(i, i + 1);
            if (place.Line == told)
                continue;
            told = place.Line;
            yield return Found(
                place,
                $"the mark U+{(int)document.Text[i]:X4} turns the direction of text: this line is not what it looks like",
                "delete the mark"
            );
        }
    }

    private static string Settings(string word) =>
        $$"""
            {
              "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send '{{word}}'" }] }] }
            }
            """;
}
