using System.Text;
using System.Text.Encodings.Web;

namespace HookRules.Benchmarks;

/// <summary>Events as Claude Code writes them.</summary>
internal static class Payloads
{
    public static byte[] Write(string file, string content = "print('hello')\n") =>
        Of("PostToolUse", "Write", $"{{\"file_path\":{Quoted(file)},\"content\":{Quoted(content)}}}");

    public static byte[] Bash(string command) => Of("PreToolUse", "Bash", $"{{\"command\":{Quoted(command)},\"description\":\"Run it\"}}");

    public static byte[] Of(string @event, string tool, string input) =>
        Encoding.UTF8.GetBytes(
            $$"""{"session_id":"11111111-1111-4111-8111-111111111111","transcript_path":"/home/dev/.claude/projects/p/11111111-1111-4111-8111-111111111111.jsonl","cwd":"/home/dev/project","permission_mode":"acceptEdits","hook_event_name":"{{@event}}","tool_name":"{{tool}}","tool_input":{{input}},"tool_use_id":"toolu_01AAAAAAAAAAAAAAAAAAAAAA"}"""
        );

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";
}
