using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Cli.Commands;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Simulation.Replays;

namespace HookRules.Cli.Reports;

/// <summary>Prints what a replay found: for people, for programs, for a pull request.</summary>
internal static class ReplayReport
{
    private const int LongestDetail = 100;

    /// <param name="against">What was compared with; null is what was recorded.</param>
    public static void Write(Cli cli, ReplayCommand.Format format, ReplayResult result, string? against)
    {
        switch (format)
        {
            case ReplayCommand.Format.Json:
                cli.Print(output => WriteJson(output, result, against));
                break;
            case ReplayCommand.Format.Markdown:
                cli.Out.Write(Markdown(result, against));
                break;
            default:
                WriteText(cli, result, against);
                break;
        }
    }

    private static void WriteText(Cli cli, ReplayResult result, string? against)
    {
        var report = new Report(cli);
        foreach (var sentence in Sentences(result, against))
            report.Line(sentence);
        foreach (var rule in result.Changes.GroupBy(change => change.Rule))
        {
            report.Heading(rule.Key);
            foreach (var change in rule)
            {
                report.Line($"  {Times(change)}", $"{Direction(change)} {change.What}");
                foreach (var example in change.Examples)
                    report.Line($"    {About(example)}", Report.Faint);
            }
        }

        if (result.UnknownRules.IsEmpty)
            return;
        report.Heading("Unknown: it depends on what was left out of the record");
        foreach (var rule in result.UnknownRules)
            report.Line($"  {rule.Events}×", $"{rule.Rule}: {string.Join(", ", rule.Fields)}");
    }

    /// <summary>What there is to say before any table; plain text.</summary>
    private static IEnumerable<string> Sentences(ReplayResult result, string? against)
    {
        var differ = result.Different == 0 ? "none would be decided, queued or told differently" : Differences(result);
        yield return (against is null ? "" : $"compared with {against}: ")
            + $"of {Number(result.Events)} event{(result.Events == 1 ? "" : "s")} {differ}; "
            + $"{Number(result.Same)} the same, {Number(result.Unknown)} unknown";
        if (result.OtherRules > 0)
            yield return $"{Human.Count(result.OtherRules, "event")} passed over: other rules decided on them";
        if (result.HasGoneRules)
            yield return "rules were changed since then, and what they queued is not recorded: --against git:REV compares both";
    }

    private static string Differences(ReplayResult result)
    {
        var parts = result.Verdicts.Select(one => $"{Number(one.Events)} would be {Would(one.WouldBe)} that {Was(one.Was)}").ToList();
        if (result.Different - result.Verdicts.Sum(one => one.Events) is var others and > 0)
            parts.Add($"{Number(others)} would be queued or told differently");
        return string.Join(", ", parts);
    }

    private static string Would(string? verdict) =>
        verdict switch
        {
            null => "let through",
            "deny" => "denied",
            "block" => "blocked",
            "stop" => "stopped",
            "defer" => "deferred",
            "ask" => "asked about",
            _ => "allowed",
        };

    private static string Was(string? verdict) => $"were {Would(verdict)}";

    private static string Times(ReplayChange change) => $"{Number(change.Events)}×";

    private static string Direction(ReplayChange change) => change.IsNew ? "now" : "no more";

    private static string About(ReplayExample example)
    {
        var what = string.Join(' ', new[] { example.Event, example.Tool, example.About }.OfType<string>());
        return Human.Short(example.Detail.Length == 0 ? what : $"{what} → {example.Detail}", LongestDetail);
    }

    private static string Number(int number) => number.ToString("#,0", CultureInfo.InvariantCulture);

    private static string Markdown(ReplayResult result, string? against)
    {
        var text = new StringBuilder("### Recorded events, replayed\n\n");
        foreach (var sentence in Sentences(result, against))
            text.Append(Escaped(char.ToUpperInvariant(sentence[0]) + sentence[1..])).Append(".\n\n");
        if (!result.Changes.IsEmpty)
        {
            text.Append("| rule | | what | events | for example |\n|---|---|---|--:|---|\n");
            foreach (var change in result.Changes)
            {
                var example = change.Examples.Count > 0 ? Code(About(change.Examples[0])) : "";
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"| {Escaped(change.Rule)} | {Direction(change)} | {Escaped(change.What)} | {Number(change.Events)} | {example} |\n"
                );
            }

            text.Append('\n');
        }

