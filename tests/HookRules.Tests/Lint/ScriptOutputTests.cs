using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>What a script prints is judged as what a command prints, in whatever language it is written.</summary>
public sealed class ScriptOutputTests
{
    [Theory]
    [InlineData("a.py", "import json\nout = {\"permissionDecision\": \"deny\"}\nprint(json.dumps(out))\n", "HR3064")]
    [InlineData("a.py", "import json, sys\njson.dump({'hookSpecificOutput': {'permissionDecision': 'deny'}}, sys.stdout)\n", "HR3064")]
    [InlineData("a.py", "print('{\"permissionDecision\": \"deny\"}')\n", "HR3064")]
    [InlineData("a.py", "r = 1\nprint(f'{{\"permissionDecision\": \"deny\", \"permissionDecisionReason\": \"{r}\"}}')\n", "HR3064")]
    [InlineData("a.py", "import json\nprint(json.dumps({'permissionDecision': 'deny'}), file=sys.stderr)\n", "")]
    [InlineData("a.py", "import json\n# print(json.dumps({'permissionDecision': 'deny'}))\n", "")]
    [InlineData("a.py", "import json\nout = {'permissionDecision': 'deny'}\nout['hookSpecificOutput'] = {}\nprint(json.dumps(out))\n", "")]
    [InlineData("a.py", "import json\nprint(json.dumps({**base, 'permissionDecision': 'deny'}))\n", "")]
    [InlineData("a.js", "const out = { permissionDecision: 'deny' };\nconsole.log(JSON.stringify(out));\n", "HR3064")]
    [InlineData(
        "a.js",
        "process.stdout.write(JSON.stringify({ hookSpecificOutput: { permissionDecision: 'deny' } }) + '\\n');\n",
        "HR3064"
    )]
    [InlineData(
        "a.ts",
        "const out: Output = { hookSpecificOutput: { hookEventName: 'PreToolUse', permissionDecision: 'block' } };\n"
            + "console.log(JSON.stringify(out));\n",
        "HR3065"
    )]
    [InlineData("a.js", "console.error(JSON.stringify({ permissionDecision: 'deny' }));\n", "")]
    [InlineData("a.js", "const emit = out => console.log(JSON.stringify(out));\nconst out = { permissionDecision: 'deny' };\n", "")]
    [InlineData("a.ps1", "@{ permissionDecision = 'deny' } | ConvertTo-Json -Compress\n", "HR3064")]
    [InlineData(
        "a.ps1",
        "$out = @{\n  hookSpecificOutput = @{\n    permissionDecision = \"deny\"\n  }\n}\n$out | ConvertTo-Json -Depth 5\n",
        "HR3064"
    )]
    [InlineData("a.ps1", "Write-Output '{\"permissionDecision\":\"deny\"}'\n", "HR3064")]
    [InlineData("a.ps1", "$out = @{ permissionDecision = 'deny' }\n$out | ConvertTo-Json | Out-File log.json\n", "")]
    [InlineData("a.sh", "printf '%s\\n' '{\"permissionDecision\":\"deny\"}'\n", "HR3064")]
    [InlineData(
        "a.sh",
        "cat <<EOF\n{\"hookSpecificOutput\":{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"$why\"}}\nEOF\n",
        "HR3064"
    )]
    [InlineData("a.sh", "python3 - <<'PY'\nimport json\nprint(json.dumps({'permissionDecision': 'deny'}))\nPY\n", "HR3064")]
    [InlineData("a.sh", "jq -n '{hookSpecificOutput:{hookEventName:\"PreToolUse\",permissionDecision:\"block\"}}'\n", "HR3065")]
    [InlineData("a.sh", "build() { echo '{\"permissionDecision\":\"deny\"}'; }\nx=$(build)\n", "")]
    [InlineData("a.sh", "{ echo '{\"permissionDecision\":\"deny\"}'; } > out.json\n", "")]
    [InlineData("a.sh", "echo '{\"permissionDecision\":\"deny\"}' | curl -d @- localhost\n", "")]
    public void WhatItSurelyPrintsIsJudged(string script, string text, string expected)
    {
        using var folder = new TestFolder();
        Directory.CreateDirectory(Path.Combine(folder.Path, ".claude"));
        File.WriteAllText(Path.Combine(folder.Path, script), text);
        var command = $"\\\"$CLAUDE_PROJECT_DIR\\\"/{script}";
        var settings =
            "{\"hooks\":{\"PreToolUse\":[{\"matcher\":\"Write\",\"hooks\":[{\"type\":\"command\",\"command\":\"" + command + "\"}]}]}}";
        Linter
            .Settings(".claude/settings.json", settings, new ProjectContext(folder.Path))
            .Select(found => found.Code)
            .Where(code => code is "HR3064" or "HR3065" or "HR3091")
            .ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }
}
