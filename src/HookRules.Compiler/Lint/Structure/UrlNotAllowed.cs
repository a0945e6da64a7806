using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class UrlNotAllowed()
    : SettingsRule("HR3048", "url-not-allowed", Severity.Warning, "allowedHttpHookUrls does not allow a handler's own URL.")
{
    public override string Why =>
        "Where \"allowedHttpHookUrls\" is set, requests to any other address are blocked, silently as for the model. (Lists of "
        + "several settings files are joined, so another file may still allow it.)";

    public override string Bad =>
        """
            {
              "allowedHttpHookUrls": ["https://hooks.example.com/*"],
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "http", "url": "http://localhost:8080/stop" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "allowedHttpHookUrls": ["https://hooks.example.com/*", "http://localhost:8080/*"],
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "http", "url": "http://localhost:8080/stop" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        if (document.Root?["allowedHttpHookUrls"] is not { Kind: JsonTextKind.Array } list)
            return [];
        var allowed = list.Children.Select(child => document.StringOf(child.Value) ?? "").ToArray();
        return from entry in document.Entries
            where entry.Type == "http"
            let url = document.StringOf(entry.Node["url"])
            where url is not null && !allowed.Any(pattern => Covers(pattern, url))
            select Found(
                document.Place(entry.Node["url"]!),
                "\"allowedHttpHookUrls\" of this file does not allow this URL, so the request is blocked unless another file allows it",
                "add the URL to \"allowedHttpHookUrls\""
            );
    }

    private static bool Covers(string pattern, string url)
    {
        var at = 0;
        var parts = pattern.Split('*');
        for (var i = 0; i < parts.Length; i++)
        {
            var found =
                i == parts.Length - 1 && i > 0
                    ? (
                        url.Length - parts[i].Length >= at && url.EndsWith(parts[i], StringComparison.Ordinal)
                            ? url.Length - parts[i].Length
                            : -1
                    )
                    : url.IndexOf(parts[i], at, StringComparison.Ordinal);
            if (found < 0 || i == 0 && found > 0)
                return false;
            at = found + parts[i].Length;
        }

        return at == url.Length || parts.Length > 1;
    }
}
