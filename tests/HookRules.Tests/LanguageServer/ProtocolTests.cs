using System.Diagnostics;
using System.Text;
using HookRules.LanguageServer;
using HookRules.LanguageServer.Files;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>Messages, whole and broken: none of them ends the server but the one that is meant to.</summary>
public sealed class ProtocolTests
{
    private const string Uri = "untitled:main.hookrules";
    private const string Rules =
        "action ruff = run \"ruff {file}\"\nrule r: on Write *.py -> ruff, dedup 1s\n"
        + "on before Bash where command == \"x\" -> ask \"Sure?\"\n";

    private static readonly string[] Messages =
    [
        """{"jsonrpc":"2.0","id":1,"method":"initialize","params":{"capabilities":{}}}""",
        """{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"untitled:a.hookrules","languageId":"hookrules","version":1,"text":"on Write *.py -> run \"x\"\n"}}}""",
        """{"jsonrpc":"2.0","method":"textDocument/didOpen","params":{"textDocument":{"uri":"file:///nowhere/hookrules.yaml","version":1,"text":"version: 1\nrules:\n  - on: Write\n    do: { run: x }\n"}}}""",
        """{"jsonrpc":"2.0","method":"textDocument/didChange","params":{"textDocument":{"uri":"untitled:a.hookrules","version":2},"contentChanges":[{"range":{"start":{"line":0,"character":3},"end":{"line":0,"character":8}},"text":"Stop"}]}}""",
        """{"jsonrpc":"2.0","id":2,"method":"textDocument/completion","params":{"textDocument":{"uri":"untitled:a.hookrules"},"position":{"line":0,"character":12}}}""",
        """{"jsonrpc":"2.0","id":"a","method":"textDocument/hover","params":{"textDocument":{"uri":"file:///nowhere/hookrules.yaml"},"position":{"line":2,"character":9}}}""",
        """{"jsonrpc":"2.0","id":4,"method":"textDocument/definition","params":{"textDocument":{"uri":"untitled:a.hookrules"},"position":{"line":0,"character":4}}}""",
        """{"jsonrpc":"2.0","id":5,"method":"textDocument/documentSymbol","params":{"textDocument":{"uri":"untitled:a.hookrules"}}}""",
        """{"jsonrpc":"2.0","id":6,"method":"textDocument/formatting","params":{"textDocument":{"uri":"untitled:a.hookrules"}}}""",
        """{"jsonrpc":"2.0","id":7,"method":"textDocument/codeAction","params":{"textDocument":{"uri":"untitled:a.hookrules"},"range":{"start":{"line":0,"character":0},"end":{"line":9,"character":0}},"context":{"only":["quickfix"]}}}""",
        """{"jsonrpc":"2.0","method":"$/cancelRequest","params":{"id":7}}""",
    ];

    [Fact]
    public void ItSaysWhatItCanDoAndEndsAsItShould()
    {
        using var client = LspClient.Start(greet: false);
        ((int?)client.Whole("textDocument/hover", "{}")["error"]!["code"]).ShouldBe(-32002);
        var greeting = client.Greet()!;
        ((string?)greeting["capabilities"]!["positionEncoding"], (int?)greeting["capabilities"]!["textDocumentSync"]!["change"]).ShouldBe(
            ("utf-16", 2)
        );
        ((int?)client.Whole("textDocument/nonsense", "{}")["error"]!["code"]).ShouldBe(-32601);
        client.Notify("$/nonsense", "{}");
        client.Request("textDocument/hover", """{ "textDocument": { "uri": "untitled:unknown" }, "position": 7 }""").ShouldBeNull();
        client.Request("shutdown", "null").ShouldBeNull();
        ((int?)client.Whole("textDocument/hover", "{}")["error"]!["code"]).ShouldBe(-32600);
        client.Notify("exit", "null");
        client.Ended!.Result.ShouldBeTrue();
    }

    [Fact]
    public void AnExitWithoutShutdownIsAFault()
    {
        using var client = LspClient.Start();
        client.Notify("exit", "null");
        client.Ended!.Result.ShouldBeFalse();
    }

    [Theory]
    [InlineData("Content-Length: 5\r\n\r\n{\"a\":")]
    [InlineData("Content-Length: 2\r\n\r\n[]")]
    [InlineData("Content-Length: 4\r\n\r\nnull")]
    [InlineData("Content-Length: -3\r\n\r\n")]
    [InlineData("Content-Length: 99999999999999\r\n\r\n")]
    [InlineData("nonsense\r\n\r\nmore\n")]
    [InlineData("Content-Type: x\r\n\r\n")]
    [InlineData("{\"method\":\"x\"}")]
    [InlineData("content-length:2\n\n{}")]
    public void AfterWhatIsNoMessageTheNextOneIsAnswered(string broken)
    {
        using var client = LspClient.Start();
        client.Send(Encoding.UTF8.GetBytes(broken));
        client.Open(Uri, Rules);
        (
            (string)client.Ask("textDocument/hover", Uri, Rules, Rules.IndexOf("dedup", StringComparison.Ordinal))!["contents"]!["value"]!
        ).ShouldContain("One run for many events");
    }

