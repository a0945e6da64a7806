using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>Existing hooks to rules; and lint of the same files, which must stand whatever they are.</summary>
internal sealed class ImportTarget : TextTarget
{
    private static readonly string[] Events =
    [
        "PreToolUse",
        "PostToolUse",
        "Stop",
        "SessionStart",
        "UserPromptSubmit",
        "Notification",
        "FileChanged",
        "StopFailure",
        "PermissionRequest",
        "preToolUse",
        "Nothing",
        "SessionEnd",
    ];
    private static readonly string[] Matchers =
    [
        "",
        "*",
        "Bash",
        "Write|Edit",
        "Edit, Write",
        "mcp__a__.*",
        "(?i)x",
        "Bash(git *)",
        "a\\\"b",
        ".env|x.json",
        "^(?!Bash)",
        "startup",
        "Task",
        "é/\\u2028",
        " ",
        "a/b",
        "# x",
        "{x}",
        "-> y",
    ];
    private static readonly string[] Commands =
    [
        "x",
        "$CLAUDE_PROJECT_DIR/x.sh",
        "jq -r '.tool_input.file_path' | xargs prettier --write",
        "jq -r .tool_input.command | grep -qE 'rm -rf|a/b' && { echo \\\"no\\\" >&2; exit 2; }",
        "echo 'Run make dev first.'",
        "echo 'no {x}' >&2; exit 2",
        "notify-send 'a' 'b'",
        "osascript -e 'display notification \\\"x\\\"'",
        "f=$(jq -r .tool_input.file_path); case \\\"$f\\\" in *.py) ruff format \\\"$f\\\";; esac",
        "cat <<EOF\\n{\\\"a\\\":1}\\nEOF",
        "a \\u0000 b",
        "\\ud83d\\ude00 \\ud800",
        "x # y",
        "\\\"\\\"\\\"",
        "a\\nb\\r\\tc",
        "{{x}} {y}",
        "",
    ];

    private static readonly string[] Fields =
    [
        "\"timeout\": 5",
        "\"timeout\": \"5\"",
        "\"async\": true",
        "\"args\": [\"a b\", \"\"]",
        "\"args\": []",
        "\"if\": \"Bash(git *)\"",
        "\"statusMessage\": \"x\"",
        "\"note\": {\"a\": [1, null, {\"b c\": 1e400}]}",
        "\"once\": true",
        "\"onFailure\": \"block\"",
        "\"hookrules\": \"r1\"",
        "\"type\": \"prompt\"",
        "\"shell\": \"bash\"",
        "\"x-\\u00e9 y\": -0",
    ];
    private static readonly string[] Parts =
    [
        .. Fields,
        .. Events.Select(name => $"\"{name}\": [],"),
        "\"hooks\": [",
        "\"hooks\": {",
        "{\"type\": \"command\", \"command\": \"x\"}",
        "// c\n",
        "/* c */",
        "{{ if x }}",
        "\"matcher\": \"Bash\",",
        "[]",
        "{}",
        "\r\n",
    ];

    public override string Name => "import";

    public override string Promise =>
        "never throws, what is imported compiles to one meaning in both forms, verbatim no handler that Claude Code loads is lost "
        + "without a word";

    public override TimeBound Time => new(TimeSpan.FromMilliseconds(250), 150_000);

    public override string Make(Choices choices) =>
        choices.Next(5) switch
        {
            0 => Mutation.Of(Corpus.Small(Corpus.Settings, choices), choices, Parts),
            1 or 2 => Written(choices),
            3 => Mutation.Of(Written(choices), choices, Parts),
            _ => Corpus.Small(Corpus.Settings, choices),
        };

    public override Verdict Check(string text)
    {
        Linter.Settings("settings.json", text);
        var verdict = Verdict.Rejected;
        foreach (var verbatim in new[] { false, true })
        {
            var result = SettingsImporter.Import("settings.json", text, RulesForm.Text, verbatim);
            if (result.Text is not { } rules)
            {
                BrokenException.Unless(result.Diagnostics.Length > 0, "nothing is imported and nothing said");
                continue;
            }

            verdict = Verdict.Accepted;
            var yaml =
                SettingsImporter.Import("settings.json", text, RulesForm.Yaml, verbatim).Text
                ?? throw new BrokenException("the YAML form is missing");
            var one = Sound(new SourceText("main.hookrules", rules));
            var other = Sound(new SourceText("hookrules.yaml", yaml));
            BrokenException.Unless(Formatter.SameMeaning(one.Graph, other.Graph), $"the forms differ:\n{rules}\n---\n{yaml}");
            BrokenException.Unless(
                one.Graph.Rules.Length == result.Rules,
                $"{result.Rules} rules are said, and there are {one.Graph.Rules.Length}:\n{rules}"
            );
            if (verbatim)
                Complete(text, one.Graph, result);
        }

        return verdict;
    }

