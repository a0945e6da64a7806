using System.Collections.Concurrent;
using System.Diagnostics;
using System.Net;
using System.Net.Sockets;

namespace HookRules.Tests.Site;

/// <summary>Chromium, and a server of the built site; what the browser asks of anybody else is written down and refused.</summary>
internal sealed class Browser : IDisposable
{
    private const int MostTries = 20;

    private static readonly string Root = Environment.GetEnvironmentVariable("HOOKRULES_SITE")!;

    private readonly HttpListener server = new();
    private readonly TcpListener others = new(IPAddress.Loopback, 0);
    private readonly string profile = Directory.CreateTempSubdirectory("hookrules-browser-").FullName;
    private readonly string address;

    public Browser()
    {
        others.Start();
        using var free = new TcpListener(IPAddress.Loopback, 0);
        free.Start();
        var port = ((IPEndPoint)free.LocalEndpoint).Port;
        free.Stop();
        address = $"http://127.0.0.1:{port}/";
        server.Prefixes.Add(address);
        server.Start();
        _ = Serve();
        _ = Refuse();
    }

    public ConcurrentQueue<string> Asked { get; } = [];

    public ConcurrentQueue<string> AskedOfOthers { get; } = [];

    public bool Has(string path) => File.Exists(Path.Combine(Root, path));

    /// <summary>The page of the playground as it stands when all is answered.</summary>
    public string Open(string rules, string payload)
    {
        var link = $"{address}playground/index.html#rules={Uri.EscapeDataString(rules)}&payload={Uri.EscapeDataString(payload)}";
        string[] options =
        [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
            "--no-first-run",
            $"--user-data-dir={profile}",
            $"--proxy-server=127.0.0.1:{((IPEndPoint)others.LocalEndpoint).Port}",
            "--virtual-time-budget=60000",
            "--timeout=240000",
            "--dump-dom",
            link,
        ];
        // The browser's own clock may run out while it still compiles; what it has compiled it keeps.
        var page = Run(options);
        for (var tries = 1; tries < MostTries && page.Contains("Loading the compiler", StringComparison.Ordinal); tries++)
            page = Run(options);
        return page;
    }

    private static string Run(string[] options)
    {
        using var process = Process.Start(
            new ProcessStartInfo("chromium", options) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        process.ErrorDataReceived += (_, _) => { };
        process.BeginErrorReadLine();
        var page = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return page;
    }

    public void Dispose()
    {
        server.Close();
        others.Dispose();
        Directory.Delete(profile, recursive: true);
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                var path = context.Request.Url!.AbsolutePath.TrimStart('/');
                Asked.Enqueue(path);
                context.Response.StatusCode = Has(path) ? 200 : 404;
                context.Response.ContentType = Path.GetExtension(path) switch
                {
                    ".html" => "text/html; charset=utf-8",
                    ".js" => "text/javascript",
                    ".css" => "text/css",
                    ".svg" => "image/svg+xml",
                    ".wasm" => "application/wasm",
                    ".json" => "application/json",
                    _ => "application/octet-stream",
                };
                if (Has(path))
                    await context.Response.OutputStream.WriteAsync(await File.ReadAllBytesAsync(Path.Combine(Root, path)));
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Refuse()
    {
        try
        {
            while (true)
            {
                using var client = await others.AcceptTcpClientAsync();
                using var reader = new StreamReader(client.GetStream());
                AskedOfOthers.Enqueue(await reader.ReadLineAsync() ?? "");
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException or IOException)
        {
            // The test is over.
        }
    }
}
