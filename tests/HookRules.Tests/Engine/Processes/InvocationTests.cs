using System.Collections.Immutable;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class InvocationTests
{
    private readonly Dictionary<string, string> variables = new()
    {
        ["PATH"] = "/usr/bin",
        ["HOME"] = "/home/me",
        ["ANTHROPIC_API_KEY"] = "key",
        ["https_proxy"] = "http://proxy",
        ["TOKEN"] = "t0k3n",
        ["SLACK_WEBHOOK"] = "https://hooks.example/x",
    };

    [Theory]
    [InlineData("ruff check --fix {file}", "src/a.py", "ruff|check|--fix|src/a.py")]
    [InlineData("ruff check --fix {file}", "a b; rm 'x'\n$(y)", "ruff|check|--fix|a b; rm 'x'\n$(y)")]
    [InlineData("ruff {file}", "--fix.py", "ruff|./--fix.py")]
    [InlineData("ruff -- {file}", "--fix.py", "ruff|--|./--fix.py")]
    [InlineData("ruff --file={file}", "-x", "ruff|--file=-x")]
    [InlineData("tool {tool_name}{file}", "-x", "tool|Write-x")]
    [InlineData("tool {tool_input.nothing}{file}", "-x", "tool|./-x")]
    [InlineData("tool {tool_input.nothing} end", "x", "tool||end")]
    public void AValueStaysInItsArgument(string command, string file, string argv)
    {
        var process = Of(Run(command), Write(file)).ShouldBeOfType<Invocation.Process>();

        string.Join('|', process.Argv).ShouldBe(argv);
    }

    [Theory]
    [InlineData("tool {tool_input.content}", "--force")]
    [InlineData("tool -x {tool_input.content}", "-")]
    public void AnyOtherValueThatBeginsWithADashFailsTheRun(string command, string content)
    {
        var refused = Of(Run(command), Write("a", content)).ShouldBeOfType<Invocation.Refused>();

        refused.Why.ShouldBe(
            "the value of {tool_input.content} begins with \"-\" and would be read as an option; write \"--\" before it in the rule"
        );
    }

    [Fact]
    public void AfterTwoDashesItIsAValue() =>
        Of(Run("tool -- {tool_input.content}"), Write("a", "--force"))
            .ShouldBeOfType<Invocation.Process>()
            .Argv.ShouldBe(["tool", "--", "--force"]);

    [Fact]
    public void AValueThatIsTwoDashesOpensNoDoor() =>
        Of(Run("tool {tool_input.description} {tool_input.content}"), Write("a", "--force", "--")).ShouldBeOfType<Invocation.Refused>();

    [Fact]
    public void AZeroCharacterFailsTheRun() =>
        Of(Run("tool {file}"), Write("a\0b"))
            .ShouldBeOfType<Invocation.Refused>()
            .Why.ShouldBe("the value of \"{file}\" contains a zero character, which no program can be given");

    [Fact]
    public void TheEnvironmentIsAnAllowlist()
    {
        var process = Of(Run("tool env.TOKEN"), Write("a"), new BranchOptions { Pass = ["SLACK_WEBHOOK"] })
            .ShouldBeOfType<Invocation.Process>();

        process
            .Environment.Select(variable => $"{variable.Key}={variable.Value}")
            .ShouldBe([
                "PATH=/usr/bin",
                "HOME=/home/me",
                "https_proxy=http://proxy",
                "SLACK_WEBHOOK=https://hooks.example/x",
                "TOKEN=t0k3n",
                "CLAUDE_PROJECT_DIR=/project",
            ]);
        process.Argv.ShouldBe(["tool", "t0k3n"]);
        process.Shown.ShouldBe("tool env.TOKEN");
    }

    [Fact]
    public void InASimulationNoVariableIsRead()
    {
        var http = Simulate(
                new Handler.Http(
                    "POST",
                    new TextValue.Env("TOKEN"),
                    [new("X", new TextValue.Env("TOKEN"))],
                    new JsonTemplate.Value(new TextValue.Env("TOKEN"))
                )
            )
            .ShouldBeOfType<Invocation.Http>();

        (http.Url, http.Headers[0].Value, Text(http.Body!.Value)).ShouldBe(("env.TOKEN", "env.TOKEN", "\"env.TOKEN\""));
        Simulate(Run("tool env.TOKEN")).ShouldBeOfType<Invocation.Process>().Argv.ShouldBe(["tool", "env.TOKEN"]);
    }

    [Fact]
    public void AVariableThatIsNotSetFailsTheRun() =>
        Of(Run("tool env.NOWHERE"), Write("a"))
            .ShouldBeOfType<Invocation.Refused>()
            .Why.ShouldBe("the environment variable NOWHERE is not set where the action runs");

    [Theory]
    [InlineData("""{"command":"true","Command":"false"}""")]
    [InlineData("""{"Command":"false","command":"true"}""")]
    [InlineData("""{"COMMAND":"false","command":"false","command":"true"}""")]
    public void AMemberThatDiffersInCaseDoesNotTakeAnothersVariable(string input)
    {
        var payload = Parse("""{"hook_event_name":"PreToolUse","tool_name":"mcp__x__y","tool_input":""" + input + "}");
        Of(new Handler.Shell("$HOOK_TOOL_INPUT_COMMAND"), payload)
            .ShouldBeOfType<Invocation.Process>()
            .Environment.ShouldContain(KeyValuePair.Create("HOOK_TOOL_INPUT_COMMAND", "true"));
    }

    [Fact]
    public void AShellGetsTheVariablesThatItsTextNames()
    {
        var process = Of(
                new Handler.Shell(
                    "echo \"$HOOK_FILE\" ${HOOK_TOOL_INPUT_CONTENT:-x} $HOOK_SESSION_ID $HOOK_TOOL $HOOK_NOTHING $MY_HOOK_FILE "
                        + "$HOOK_TOOL_INPUT_EDITS_1_OLD_STRING"
                ),
                Write("it's", "text")
            )
            .ShouldBeOfType<Invocation.Process>();

        process.Argv[..2].ShouldBe(["/bin/sh", "-c"]);
        process
            .Environment.Where(variable => variable.Key.StartsWith("HOOK_", StringComparison.Ordinal))
            .Select(variable => $"{variable.Key}={variable.Value}")
            .ShouldBe([
                "HOOK_FILE=it's",
                "HOOK_NOTHING=",
                "HOOK_SESSION_ID=s-1",
                "HOOK_TOOL=Write",
                "HOOK_TOOL_INPUT_CONTENT=text",
                "HOOK_TOOL_INPUT_EDITS_1_OLD_STRING=second",
            ]);
    }

    [Fact]
    public void ALongVariableIsCutAtACharacter()
    {
        var process = Of(new Handler.Shell("$HOOK_TOOL_INPUT_CONTENT"), Write("a", "x" + new string('ü', 50_000)))
            .ShouldBeOfType<Invocation.Process>();

        var value = process.Environment.Single(variable => variable.Key == "HOOK_TOOL_INPUT_CONTENT").Value;
        Encoding.UTF8.GetByteCount(value).ShouldBe(64 * 1024 - 1);
        value.ShouldEndWith("ü");
    }

    [Fact]
    public void ABodyIsJsonWhateverTheValuesHold()
    {
        var body = new JsonTemplate.Object([
            new("text", new JsonTemplate.Value(new TextValue.Text(Template.Parse("Claude wrote {file}")))),
            new("n", new JsonTemplate.Raw("1.50")),
            new("list", new JsonTemplate.Array([new JsonTemplate.Raw("true"), new JsonTemplate.WholePayload()])),
        ]);
        var http = Of(new Handler.Http("POST", Literal("https://example.org/x"), [], body), Write("a\"\\\n</b>ü"))
            .ShouldBeOfType<Invocation.Http>();

        var json = JsonNode.Parse(http.Body!.Value.Span)!;
        ((string)json["text"]!, json["n"]!.ToJsonString(), (string)json["list"]![1]!["tool_name"]!).ShouldBe(
            ("Claude wrote a\"\\\n</b>ü", "1.50", "Write")
        );
    }

    [Theory]
    [InlineData("https://example.org/{tool_input.content}/x?y={file}", "https://example.org/..%2F%3Fa%3D1/x?y=a%20b")]
    [InlineData("{tool_input.url}", "https://other.example/path")]
    public void AValueStaysInItsPartOfTheUrl(string url, string expected) =>
        Of(new Handler.Http("GET", new TextValue.Text(Template.Parse(url)), [], null), Write("a b", "../?a=1"))
            .ShouldBeOfType<Invocation.Http>()
            .Url.ShouldBe(expected);

    [Theory]
    [InlineData("file:///etc/passwd")]
    [InlineData("example.org")]
    public void AnythingButHttpIsRefused(string url) =>
        Of(new Handler.Http("GET", Literal(url), [], null), Write("a"))
            .ShouldBeOfType<Invocation.Refused>()
            .Why.ShouldBe($"{url} is not an http or https URL");

    [Fact]
    public void ALineBreakInAHeaderIsRefused() =>
        Of(
                new Handler.Http(
                    "GET",
                    Literal("https://example.org"),
                    [new("X-File", new TextValue.Text(Template.Parse("{file}")))],
                    null
                ),
                Write("a\r\nX-Evil: 1")
            )
            .ShouldBeOfType<Invocation.Refused>()
            .Why.ShouldBe("the value of the header X-File contains a line break");

    [Fact]
    public void SlackIsToldTextAndNoCommands()
    {
        var http = Of(new Handler.Slack(new TextValue.Text(Template.Parse("<!here> wrote {file}"))), Write("<!channel>&"))
            .ShouldBeOfType<Invocation.Http>();

        (http.Shown, http.Url, Text(http.Body!.Value)).ShouldBe(
            ("POST env.SLACK_WEBHOOK", "https://hooks.example/x", """{"text":"<!here> wrote &lt;!channel&gt;&amp;"}""")
        );
    }

    [Fact]
    public void ALogsFileNameHoldsNoPathOfAValue()
    {
        var log = Of(new Handler.Log(new TextValue.Text(Template.Parse("logs/{file}.jsonl"))), Write("../../etc/x"))
            .ShouldBeOfType<Invocation.Log>();

        log.Path.ShouldBe("/project/logs/______etc_x.jsonl");
    }

    [Fact]
    public void ALogsLineIsOneLineWithoutFileContents()
    {
        var payload = Parse(
            """
            { "hook_event_name": "PostToolBatch", "session_id": "s-1", "time": "mine", "prompt": "a\nb",
              "tool_input": { "file_path": "x", "content": "SECRET", "edits": [ { "old_string": "SECRET" } ], "replace_all": true },
              "tool_response": { "type": "update", "originalFile": "SECRET", "ok": true, "n": 2 },
              "tool_calls": [ { "tool_name": "Edit", "tool_input": { "new_string": "SECRET" }, "tool_response": "SECRET" } ] }
            """
        );

        var line = Text(Of(new Handler.Log(Literal("l")), payload).ShouldBeOfType<Invocation.Log>().Line);

        line.ShouldBe(
            """{"time":"1970-01-01T00:00:01.500Z","event_id":"e-1","rule":"r","hook_event_name":"PostToolBatch","session_id":"s-1","prompt":"a\nb","tool_input":{"file_path":"x","replace_all":true},"tool_response":{"type":"update","ok":true,"n":2},"tool_calls":[{"tool_name":"Edit","tool_input":{}}]}"""
                + "\n"
        );
    }

    [Theory]
    [InlineData("""{"hook_event_name":"Stop","\ud800":1,"tool_input":{"\udc00":{"\ud800":"\ud800"}}}""")]
    public void HalfACharacterStopsNoHandler(string json)
    {
        Of(new Handler.Log(Literal("l")), Parse(json)).ShouldBeOfType<Invocation.Log>();
        Of(new Handler.Shell("$HOOK_TOOL_INPUT_X"), Parse(json)).ShouldBeOfType<Invocation.Process>();
    }

    [Fact]
    public void ANotificationIsNoMarkupAndNoOption()
    {
        var process = Of(new Handler.Notify(new TextValue.Text(Template.Parse("{file}"))), Write("--x <b>"))
            .ShouldBeOfType<Invocation.Process>();

        if (OperatingSystem.IsLinux())
            process.Argv.ShouldBe(["notify-send", "--app-name=Claude Code", "--", "--x <b>"]);
    }

    [Theory]
    [InlineData("a/b.py", "a/b.py")]
    [InlineData("", "''")]
    [InlineData("it's", "'it'\\''s'")]
    [InlineData("a b", "'a b'")]
    public void ArgumentsAreShownAsInAShell(string argument, string shown) => ShellQuoting.Quote(argument).ShouldBe(shown);

    private static Handler.Run Run(string words) =>
        new([
            .. words
                .Split(' ')
                .Select(word =>
                    word.StartsWith("env.", StringComparison.Ordinal)
                        ? (TextValue)new TextValue.Env(word[4..])
                        : new TextValue.Text(Template.Parse(word))
                ),
        ]);

    private static TextValue.Text Literal(string text) => new(Template.Literal(text));

    private static Payload Parse(string json) =>
        Payload.TryParse(Encoding.UTF8.GetBytes(json), out var problem) ?? throw new InvalidOperationException(problem);

    private static Payload Write(string file, string content = "", string description = "") =>
        Parse(
            new JsonObject
            {
                ["hook_event_name"] = "PostToolUse",
                ["session_id"] = "s-1",
                ["tool_name"] = "Write",
                ["tool_input"] = new JsonObject
                {
                    ["file_path"] = file,
                    ["content"] = content,
                    ["description"] = description,
                    ["url"] = "https://other.example/path",
                    ["edits"] = new JsonArray(new JsonObject(), new JsonObject { ["old_string"] = "second" }),
                },
            }.ToJsonString()
        );

    private static string Text(ReadOnlyMemory<byte> bytes) => Encoding.UTF8.GetString(bytes.Span);

    private static Invocation Simulate(Handler handler) => Of(handler, Write("a"), null, null);

    private Invocation Of(Handler handler, Payload payload, BranchOptions? options = null) =>
        Of(handler, payload, options, variables.GetValueOrDefault);

    private static Invocation Of(Handler handler, Payload payload, BranchOptions? options, Func<string, string?>? environment) =>
        Invocation.Of(
            new ActionDefinition("a", handler, new SourceRef("main.hookrules", 1, 1, 1, 2)),
            options ?? BranchOptions.Default,
            payload,
            new InvocationContext("/project", environment)
            {
                EventId = "e-1",
                RuleId = "r",
                PublishedAt = DateTimeOffset.FromUnixTimeMilliseconds(1500),
            }
        );
}
