using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HttpDeduplicated()
    : SettingsRule("HR3049", "http-deduplicated", Severity.Warning, "Two http handlers of one URL become one request.")
{
    public override string Why =>
        "Claude Code runs http handlers of the same URL (and the same \"if\") once per event, whatever their headers and timeouts.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [
                  { "type": "http", "url": "https://example.org/hook", "headers": { "X-Kind": "log" } },
                  { "type": "http", "url": "https://example.org/hook", "headers": { "X-Kind": "alert" } }
                ] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [
                  { "type": "http", "url": "https://example.org/hook?kind=log" },
                  { "type": "http", "url": "https://example.org/hook?kind=alert" }
                ] }]
              }
            }
            """;

    private const int MostHandlers = 50;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from same in document
            .Entries.Where(entry => entry.Type == "http")
            .GroupBy(entry => (entry.Event.Name, Url: document.StringOf(entry.Node["url"]), If: document.StringOf(entry.Node["if"])))
        where same.Key.Url is not null
        let handlers = same.ToArray()
        from index in Enumerable.Range(1, handlers.Length - 1)
        let entry = handlers[index]
        where handlers.Take(Math.Min(index, MostHandlers)).Any(other => Headers(other) != Headers(entry) && Overlap(other, entry))
        select Found(
            document.Place(entry.Node["url"]!),
            $"Claude Code sends one request to this URL for each {entry.Event.Name}, so these headers or those of the handler "
                + "above are never sent",
            "tell the requests apart in the URL, for example ?kind=alert"
        );

    private static string Headers(HookHandler entry) => entry.Node["headers"] is { } headers ? entry.Document.TextOf(headers) : "";

    /// <summary>Both surely run for one and the same event.</summary>
    private static bool Overlap(HookHandler one, HookHandler other)
    {
        if (
            one.Matcher == other.Matcher
            || one.MatcherText is null or { IsEverything: true }
            || other.MatcherText is null or { IsEverything: true }
        )
            return true;
        var (first, second) = (one.MatcherText, other.MatcherText);
        return first.IsList && second.IsList
            ? first.Names.Any(second.Names.Contains)
            : one.Event.IsToolEvent && first.Tools() is { } some && second.Tools() is { } more && some.Any(more.Contains);
    }
}
