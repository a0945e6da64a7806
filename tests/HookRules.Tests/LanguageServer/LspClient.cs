using System.IO.Pipes;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.LanguageServer;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.Tests.LanguageServer;

/// <summary>An editor: speaks to a server over two streams, and keeps what it is told in between.</summary>
internal sealed class LspClient : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    private readonly Stream toServer;
    private readonly FrameReader fromServer;
    private readonly List<JsonNode> told = [];
    private int requests;

    public LspClient(Stream toServer, Stream fromServer)
    {
        this.toServer = toServer;
        this.fromServer = new FrameReader(fromServer);
    }

    /// <summary>How the server ended; null for one of another process.</summary>
    public Task<bool>? Ended { get; private init; }

    /// <summary>The kinds of semantic tokens, as the server's greeting has them.</summary>
    public string[]? Legend { get; private set; }

    /// <summary>What the server said by itself and nobody asked for yet.</summary>
    public IReadOnlyList<JsonNode> Told => told;

    /// <summary>A server of this process that has been greeted.</summary>
    public static LspClient Start(bool greet = true)
    {
        var down = new AnonymousPipeServerStream(PipeDirection.Out);
        var up = new AnonymousPipeServerStream(PipeDirection.In);
        var input = new AnonymousPipeClientStream(PipeDirection.In, down.ClientSafePipeHandle);
        var output = new AnonymousPipeClientStream(PipeDirection.Out, up.ClientSafePipeHandle);
        var client = new LspClient(down, up)
        {
            Ended = Task.Factory.StartNew(
                () => LspServer.Run(input, output, new ServerContext(null, null, "1.0.0")),
                TaskCreationOptions.LongRunning
            ),
        };
        if (greet)
            client.Greet();
        return client;
    }

    public JsonNode? Greet()
    {
        var answer = Request(
            "initialize",
            """
            { "capabilities": {
              "textDocument": { "completion": { "completionItem": { "snippetSupport": true } } },
              "workspace": { "workspaceEdit": { "documentChanges": true, "resourceOperations": ["create", "rename"] } } } }
            """
        );
        Legend = answer
            ?["capabilities"]!["semanticTokensProvider"]!["legend"]!["tokenTypes"]!.AsArray()
            .Select(one => (string)one!)
            .ToArray();
        Notify("initialized", "{}");
        return answer;
    }

    public void Send(byte[] bytes)
    {
        toServer.Write(bytes);
        toServer.Flush();
    }

    public static byte[] Frame(byte[] body) => [.. Encoding.ASCII.GetBytes($"Content-Length: {body.Length}\r\n\r\n"), .. body];

    public static byte[] Frame(string body) => Frame(Encoding.UTF8.GetBytes(body));

    public void Notify(string method, string parameters) =>
        Send(Frame($$"""{ "jsonrpc": "2.0", "method": "{{method}}", "params": {{parameters}} }"""));

    public JsonNode Whole(string method, string parameters)
    {
        var id = ++requests;
        Send(Frame($$"""{ "jsonrpc": "2.0", "id": {{id}}, "method": "{{method}}", "params": {{parameters}} }"""));
        while (true)
        {
            var message = Next();
            if (message["id"] is JsonValue found && found.TryGetValue<int>(out var number) && number == id)
                return message;
            told.Add(message);
        }
    }

    /// <summary>The result of a request that succeeds.</summary>
    public JsonNode? Request(string method, string parameters)
    {
        var answer = Whole(method, parameters);
        return answer["error"] is null ? answer["result"] : throw new InvalidOperationException(answer["error"]!.ToJsonString());
    }

    public JsonNode? Ask(string method, string uri, string text, int at) =>
        Request(method, $$"""{ "textDocument": { "uri": "{{uri}}" }, "position": {{Place(text, at)}} }""");

    public void Open(string uri, string text, int version = 1) =>
        Notify(
            "textDocument/didOpen",
            new JsonObject
            {
                ["textDocument"] = new JsonObject
                {
                    ["uri"] = uri,
                    ["languageId"] = uri.EndsWith(".hookrules", StringComparison.Ordinal) ? "hookrules" : "yaml",
                    ["version"] = version,
                    ["text"] = text,
                },
            }.ToJsonString()
        );

    /// <summary>What is said of one state of a file.</summary>
    public JsonArray Diagnostics(string uri, int? version = 1)
    {
        for (var at = 0; ; at++)
        {
            if (at == told.Count)
                told.Add(Next());
            if (
                (string?)told[at]["method"] == "textDocument/publishDiagnostics"
                && (string?)told[at]["params"]!["uri"] == uri
                && (version is null || (int?)told[at]["params"]!["version"] == version)
            )
            {
                var found = told[at]["params"]!["diagnostics"]!.AsArray();
                told.RemoveAt(at);
                return found;
            }
        }
    }

    public static string Place(string text, int at)
    {
        var before = text[..at];
        return $$"""{ "line": {{before.Count(c => c == '\n')}}, "character": {{at - (before.LastIndexOf('\n') + 1)}} }""";
    }

    public void Dispose()
    {
        toServer.Dispose();
        Ended?.Wait(Patience);
    }

    public JsonNode Next()
    {
        var read = Task.Run(fromServer.Read);
        return read.Wait(Patience) && read.Result is { } body
            ? JsonNode.Parse(body)!
            : throw new InvalidOperationException("the server says nothing any more");
    }
}
