using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace HookRules.LanguageServer.Protocol;

/// <summary>Writes messages one after the other, whichever thread they come from. Who has stopped reading is no fault of ours.</summary>
internal sealed class FrameWriter(Stream output)
{
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly Lock gate = new();

    public void Result(JsonNode? id, JsonNode? result) => Send(new JsonObject { ["id"] = id, ["result"] = result });

    public void Error(JsonNode? id, ErrorCode code, string message) =>
        Send(
            new JsonObject
            {
                ["id"] = id,
                ["error"] = new JsonObject { ["code"] = (int)code, ["message"] = message },
            }
        );

    public void Notify(string method, JsonObject parameters) => Send(new JsonObject { ["method"] = method, ["params"] = parameters });

    private void Send(JsonObject message)
    {
        message["jsonrpc"] = "2.0";
        using var body = new MemoryStream();
        using (var json = new Utf8JsonWriter(body, Plain))
            message.WriteTo(json);
        var head = Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"Content-Length: {body.Length}\r\n\r\n"));
        lock (gate)
        {
            try
            {
                output.Write(head);
                body.WriteTo(output);
                output.Flush();
            }
            catch (Exception e) when (e is IOException or ObjectDisposedException)
            {
                // The end of the input will follow.
            }
        }
    }
}

/// <summary>The codes of JSON-RPC and of the protocol.</summary>
internal enum ErrorCode
{
    ParseError = -32700,
    InvalidRequest = -32600,
    MethodNotFound = -32601,
    InternalError = -32603,
    NotInitialized = -32002,
    RequestFailed = -32803,
}
