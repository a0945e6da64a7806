using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary>Prints what there is to know of a tool for whoever writes rules about it.</summary>
internal static class ToolReport
{
    public static void Write(Cli cli, HookTool tool, bool asJson)
    {
        var fields = ToolFields.Of(tool);
        if (asJson)
        {
            cli.Print(output => WriteJson(output, tool, fields));
            return;
        }

        cli.Out.Write($"{tool.Name}: a tool of Claude Code\n\n");
        Line("events", "PreToolUse (before), PostToolUse (after), PostToolUseFailure (failed), PermissionRequest");
        if (!tool.Aliases.IsEmpty)
            Line("once called", string.Join(", ", tool.Aliases));
        Line(
            "file",
            tool.FileField is { } file ? $"tool_input.{file}, which patterns and {{file}} mean" : "none: it takes no file patterns"
        );
        cli.Out.Write(tool.HasSchema ? "\nInput\n" : "\nIts input is not known, so any field may be asked.\n");
        foreach (var field in fields)
            Line(
                field.Path,
                $"{field.Type}{(field.IsRequired ? ", always" : "")}{(field.Values.IsEmpty ? "" : $": {string.Join(", ", field.Values)}")}"
            );
        cli.Out.Write($"\nExample:\n\n    on before {tool.Name} -> ask \"Really?\"\n");

        void Line(string label, string text) => cli.Out.Write($"{label, -13} {Printable.Line(text)}\n");
    }

    private static void WriteJson(Stream output, HookTool tool, IEnumerable<EventField> fields)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteString("tool", tool.Name);
        json.WriteStrings("aliases", tool.Aliases);
        json.WriteString("file", tool.FileField is { } file ? $"tool_input.{file}" : null);
        json.WriteStartArray("input");
        foreach (var field in fields)
        {
            json.WriteStartObject();
            json.WriteString("field", field.Path);
            json.WriteString("type", field.Type);
            json.WriteBoolean("always", field.IsRequired);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }
}
