using System.Text;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Engine;

namespace HookRules.LanguageServer.Answers;

/// <summary>What <c>hookrules explain</c> and <c>hookrules events</c> tell, as Markdown.</summary>
internal static class Pages
{
    /// <summary>The page of a code or the id of a lint rule, of an event, a word or a tool; null where there is none. Events come before
    /// words, as in <c>explain</c>, and here their short names too.</summary>
    public static string? Find(string name) =>
        EventFacts.Find(name) is { } facts ? Of(facts)
        : Word(name) is { } word ? Of(word)
        : HookTools.Find(HookTools.Canonical(name)) is { } tool ? Of(tool)
        : ExplainPages.Find(name) is { } page ? OfCode(page)
        : null;

    public static ExplainPage? Word(string name) => ExplainPages.Words.FirstOrDefault(word => word.Code == name);

    /// <summary>The first sentence of a text.</summary>
    public static string Sentence(string text)
    {
        var end = text.IndexOf(". ", StringComparison.Ordinal);
        return end < 0 ? text : text[..(end + 1)];
    }

    public static string Of(ExplainPage word) => $"**{word.Code}**: {word.Title}\n\n{word.Why}\n{Block(word.Bad)}";

    public static string OfCode(ExplainPage page)
    {
        var text = new StringBuilder($"**{page.Code}**{(page.Id is null ? "" : $" `{page.Id}`")}: {page.Title}\n\n{page.Why}\n");
        if (page.Bad.Length > 0)
            text.Append("\nBad:\n").Append(Block(page.Bad));
        if (page.Good.Length > 0)
            text.Append("\nGood:\n").Append(Block(page.Good));
        return text.ToString();
    }

    public static string Of(EventFacts facts)
    {
        var known = facts.Event;
        var text = new StringBuilder($"**{known.Name}**: {known.Summary}\n\n");
        Line("fires", facts.Fires);
        if (facts.Alias is { } alias)
            Line("in rules", $"also `{alias}`");
        if (known.Since is { } since)
            Line("since", $"Claude Code {since}");
        Line("matcher", known.Matching == MatcherKind.None ? facts.Matcher : $"compared with {facts.Matcher}");
        if (!known.MatcherValues.IsEmpty)
            Line("values", string.Join(", ", known.MatcherValues) + (known.OpenMatcherValues ? ", or another" : ""));
        Line("decisions", facts.Decisions.IsEmpty ? "none: actions only" : string.Join(' ', facts.Decisions));
        if (facts.SetChanges is { } changed)
            Line("set", $"changes {changed}");
        if (!facts.ReplyFields.IsEmpty)
            Line("reply", string.Join(", ", facts.ReplyFields));
        Line("exit code 2", facts.ExitTwo);
        foreach (var note in facts.Notes)
            Line("note", note);
        text.Append("\nPayload:\n\n");
        foreach (var field in facts.Fields)
            text.Append(Of(field));
        return text.ToString();

        void Line(string label, string what) => text.Append("- ").Append(label).Append(": ").Append(what).Append('\n');
    }

    public static string Of(HookTool tool)
    {
        var text = new StringBuilder($"**{tool.Name}**: a tool of Claude Code\n\n");
        if (!tool.Aliases.IsEmpty)
            text.Append("- once called: ").AppendJoin(", ", tool.Aliases).Append('\n');
        text.Append(
            tool.FileField is { } file
                ? $"- file: `tool_input.{file}`, which patterns and `{{file}}` mean\n"
                : "- file: none: it takes no file patterns\n"
        );
        text.Append(tool.HasSchema ? "\nInput:\n\n" : "\nIts input is not known, so any field may be asked.\n");
        foreach (var field in ToolFields.Of(tool))
            text.Append(Of(field));
        return text.ToString();
    }

    /// <summary>One line of a list of fields.</summary>
    private static string Of(EventField field) =>
        $"- `{field.Path}`: {field.Type}{(field.IsRequired ? ", always" : "")}"
        + $"{(field.Values.IsEmpty ? "" : $": {string.Join(", ", field.Values)}")}"
        + $"{(field.Description.Length == 0 ? "" : $". {field.Description}")}\n";

    public static string Block(string text) => text.Length == 0 ? "" : $"\n```hookrules\n{text.TrimEnd('\n')}\n```\n";
}
