using System.Globalization;
using System.Text;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Site.Reference;

/// <summary>The official events and tools, as the schemas have them.</summary>
internal static class EventPages
{
    public const string Source = "schemas/events";

    public static IEnumerable<Page> All => EventFacts.All.Select(One).Prepend(Overview).Append(Tools);

    private static Page Overview
    {
        get
        {
            var text = new StringBuilder(
                "# Events\n\n| event | when it fires | a matcher is compared with | decisions |\n|---|---|---|---|\n"
            );
            foreach (var facts in EventFacts.All)
                Row(
                    text,
                    $"[{facts.Event.Name}]({facts.Event.Name}.schema.json)",
                    Cell(facts.Event.Summary),
                    Cell(facts.Matcher),
                    Decisions(facts)
                );
            return new Page(
                Source,
                "reference/events.html",
                "Events",
                text.ToString().Replace("](", "](events/", StringComparison.Ordinal)
            );
        }
    }

    private static Page Tools
    {
        get
        {
            var text = new StringBuilder(
                "# Tools\n\nWhat `hookrules explain TOOL` says of each. An MCP server's are `mcp__SERVER__TOOL`.\n\n"
            );
            foreach (var tool in HookTools.All)
            {
                text.Append(CultureInfo.InvariantCulture, $"## {tool.Name}\n\n");
                if (!tool.Aliases.IsEmpty)
                    text.Append(CultureInfo.InvariantCulture, $"Once called {string.Join(", ", tool.Aliases.Select(Code))}.\n\n");
                if (tool.FileField is { } file)
                    text.Append(CultureInfo.InvariantCulture, $"File patterns and `{{file}}` mean {Code($"tool_input.{file}")}.\n\n");
                if (tool.HasSchema)
                    Fields(text, ToolFields.Of(tool));
                else
                    text.Append("Its input is not known, so any field may be asked.\n\n");
            }

            return new Page("schemas/tools", "reference/tools.html", "Tools", text.ToString());
        }
    }

    private static Page One(EventFacts facts)
    {
        var known = facts.Event;
        var text = new StringBuilder($"# {known.Name}\n\n{known.Summary}\n\n| | |\n|---|---|\n");
        Row(text, "fires", Cell(facts.Fires));
        if (facts.Alias is { } alias)
            Row(text, "in rules", $"also {Code(alias)}");
        Row(text, "since", known.Since is null ? "unknown" : $"Claude Code {known.Since}");
        Row(text, "matcher", known.Matching == MatcherKind.None ? Cell(facts.Matcher) : $"compared with {Cell(facts.Matcher)}");
        if (!known.MatcherValues.IsEmpty)
            Row(text, "values", string.Join(" ", known.MatcherValues.Select(Code)) + (known.OpenMatcherValues ? " or another" : ""));
        Row(text, "decisions", Decisions(facts));
        if (facts.SetChanges is { } changed)
            Row(text, "set", $"changes {Code(changed)}");
        if (!facts.ReplyFields.IsEmpty)
            Row(text, "reply", string.Join(" ", facts.ReplyFields.Select(Code)));
        Row(text, "exit code 2", Cell(facts.ExitTwo));
        Row(
            text,
            "handlers",
            string.Join(
                ", ",
                facts.Handlers.Select(one => string.Create(CultureInfo.InvariantCulture, $"{one.Name} ({one.DefaultTimeout} s)"))
            )
        );
        foreach (var note in facts.Notes)
            Row(text, "note", Cell(note));
        text.Append("\n## Payload\n\n");
        Fields(text, facts.Fields);
        text.Append("## Sample\n\n").Append(Fence.Around(Encoding.UTF8.GetString(facts.Sample).ReplaceLineEndings("\n"), "json"));
        return new Page($"{Source}/{known.Name}.schema.json", $"reference/events/{known.Name}.html", known.Name, text.ToString());
    }

    private static void Fields(StringBuilder text, IEnumerable<EventField> fields)
    {
        text.Append("| field | type | always | what |\n|---|---|---|---|\n");
        foreach (var field in fields)
            Row(
                text,
                Code(field.Path),
                Cell(field.Type),
                field.IsRequired ? "yes" : "",
                string.Join(" ", field.Values.Select(Code).Append(Cell(field.Description)))
            );
        text.Append('\n');
    }

    private static string Decisions(EventFacts facts) =>
        facts.Decisions.IsEmpty ? "none: actions only" : string.Join(" ", facts.Decisions.Select(Code));

    private static void Row(StringBuilder text, params ReadOnlySpan<string> cells)
    {
        text.Append("| ").AppendJoin(" | ", cells.ToArray()).Append(" |\n");
    }

    private static string Code(string text) => $"`{text.Replace("|", "\\|", StringComparison.Ordinal)}`";

    /// <summary>A text of the schemas, which means itself.</summary>
    private static string Cell(string text)
    {
        var cell = new StringBuilder();
        foreach (var one in text)
            cell.Append(one is '|' or '*' or '_' or '`' or '[' or ']' or '<' or '>' or '\\' ? $"\\{one}" : $"{one}");
        return cell.ToString();
    }
}
