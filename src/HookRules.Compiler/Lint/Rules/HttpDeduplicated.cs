using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class HttpDeduplicated() : SettingsRule("HR3049", "http-deduplicated", Severity.Warning, "Two http handlers of one URL become one request.")
{
    public override string Why => "Claude Code runs http handlers of the same URL (and the same \"if\") once per event, whatever their headers and timeouts.";

    public override string Bad => """
        {
          "hooks": {
            "Stop": [{ "hooks": [
              { "type": "http", "url": "https://example.org/hook", "headers": { "X-Kind": "log" } },
              { "type": "http", "url": "https://example.org/hook", "headers": { "X-Kind": "alert" } }
            ] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "Stop": [{ "hooks": [
              { "type": "http", "url": "https://example.org/hook?kind=log" },
              { "type": "http", "url": "https://example.org/hook?kind=alert" }
            ] }]
          }
        }
        """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from same in document.Entries.Where(entry => entry.Type == "http").GroupBy(entry => (entry.Event.Name, entry.Matcher, Url: document.StringOf(entry.Node["url"]), If: document.StringOf(entry.Node["if"])))
        where same.Key.Url is not null
        let first = same.First()
        from entry in same.Skip(1)
        where (entry.Node["headers"] is { } headers ? document.TextOf(headers) : "") != (first.Node["headers"] is { } others ? document.TextOf(others) : "")
        select Found(document.Place(entry.Node["url"]!), $"Claude Code sends one request to this URL for each {entry.Event.Name}, so these headers or those of the handler above are never sent", "tell the requests apart in the URL, for example ?kind=alert");
}
