using System.Collections.Concurrent;
using System.Net;
using System.Net.Sockets;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Tests.Faults;

/// <summary>Keeps the commands of the payloads that are posted to it.</summary>
internal sealed class CountingServer : IDisposable
{
    private readonly HttpListener server = new();
    private readonly string address;
    private readonly TimeSpan takes;

    public CountingServer(TimeSpan takes = default, string host = "127.0.0.1")
    {
        this.takes = takes;
        using (var probe = new TcpListener(IPAddress.Parse(host), 0))
        {
            probe.Start();
            address = $"http://{host}:{((IPEndPoint)probe.LocalEndpoint).Port}/";
        }

        server.Prefixes.Add(address);
        server.Start();
        _ = Serve();
    }

    public ConcurrentQueue<string> Received { get; } = [];

    public ActionDefinition Action(string name) =>
        new(
            name,
            new Handler.Http("POST", new TextValue.Text(Template.Literal(address)), [], new JsonTemplate.WholePayload()),
            new SourceRef("main.hookrules", 7, 1, 7, 20)
        );

    public void Dispose() => server.Close();

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                using var json = await JsonDocument.ParseAsync(context.Request.InputStream);
                Received.Enqueue(json.RootElement.GetProperty("tool_input").GetProperty("command").GetString()!);
                await Task.Delay(takes);
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
