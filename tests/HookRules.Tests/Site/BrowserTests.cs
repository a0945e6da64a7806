using System.Net;
using System.Text.RegularExpressions;
using Shouldly;

namespace HookRules.Tests.Site;

/// <summary>The playground in a real browser, as <c>tests/site</c> runs it.</summary>
public sealed partial class BrowserTests
{
    private const string Payload =
        """{"session_id":"s","transcript_path":"/t","cwd":"/home/dev/project","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"git push -f"},"tool_use_id":"x","permission_mode":"default"}""";

    [FactNeeding(Need.Browser)]
    public void ATypoIsLinted()
    {
        using var browser = new Browser();
        var page = browser.Open("on PostToolUsed Write *.py -> run \"ruff check {file}\"\n", Payload);
        Shown(page, "lint").ShouldContain("unknown event \"PostToolUsed\"; did you mean \"PostToolUse\"?");
    }

    [FactNeeding(Need.Browser)]
    public void APayloadIsSimulatedAndTheSettingsAreShown()
    {
        using var browser = new Browser();
        var page = browser.Open("use std/git-guard\non   Write *.py -> run \"ruff check {file}\"\n", Payload);
        Shown(page, "simulate").ShouldContain("matches  git-guard.forced-push");
        Shown(page, "simulate").ShouldContain("\"permissionDecision\":\"deny\"");
        Shown(page, "settings").ShouldContain("\"matcher\": \"Bash");
        Shown(page, "settings").ShouldContain("--plan-hash ");
        Shown(page, "format").ShouldContain("on Write *.py -> run \"ruff check {file}\"");
        Shown(page, "lint").ShouldBe("Nothing to find fault with.");
    }

    [FactNeeding(Need.Browser)]
    public void TheRulesOfALinkAreTextAndNothingIsAskedOfAnybody()
    {
        using var browser = new Browser();
        var page = browser.Open("on <img src=http://elsewhere.example/x onerror=document.title='taken'> -> log \"a\"\n", Payload);
        page.ShouldContain("&lt;img src=http://elsewhere.example/x");
        page.ShouldContain("<title>Playground · HookRules</title>");
        browser.Asked.ShouldNotBeEmpty();
        browser.Asked.ShouldAllBe(path => browser.Has(path));
        // Chromium asks its maker for news of itself, whatever the page.
        browser.AskedOfOthers.Where(asked => !asked.Contains("google", StringComparison.Ordinal)).ShouldBeEmpty();
    }

    private static string Shown(string page, string id) =>
        WebUtility.HtmlDecode(Pre().Matches(page).Single(pre => pre.Groups["id"].Value == id).Groups["text"].Value);

    [GeneratedRegex("<pre id=\"(?<id>[a-z]+)\"[^>]*>(?<text>[^<]*)</pre>", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Pre();
}