    private static Compilation Sound(SourceText source)
    {
        var compilation = Compilation.Create(source);
        var error = compilation.Diagnostics.FirstOrDefault(diagnostic => diagnostic.Severity == Severity.Error);
        BrokenException.Unless(error is null, $"the import does not compile: {error}\n{source.Text}");
        BrokenException.Unless(Formatter.Format(source) == source.Text, $"the import is not laid out:\n{source.Text}");
        return compilation;
    }

    /// <summary>Each handler that Claude Code would load is one of the rules' own, field by field, or is named in a note.</summary>
    private static void Complete(string text, RuleGraph graph, ImportResult result)
    {
        var document = SettingsDocument.Read("settings.json", text.TrimStart('\uFEFF'));
        if (
            document.Errors.Count > 0
            || document.Root is null
            || LintRules.All.OfType<SettingsRule>().Any(rule => rule.Code == "HR3004" && rule.Check(document).Any())
        )
            return;
        if (document.Faults.Any(fault => EntryFault.Guards.Contains(fault.Event)))
            return;
        var natives = graph
            .Rules.SelectMany(rule => rule.Natives.Select(native => (rule.Event, Json: JsonText.Parse(native.Json))))
            .ToList();
        foreach (var entry in document.Entries)
        {
            var json = document.TextOf(entry.Node);
            var alone = JsonText.Parse(json);
            if (
                SettingsOwnership.IsOurs(alone, alone.Root)
                || alone.Root[SettingsOwnership.Mark] is not null
                || EntryFault.OfHandler(alone, entry.Event.Name, alone.Root).Any()
            )
                continue;
            var at = natives.FindIndex(native => native.Event == entry.Event.Name && Same(native.Json, alone));
            if (at >= 0)
                natives.RemoveAt(at);
            else
                BrokenException.Unless(
                    result.Notes.Any(note => note.Contains("not ", StringComparison.Ordinal)),
                    $"a handler of {entry.Event.Name} is lost without a word: {json}"
                );
        }
    }

    private static bool Same(JsonText ours, JsonText theirs) =>
        Names(ours).SetEquals(Names(theirs)) && Names(theirs).All(name => ours.SameValue(ours.Root[name]!, theirs, theirs.Root[name]!));

    private static HashSet<string> Names(JsonText json) => [.. json.Root.Children.Select(member => member.Name!)];

    private static string Written(Choices choices)
    {
        var text = new StringBuilder("{\"hooks\": {");
        for (var count = choices.Between(1, 3); count > 0; count--)
        {
            text.Append($"\"{choices.Pick(Events)}\": [");
            for (var groups = choices.Between(1, 2); groups > 0; groups--)
            {
                text.Append(choices.OneIn(3) ? "{" : $"{{\"matcher\": \"{choices.Pick(Matchers)}\", ");
                text.Append("\"hooks\": [");
                for (var handlers = choices.Between(1, 2); handlers > 0; handlers--)
                    text.Append(Handler(choices)).Append(handlers > 1 ? ", " : "");
                text.Append(groups > 1 ? "]}, " : "]}");
            }

            text.Append(count > 1 ? "],\n" : "]");
        }

        return text.Append("}}").ToString();
    }

    private static string Handler(Choices choices)
    {
        var text = new StringBuilder(
            choices.Next(6) switch
            {
                0 => "{\"type\": \"http\", \"url\": \"https://x.org/y\", \"headers\": {\"A\": \"$B\"}",
                1 => "{\"type\": \"mcp_tool\", \"server\": \"a\", \"tool\": \"b\", \"input\": {\"a\": \"${tool_input.x}\"}",
                2 => "{\"type\": \"agent\", \"prompt\": \"Check $ARGUMENTS\"",
                _ => $"{{\"type\": \"command\", \"command\": \"{choices.Pick(Commands)}\"",
            }
        );
        for (var count = choices.Next(3); count > 0; count--)
            text.Append(", ").Append(choices.Pick(Fields));
        return text.Append('}').ToString();
    }
}