    [Theory]
    [InlineData("""{ "diagnostics": false }""", false)]
    [InlineData("""{ "diagnostics": true }""", true)]
    [InlineData("""{ "diagnostics": 0 }""", true)]
    [InlineData("{}", true)]
    [InlineData("null", true)]
    public void AClientMayDoWithoutDiagnosticsAndKeepsTheRest(string options, bool isTold)
    {
        const string Typo = "on befor Bash -> deny \"no\"\n";
        using var client = LspClient.Start(greet: false);
        client.Request("initialize", $$"""{ "capabilities": {}, "initializationOptions": {{options}} }""");
        client.Open(Uri, Typo);
        client.Notify("textDocument/didSave", $$"""{ "textDocument": { "uri": "{{Uri}}" } }""");
        var mends = client.Request(
            "textDocument/codeAction",
            $$"""
            { "textDocument": { "uri": "{{Uri}}" }, "context": { "only": ["quickfix"], "diagnostics": [] },
              "range": { "start": {{LspClient.Place(Typo, 4)}}, "end": {{LspClient.Place(Typo, 4)}} } }
            """
        );
        ((string)mends![0]!["title"]!).ShouldBe("Write \"before\"");
        if (isTold)
            client.Diagnostics(Uri).Count.ShouldBe(1);
        client.Notify("textDocument/didClose", $$"""{ "textDocument": { "uri": "{{Uri}}" } }""");
        client.Whole("shutdown", "{}");
        if (!isTold)
            client.Told.ShouldBeEmpty();
    }

    [Fact]
    public void WhoAsksWithoutAPauseIsToldWhatIsWrongAllTheSame()
    {
        using var client = LspClient.Start();
        client.Open(Uri, Rules);
        var clock = Stopwatch.StartNew();
        while (client.Told.Count == 0)
        {
            client.Ask("textDocument/hover", Uri, Rules, 40);
            clock.Elapsed.ShouldBeLessThan(TimeSpan.FromSeconds(20));
        }

        client.Diagnostics(Uri).ShouldNotBeNull();
    }

    [Fact]
    public void ThousandsOfBrokenMessagesLeaveItAlive()
    {
        var random = new Random(20261129);
        using var client = LspClient.Start();
        for (var i = 0; i < 4000; i++)
        {
            client.Send(LspClient.Frame(Broken(random, Encoding.UTF8.GetBytes(Messages[random.Next(Messages.Length)]))));
            // What it answers must be read, or its pipe is full.
            if (i % 20 == 0)
                client.Whole("textDocument/hover", "{}")["id"].ShouldNotBeNull($"after {i}");
        }

        client.Open(Uri, Rules);
        client.Ask("textDocument/hover", Uri, Rules, 40).ShouldNotBeNull();
        client.Diagnostics(Uri).ShouldNotBeNull();
    }

    [Fact]
    public void BrokenStreamsComeToAnEnd()
    {
        var random = new Random(20261129);
        for (var i = 0; i < 60; i++)
        {
            var bytes = Messages.SelectMany(message => Broken(random, LspClient.Frame(message))).ToArray();
            using var input = new MemoryStream(bytes);
            using var output = new MemoryStream();
            LspServer.Run(input, output, new ServerContext(null, null, "1.0.0")).ShouldBeTrue();
        }
    }

    [Fact]
    public void TheProgramItselfServesAndEndsWithItsEditor()
    {
        var hover =
            """{"jsonrpc":"2.0","id":2,"method":"textDocument/hover","params":{"textDocument":{"uri":"untitled:a.hookrules"},"position":{"line":0,"character":5}}}""";
        var result = RealProcess.Run(
            Path.Join(AppContext.BaseDirectory, "hookrules"),
            ["lsp", "--stdio"],
            new[] { Messages[0], Messages[1], "{", hover }.SelectMany(LspClient.Frame).ToArray(),
            new Dictionary<string, string> { ["DOTNET_ROOT"] = Path.GetDirectoryName(Environment.ProcessPath)! }
        );
        (result.ExitCode, result.Stderr).ShouldBe((0, ""));
        result.Stdout.ShouldStartWith("Content-Length: ");
        result.Stdout.ShouldContain("\"serverInfo\":{\"name\":\"hookrules\"");
        result.Stdout.ShouldContain("**Write**: a tool of Claude Code");
    }

    private static byte[] Broken(Random random, byte[] message)
    {
        var bytes = message.ToList();
        for (var changes = random.Next(4); changes > 0 && bytes.Count > 2; changes--)
        {
            var at = random.Next(bytes.Count);
            switch (random.Next(5))
            {
                case 0:
                    bytes.RemoveRange(at, Math.Min(random.Next(1, 40), bytes.Count - at));
                    break;
                case 1:
                    bytes[at] = (byte)random.Next(256);
                    break;
                case 2:
                    bytes.InsertRange(at, bytes.GetRange(at, Math.Min(random.Next(1, 40), bytes.Count - at)));
                    break;
                case 3:
                    bytes[at] = (byte)"{}[]\":,\\09-"[random.Next(11)];
                    break;
                default:
                    bytes.InsertRange(at, "\\ud800"u8.ToArray());
                    break;
            }
        }

        return [.. bytes];
    }
}
