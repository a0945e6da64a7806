using System.Collections.Immutable;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Engine;

namespace HookRules.Fuzz;

/// <summary>What actions do with the values of an event.</summary>
internal sealed class TemplateTarget : Target
{
    private static readonly string[] Fields =
    [
        "file",
        "tool_input.command",
        "tool_input.x",
        "session_id",
        "cwd",
        "tool_input.b.c",
        "tool_input.list[0]",
        "nosuch",
    ];
    private static readonly string[] Literals =
    [
        "a",
        "",
        " ",
        "--x=",
        "-",
        "{{",
        "}}",
        "{",
        "}",
        "{ }",
        "src/",
        "https://example.org/",
        "?q=",
        "$",
        "'",
        "\"",
        "é",
        "{\"a\": 1}",
        "--",
    ];
    private static readonly string[] Keys = ["command", "x", "file_path", "path", "b", "c", "list", "content"];
    private static readonly Dictionary<string, string> Environment = new()
    {
        ["PATH"] = "/bin",
        ["HOME"] = "/h",
        ["TOKEN"] = "t\u00e9",
        ["SECRET"] = "never",
        ["EMPTY"] = "",
        ["SLACK_WEBHOOK"] = "https://hooks.example/x",
        ["URL"] = "https://example.org/e",
    };
    private static readonly InvocationContext Context = new("/p", name => Environment.GetValueOrDefault(name))
    {
        EventId = "e",
        RuleId = "r",
    };

    public override string Name => "template";

    public override string Promise =>
        "a template is rendered as the reference renders it; a value never becomes a second argument, an option, another host, a "
        + "header, a folder, another variable, and no argument holds NUL";

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var json =
            $"{{\"hook_event_name\":\"PreToolUse\",\"tool_name\":\"mcp__s__t\","
            + $"\"session_id\":{JsonInput.Quoted(JsonInput.Text(choices))},\"cwd\":{JsonInput.Quoted(JsonInput.Text(choices))},"
            + $"\"tool_input\":{JsonInput.Object(choices, Keys, 1)}}}";
        attempt.Input = json;
        if (Payload.TryParse(Encoding.UTF8.GetBytes(json), out _) is not { } payload)
            throw new BrokenException("the payload is refused");

        var (template, expected) = Text(choices, payload);
        attempt.Input = $"{template.Text}\n{json}";
        BrokenException.Unless(
            template.Render(payload) == expected,
            $"the reference says otherwise: \"{expected}\" and not \"{template.Render(payload)}\""
        );

