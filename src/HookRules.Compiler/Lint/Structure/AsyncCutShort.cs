using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class AsyncCutShort()
    : SettingsRule("HR3045", "async-cut-short", Severity.Hint, "Async hooks die with a session of claude -p.")
{
    public override string Why =>
        "At the end of a -p session running async hooks are terminated at once, and an async hook of Stop or SessionEnd starts "
        + "just then. What must be finished has to be detached: cmd >/dev/null 2>&1 &. The timeout of an async hook is not "
        + "enforced either.";

    public override string Bad =>
        """
            {
              "hooks": {
                "SessionEnd": [{ "hooks": [{ "type": "command", "command": "save-notes", "async": true }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "SessionEnd": [{ "hooks": [{ "type": "command", "command": "save-notes >/dev/null 2>&1 &" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where
            entry.Node["async"]?.Kind == JsonTextKind.True
            && entry.Event.Name is "SessionEnd" or "Stop"
            && entry.Node["async"]?.Kind == JsonTextKind.True
        select Found(
            document.Place(entry.Node["async"]!),
            $"at the end of a -p session an async hook of {entry.Event.Name} is terminated before it is done",
            "detach what must be finished: … >/dev/null 2>&1 &"
        );
}
