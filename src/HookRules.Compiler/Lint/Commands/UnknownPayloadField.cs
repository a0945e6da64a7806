using HookRules.Compiler.Diagnostics;
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

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from code in document.Code
        from found in code.Entry.Event.IsToolEvent ? Of(code) : OfOthers(code)
        select found;

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