        return choices.Next(6) switch
        {
            0 => Http(choices, payload, attempt),
            1 => Shell(choices, payload, attempt),
            2 => Log(choices, payload, attempt),
            3 => Message(choices, payload, attempt),
            _ => Run(choices, payload, attempt),
        };
    }

    private static Verdict Run(Choices choices, Payload payload, Attempt attempt)
    {
        var arguments = new List<(TextValue Value, string Expected)> { (new TextValue.Text(Template.Literal("tool")), "tool") };
        for (var count = choices.Next(5); count > 0; count--)
        {
            if (choices.OneIn(6))
            {
                arguments.Add((new TextValue.Env("TOKEN"), Environment["TOKEN"]));
                continue;
            }

            var (template, expected) = Text(choices, payload);
            arguments.Add((new TextValue.Text(template), expected));
        }

        var texts = arguments.Select(argument => argument.Value is TextValue.Text text ? text.Template.Text : "env.TOKEN");
        attempt.Input = $"{string.Join(" | ", texts)}\n{attempt.Input}";
        if (Of(new Handler.Run([.. arguments.Select(argument => argument.Value)]), payload) is not Invocation.Process process)
            return Verdict.Rejected;

        BrokenException.Unless(
            process.Argv.Length == arguments.Count,
            $"a value changed the number of arguments: {string.Join(" | ", process.Argv)}"
        );
        var afterDashes = false;
        for (var i = 0; i < process.Argv.Length; i++)
        {
            var (value, expected) = arguments[i];
            var actual = process.Argv[i];
            BrokenException.Unless(!actual.Contains('\0', StringComparison.Ordinal), "an argument holds NUL");
            BrokenException.Unless(
                actual == expected || (actual == "./" + expected && expected.StartsWith('-')),
                $"an argument is another: \"{actual}\" and not \"{expected}\""
            );
            var written =
                value is TextValue.Text { Template.Parts: var parts }
                && parts.FirstOrDefault(part => !string.IsNullOrEmpty(part.Literal ?? payload.Text(part.Field!))).Literal is not null;
            var ours = value is TextValue.Env || written || afterDashes;
            BrokenException.Unless(ours || !actual.StartsWith('-'), $"a value became an option: \"{actual}\"");
            afterDashes |= value is TextValue.Text { Template: { HasFields: false } literal } && literal.Render(payload) == "--";
        }

        CheckEnvironment(process, ["PATH", "HOME", "TOKEN", "CLAUDE_PROJECT_DIR"]);
        return Verdict.Accepted;
    }

    private static Verdict Shell(Choices choices, Payload payload, Attempt attempt)
    {
        string[] words =
        [
            "$HOOK_FILE",
            "$HOOK_TOOL_INPUT_COMMAND",
            "${HOOK_TOOL_INPUT_B_C}",
            "$HOOK_SESSION_ID $HOOK_X",
            "{file}",
            "$HOOK_TOOL_INPUT_LIST_0",
            "$HOOK_",
            "$HOOK_COMMAND",
        ];
        var script = $"echo \"{choices.Pick(words)}\"";
        attempt.Input = $"{script}\n{attempt.Input}";
        if (Of(new Handler.Shell(script), payload) is not Invocation.Process process)
            return Verdict.Rejected;
        BrokenException.Unless(process.Argv.SequenceEqual(["/bin/sh", "-c", script]), "a script was changed");
        CheckEnvironment(
            process,
            [
                "PATH",
                "HOME",
                "CLAUDE_PROJECT_DIR",
                .. process
                    .Environment.Select(variable => variable.Key)
                    .Where(name => script.Contains(name, StringComparison.Ordinal) && name.StartsWith("HOOK_", StringComparison.Ordinal)),
            ]
        );
        return Verdict.Accepted;
    }

    private static Verdict Http(Choices choices, Payload payload, Attempt attempt)
    {
        var url = Template.Parse($"https://example.org/a/{{{choices.Pick(Fields)}}}/b?q={{{choices.Pick(Fields)}}}");
        var (header, _) = Text(choices, payload);
        var (text, _) = Text(choices, payload);
        JsonTemplate body = choices.Pick<JsonTemplate>([
            new JsonTemplate.WholePayload(),
            new JsonTemplate.Value(new TextValue.Text(text)),
            new JsonTemplate.Object([
                KeyValuePair.Create(
                    "a\"b",
                    (JsonTemplate)
                        new JsonTemplate.Array([
                            new JsonTemplate.Raw("1e5"),
                            new JsonTemplate.Value(new TextValue.Text(text)),
                            new JsonTemplate.WholePayload(),
                        ])
                ),
            ]),
        ]);
        attempt.Input = $"{url.Text} {header.Text} {text.Text}\n{attempt.Input}";
        if (
            Of(
                new Handler.Http("POST", new TextValue.Text(url), [new Handler.HttpHeader("X-A", new TextValue.Text(header))], body),
                payload
            )
            is not Invocation.Http http
        )
            return Verdict.Rejected;
        var address = new Uri(http.Url);
        BrokenException.Unless(
            address is { Scheme: "https", Host: "example.org", Port: 443, UserInfo: "" },
            $"a value changed the host: {http.Url}"
        );
        BrokenException.Unless(
            address.AbsolutePath.StartsWith("/a/", StringComparison.Ordinal)
                && address.AbsolutePath.EndsWith("/b", StringComparison.Ordinal)
                && address.AbsolutePath.Count(c => c == '/') == 3
                && address.Fragment.Length == 0,
            $"a value changed the path: {http.Url}"
        );
        BrokenException.Unless(
            http.Headers.Length == 1 && !http.Headers[0].Value.AsSpan().ContainsAny('\r', '\n', '\0'),
            "a value breaks out of a header"
        );
        using (JsonDocument.Parse(http.Body!.Value, new JsonDocumentOptions { MaxDepth = 200 })) { }
        return Verdict.Accepted;
    }

    private static Verdict Log(Choices choices, Payload payload, Attempt attempt)
    {
        var file = Template.Parse($"logs/{choices.Pick(["", "x-"])}{{{choices.Pick(Fields)}}}.jsonl");
        attempt.Input = $"{file.Text}\n{attempt.Input}";
        if (Of(new Handler.Log(new TextValue.Text(file)), payload) is not Invocation.Log log)
            return Verdict.Rejected;
        BrokenException.Unless(Path.GetDirectoryName(log.Path) == "/p/logs", $"a value chose the folder: {log.Path}");
        BrokenException.Unless(log.Line.Span.Count((byte)'\n') == 1 && log.Line.Span[^1] == '\n', "an event is more than a line");
        using (JsonDocument.Parse(log.Line, new JsonDocumentOptions { MaxDepth = 200 })) { }
        return Verdict.Accepted;
    }

    private static Verdict Message(Choices choices, Payload payload, Attempt attempt)
    {
        var (text, expected) = Text(choices, payload);
        attempt.Input = $"{text.Text}\n{attempt.Input}";
        if (choices.OneIn(2))
        {
            if (Of(new Handler.Notify(new TextValue.Text(text)), payload) is not Invocation.Process process)
                return Verdict.Rejected;
            BrokenException.Unless(
                process.Argv[^1] == expected && process.Argv[^2] == "--" && !expected.Contains('\0', StringComparison.Ordinal),
                "a message became something else"
            );
            return Verdict.Accepted;
        }

        if (Of(new Handler.Slack(new TextValue.Text(text)), payload) is not Invocation.Http http)
            return Verdict.Rejected;
        BrokenException.Unless(!http.Shown.Contains("hooks.example", StringComparison.Ordinal), "the webhook is shown");
        using var body = JsonDocument.Parse(http.Body!.Value);
        foreach (var part in text.Parts)
            if (part.Field is { } field && payload.Text(field) is { } value && value.Contains("<!", StringComparison.Ordinal))
                BrokenException.Unless(
                    !body.RootElement.GetProperty("text").GetString()!.Contains("<!", StringComparison.Ordinal),
                    "a value is a command to Slack"
                );
        return Verdict.Accepted;
    }

    private static Invocation Of(Handler handler, Payload payload) =>
        Invocation.Of(
            new ActionDefinition("a", handler, RuleGraphJson.NoPlace),
            BranchOptions.Default with
            {
                Pass = ["HOME"],
            },
            payload,
            Context
        );

    private static void CheckEnvironment(Invocation.Process process, IReadOnlyCollection<string> allowed)
    {
        foreach (var (name, value) in process.Environment)
        {
            BrokenException.Unless(allowed.Contains(name), $"a variable that nobody asked for: {name}");
            BrokenException.Unless(!value.Contains('\0', StringComparison.Ordinal), $"a variable holds NUL: {name}");
        }

        BrokenException.Unless(
            process.Environment.Select(variable => variable.Key).Distinct().Count() == process.Environment.Length,
            "a variable stands there twice"
        );
    }

    // Two braces are one, a field path in braces is its value, everything else is what it is.
    private static readonly Regex Piece = new(
        @"\G(?:(?<brace>\{\{|\}\})|\{(?<field>[A-Za-z_][A-Za-z0-9_-]*(?:\[[0-9]+\])*(?:\.[A-Za-z0-9_-]+(?:\[[0-9]+\])*)*)\}"
            + @"|(?<other>[\s\S]))",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1)
    );

    /// <summary>A template, and what it says for the payload by the letter of language.md.</summary>
    private static (Template Template, string Expected) Text(Choices choices, Payload payload)
    {
        var source = new StringBuilder();
        for (var count = choices.Next(4); count > 0; count--)
        {
            if (choices.OneIn(2))
                source.Append(choices.Pick(Literals));
            else
                source.Append('{').Append(choices.Pick(Fields)).Append('}');
        }

        var text = source.ToString();
        var expected = string.Concat(
            Piece
                .Matches(text)
                .Select(piece =>
                    piece.Groups["brace"].Success ? piece.Value[..1]
                    : piece.Groups["field"].Success ? Value(payload.Root, piece.Groups["field"].Value)
                    : piece.Value
                )
        );
        return (Template.Parse(text), expected);
    }

    private static string Value(JsonElement root, string field)
    {
        if (field == "file")
        {
            foreach (var name in new[] { "file_path", "notebook_path", "path" })
                if (Value(root, $"tool_input.{name}", textOnly: true) is { } file)
                    return file;
            return "";
        }

        return Value(root, field, textOnly: false) ?? "";
    }

    private static string? Value(JsonElement at, string field, bool textOnly)
    {
        foreach (var step in field.Replace("[0]", ".0", StringComparison.Ordinal).Split('.'))
        {
            if (step == "0" && at.ValueKind == JsonValueKind.Array && at.GetArrayLength() > 0)
                at = at[0];
            else if (at.ValueKind == JsonValueKind.Object && Last(at, step) is { } below)
                at = below;
            else
                return null;
        }

        return at.ValueKind == JsonValueKind.String ? Payload.StringOf(at)
            : textOnly || at.ValueKind == JsonValueKind.Null ? null
            : at.GetRawText();
    }

    private static JsonElement? Last(JsonElement members, string name)
    {
        JsonElement? found = null;
        foreach (var member in members.EnumerateObject())
        {
            try
            {
                if (member.Name == name)
                    found = member.Value;
            }
            catch (InvalidOperationException)
            {
                // A key with half a surrogate pair is none of ours.
            }
        }

        return found;
    }
}
