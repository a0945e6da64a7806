using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HookRules.Benchmarks;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Syntax;

// What a hook costs whoever waits for it, beside the cheapest process that there is; taken in turns, so that noise falls on all alike.
const int Rounds = 300;

if (args is not [var runtime] || !File.Exists(Path.Combine(runtime, "hookrules-hook")))
{
    Console.Error.WriteLine("usage: dotnet run -c Release --project tests/HookRules.Benchmarks -- .build/runtime");
    return 2;
}

runtime = Path.GetFullPath(runtime);
var root = Directory.CreateTempSubdirectory("hookrules-bench-");
var project = Directory.CreateDirectory(Path.Combine(root.FullName, "project")).FullName;
var compilation = Compilation.Create(new SourceText("main.hookrules", "consumer manual\non Write *.py -> log \"audit.jsonl\"\n"));
Emission.Create(compilation.Graph, new EmissionTarget(project, Path.Combine(project, ".claude", "settings.json"), RuntimeMode.Launcher, runtime)).Write();

var folder = Path.Combine(project, ".claude", "hookrules");
var payload = Encoding.UTF8.GetBytes($$"""{"session_id":"s","cwd":"{{project}}","hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"file_path":"{{project}}/a.py","content":"x = 1\n"},"tool_response":{} }""");
ImmutableArray<KeyValuePair<string, string>> environment =
    [new("PATH", "/usr/bin:/bin"), new("CLAUDE_PROJECT_DIR", project), new("XDG_STATE_HOME", Path.Combine(root.FullName, "state"))];
var rows = new[]
{
    new ProcessRow("true", ["/bin/true"], environment, payload),
    new ProcessRow("sh -c :", ["/bin/sh", "-c", ":"], environment, payload),
    new ProcessRow("hook", [Path.Combine(runtime, "hookrules-hook"), "--plan", Path.Combine(folder, "plan.json"), "--event", "PostToolUse"], environment, payload),
    new ProcessRow("hook behind the launcher", ["/bin/sh", Path.Combine(folder, "hook"), "--event", "PostToolUse"], environment, payload),
};
for (var round = 0; round < Rounds; round++)
{
    foreach (var row in rows) row.RunOnce();
}

Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{"process",-26}{"median ms",10}{"above true",12}{"ratio",8}"));
foreach (var row in rows) Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{row.Name,-26}{row.Median,10:0.00}{row.Median - rows[0].Median,12:0.00}{row.Median / rows[0].Median,8:0.0}"));
root.Delete(recursive: true);
return 0;
