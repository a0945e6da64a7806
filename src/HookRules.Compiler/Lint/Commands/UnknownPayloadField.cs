using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnknownPayloadField()
    : SettingsRule("HR3067", "unknown-payload-field", Severity.Error, "A hook reads a field that the event does not have.")
{
    public override string Why =>
        "PostToolUse brings tool_response; tool_output and tool_result do not exist. The file of Write, Edit and Read is "
        + "tool_input.file_path, of NotebookEdit tool_input.notebook_path. A wrong name gives an empty value, and the hook does "
        + "nothing and ends well. The scripts of the project are looked at as well.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.path)\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.file_path)\"" }] }]
              }
            }
            """;

    private static readonly RegexPattern Output = Pattern(
        "(?:[.\\[]['\"]?|get\\(['\"])(?:tool_output|tool_result|toolOutput|tool_results)\\b"
    );
    private static readonly RegexPattern File = Pattern(
        "tool_input['\"]?\\]?\\??(?:\\.|\\[['\"]|\\.get\\(['\"])(?:path|file|filename|filePath|filepath|file_paths)\\b"
    );
    private static readonly RegexPattern NotebookFile = Pattern("tool_input['\"]?\\]?\\??(?:\\.|\\[['\"]|\\.get\\(['\"])file_path\\b");
    private static readonly RegexPattern Notebook = Pattern("tool_input['\"]?\\]?\\??(?:\\.|\\[['\"]|\\.get\\(['\"])notebook_path\\b");
    private static readonly RegexPattern Response = Pattern("[.\\[]['\"]?tool_response\\b");
    private static readonly RegexPattern Tool = Pattern("(?:[.\\[]['\"]?|get\\(['\"])tool_(?:input|response|name)\\b");
    private static readonly RegexPattern Otherwise = Pattern(
        "tool_(?:input|response|name)[^ ,;|&]*(?: *// *\\.| *\\|\\| *[a-z]|\\) or |\\?\\? *[a-z])|hook_event_name"
    );
    private static readonly string[] FileNames =
    [
        "tool_input.path",
        "tool_input?.path",
        "tool_input.file",
        "tool_input?.file",
        "tool_input",
    ];

    // What some events have and others not, or some sessions.
    private static readonly string[] Sometimes = ["permission_mode", "effort", "prompt_id", "agent_id", "agent_type", "model"];
    private static readonly string[] Answering = ["Write", "Edit", "MultiEdit", "NotebookEdit", "Read", "Bash"];
    private static readonly RegexPattern Succeeded = Pattern("tool_response['\"]?\\]?\\??(?:\\.|\\[['\"]|\\.get\\(['\"])success\\b");

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        document
            .Code.SelectMany(code =>
                (code.Entry.Event.IsToolEvent ? Of(code) : OfOthers(code)).ToList() is { Count: > 0 } found ? found : OfTheTop(code)
            )
            .Concat(document.Code.SelectMany(OfResponse));

    /// <summary>Documents say that a tool's answer has "success"; none of these has.</summary>
    private IEnumerable<Finding> OfResponse(HookCode code)
    {
        if (
            code.Entry.Event.Name == "PostToolUse"
            && code.Entry.IsOnlyFor(Answering)
            && Succeeded.IsMatch(code.Text)
            && !Has(code.Text, "hook_event_name")
            && !Has(code.Text, "//")
        )
            yield return Found(
                code.Place(code.Text.IndexOf("success", StringComparison.Ordinal), "success".Length),
                "tool_response has no field \"success\" for these tools, so it is always empty here",
                "PostToolUse fires for calls that succeeded, and PostToolUseFailure for the others"
            );
    }

    /// <summary>The first step of a filter that jq applies to the event itself.</summary>
    private IEnumerable<Finding> OfTheTop(HookCode code)
    {
        foreach (var (filter, start) in EventFilters.Of(code))
        {
            var heads = EventFilters.Heads(filter).ToArray();
            if (heads.Length == 0 || heads.Any(head => IsField(code, head.Name)))
                continue;
            var (name, at) = heads[0];
            var shared = code.Entry.Event.IsToolEvent ? Inner(code.Entry, name) : null;
            yield return Found(
                code.Place(start + at, name.Length),
                $"{code.Entry.Event.Name} has no field \"{name}\" at the top, so it is always empty here",
                shared is null ? $"`hookrules events {code.Entry.Event.Name}` shows what it has" : $"write {shared}"
            );
        }
    }

    // A script may stand behind other events in other files.
    private static bool IsField(HookCode code, string name) =>
        Sometimes.Contains(name)
        || (code.IsScript ? HookEvents.All : [code.Entry.Event]).Any(known => FieldCatalog.Root(known.Name).Property(name) is not null);

    private static string? Inner(HookHandler entry, string name)
    {
        string[]? tools = entry.MatcherText is { IsList: true, Names.IsEmpty: false } list ? [.. list.Names] : null;
        return FieldPath.Parse($"tool_input.{name}") is { } path && FieldCatalog.Shapes(entry.Event.Name, tools, path).Count > 0
            ? $".tool_input.{name}"
            : null;
    }

    /// <summary>Only tool events have a tool; a text that asks for something else too knows that.</summary>
    private IEnumerable<Finding> OfOthers(HookCode code)
    {
        if (!code.IsScript && code.Entry.Event.Name != "PostToolBatch" && Tool.IsMatch(code.Text) && !Otherwise.IsMatch(code.Text))
            yield return At(
                code,
                ["tool_input", "tool_response", "tool_name"],
                $"`hookrules events {code.Entry.Event.Name}` shows what it has"
            );
    }

    /// <summary>A text that asks for the right field too knows several versions or tools.</summary>
    private IEnumerable<Finding> Of(HookCode code)
    {
        var (entry, text) = (code.Entry, code.Text);
        if (Output.IsMatch(text) && !Has(text, "tool_response"))
            yield return At(code, ["tool_output", "tool_results", "tool_result", "toolOutput"], "write tool_response");
        if (entry.Event.Name is "PreToolUse" or "PermissionRequest" && Response.IsMatch(text) && !code.IsScript)
            yield return At(code, ["tool_response"], "PostToolUse has it; before the tool there is tool_input alone");
        if (entry.IsOnlyFor("Write", "Edit", "Read", "MultiEdit"))
        {
            if (File.IsMatch(text) && !Has(text, "file_path"))
                yield return At(code, FileNames, "write tool_input.file_path");
            else if (Notebook.IsMatch(text) && !Has(text, "file_path"))
                yield return At(code, ["tool_input.notebook_path", "notebook_path"], "write tool_input.file_path");
        }
        else if (entry.IsOnlyFor("NotebookEdit") && NotebookFile.IsMatch(text) && !Has(text, "notebook_path"))
        {
            yield return At(code, ["tool_input.file_path", "file_path"], "write tool_input.notebook_path");
        }
    }

    private static bool Has(string text, string name) => text.Contains(name, StringComparison.Ordinal);

    private Finding At(HookCode code, string[] names, string fix)
    {
        var name = names.First(name => Has(code.Text, name));
        return Found(
            code.Place(code.Text.IndexOf(name, StringComparison.Ordinal), name.Length),
            $"the event has no field \"{name.Replace("?", "", StringComparison.Ordinal)}\" of this kind, so it is always empty here",
            fix
        );
    }

    private static RegexPattern Pattern(string source) =>
        RegexPattern.TryParse(source, "", out var problem, out _) ?? throw new InvalidOperationException(problem);
}
