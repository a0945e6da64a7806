using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class UnknownPayloadField() : SettingsRule("HR3067", "unknown-payload-field", Severity.Error, "A one-line hook reads a field that the event does not have.")
{
    public override string Why => "PostToolUse brings tool_response; tool_output and tool_result do not exist. The file of Write, Edit and Read is tool_input.file_path, of NotebookEdit tool_input.notebook_path. A wrong name gives an empty value, and the hook does nothing and ends well.";

    public override string Bad => """
        {
          "hooks": {
            "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.path)\"" }] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.file_path)\"" }] }]
          }
        }
        """;

    private static readonly RegexPattern Output = Pattern("[.\\[]['\"]?(?:tool_output|tool_result|toolOutput|tool_results)\\b");
    private static readonly RegexPattern File = Pattern("tool_input['\"]?\\]?\\??(?:\\.|\\[['\"]|\\.get\\(['\"])(?:path|file|filename|filePath|filepath|file_paths)\\b");
    private static readonly string[] FileTools = ["Write", "Edit", "Read", "MultiEdit"];

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        foreach (var entry in document.Entries.Where(entry => entry.Event.IsToolEvent))
            foreach (var (node, text) in entry.Texts)
            {
                if (Output.IsMatch(text)) yield return At(document, node, text, ["tool_output", "tool_results", "tool_result", "toolOutput"], "write tool_response");
                if (File.IsMatch(text) && entry.Matcher.Length > 0 && entry.Matcher.Split('|', ',').All(name => FileTools.Contains(name.Trim())))
                    yield return At(document, node, text, ["tool_input.path", "tool_input?.path", "tool_input.file", "tool_input?.file", "tool_input"], "write tool_input.file_path");
            }
    }

    private Finding At(SettingsDocument document, JsonTextNode node, string text, string[] names, string mend)
    {
        var name = names.First(name => text.Contains(name, StringComparison.Ordinal));
        return Found(document.Place(node, text.IndexOf(name, StringComparison.Ordinal), name.Length), $"the event has no field \"{name.Replace("?", "", StringComparison.Ordinal)}\" of this kind, so it is always empty here", mend);
    }

    private static RegexPattern Pattern(string source) => RegexPattern.TryParse(source, "", out var problem, out _) ?? throw new InvalidOperationException(problem);
}