        if (!result.UnknownRules.IsEmpty)
        {
            text.Append("Unknown, since it depends on what was left out of the record:\n\n");
            foreach (var rule in result.UnknownRules)
                text.Append(
                    CultureInfo.InvariantCulture,
                    $"- {Human.Count(rule.Events, "event")}: {Escaped(rule.Rule)} looks at {Escaped(string.Join(", ", rule.Fields))}\n"
                );
        }

        return text.ToString();
    }

    /// <summary>A character that means something to Markdown or HTML, or that makes a name a mention, stands for itself.</summary>
    private static string Escaped(string text)
    {
        var escaped = new StringBuilder();
        foreach (var c in Printable.Line(text))
        {
            if (c is '\\' or '`' or '*' or '_' or '[' or ']' or '|' or '#' or '~' or '!')
                escaped.Append('\\').Append(c);
            else
                escaped.Append(Html(c));
        }

        return escaped.ToString();
    }

    /// <summary>As code in a cell of a table: no Markdown is read in it, and it cannot end early.</summary>
    private static string Code(string text)
    {
        var code = new StringBuilder("<code>");
        foreach (var c in Printable.Line(text))
            code.Append(
                c is '|' or '\\' or '`' or '*' or '_' or '[' or ']' or '~' or '!' or '#' or ':'
                    ? string.Create(CultureInfo.InvariantCulture, $"&#{(int)c};")
                    : Html(c)
            );
        return code.Append("</code>").ToString();
    }

    private static string Html(char c) =>
        c switch
        {
            '<' => "&lt;",
            '>' => "&gt;",
            '&' => "&amp;",
            '@' => "&#64;",
            _ => c.ToString(),
        };

    private static void WriteJson(Stream output, ReplayResult result, string? against)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteNumber("events", result.Events);
        json.WriteNumber("same", result.Same);
        json.WriteNumber("different", result.Different);
        json.WriteNumber("unknown", result.Unknown);
        json.WriteNumber("other_rules", result.OtherRules);
        if (against is not null)
            json.WriteString("against", against);
        json.WriteStartArray("verdicts");
        foreach (var verdict in result.Verdicts)
        {
            json.WriteStartObject();
            json.WriteString("was", verdict.Was ?? "through");
            json.WriteString("would_be", verdict.WouldBe ?? "through");
            json.WriteNumber("events", verdict.Events);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("changes");
        foreach (var change in result.Changes)
            Write(json, change);
        json.WriteEndArray();
        json.WriteStartArray("unknown_rules");
        foreach (var rule in result.UnknownRules)
        {
            json.WriteStartObject();
            json.WriteString("rule", rule.Rule);
            json.WriteString("place", PlaceOf(rule.Place));
            json.WriteNumber("events", rule.Events);
            json.WriteStrings("fields", rule.Fields);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ReplayChange change)
    {
        json.WriteStartObject();
        json.WriteString("rule", change.Rule);
        if (change.Place is { } place)
            json.WriteString("place", PlaceOf(place));
        json.WriteString("change", change.IsNew ? "now" : "no more");
        json.WriteString("what", change.What);
        json.WriteNumber("events", change.Events);
        json.WriteStartArray("examples");
        foreach (var example in change.Examples)
        {
            json.WriteStartObject();
            json.WriteString("id", example.Id);
            json.WriteNumber("t_ms", example.Ms);
            json.WriteString("event", example.Event);
            if (example.Tool is { } tool)
                json.WriteString("tool", tool);
            if (example.About is { } about)
                json.WriteString("about", about);
            if (example.Detail.Length > 0)
                json.WriteString("detail", example.Detail);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static string PlaceOf(SourceRef place) => $"{place.File}:{place.Line}";
}
