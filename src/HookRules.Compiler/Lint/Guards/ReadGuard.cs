using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class ReadGuard()
    : SettingsRule("HR3073", "read-guard", Severity.Hint, "A hook on Read does not see files that are mentioned with @.")
{
    public override string Why =>
        "A file that the user mentions as @path is put into the prompt without a call of Read, so no PreToolUse hook sees it. "
        + "Secrets are better kept by a deny rule in permissions: Read(./.env).";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Read", "hooks": [{ "type": "command", "command": "guard-secrets" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "permissions": { "deny": ["Read(./.env)"] },
              "hooks": {
                "PreToolUse": [{ "matcher": "Read", "hooks": [{ "type": "command", "command": "guard-secrets" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where
            entry.Event.Name == "PreToolUse"
            && entry.Matcher.Split('|', ',').Any(name => name.Trim() == "Read")
            && (entry.LooksLikeGuard || entry.SaysExitTwo)
        where
            entry.Texts.Any(text =>
                text.Text.Contains("secret", StringComparison.OrdinalIgnoreCase)
                || text.Text.Contains(".env", StringComparison.Ordinal)
                || text.Text.Contains("credential", StringComparison.OrdinalIgnoreCase)
            )
        where
            !(document.Root!["permissions"]?["deny"]?.Children ?? []).Any(child =>
                document.StringOf(child.Value)?.StartsWith("Read(", StringComparison.Ordinal) is true
            )
        select Found(
            document.Place(entry.MatcherNode!),
            "files mentioned as @path do not pass this guard",
            "add a deny rule to permissions, such as \"Read(./.env)\""
        );
}
