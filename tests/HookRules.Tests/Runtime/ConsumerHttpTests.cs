using System.Net;
using System.Net.Sockets;
using System.Text;
using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

/// <summary>Requests to a real server on loopback.</summary>
public sealed class ConsumerHttpTests : IDisposable
{
    private readonly ConsumerBench bench = new();
    private readonly HttpListener server;
    private readonly List<(string Method, string Path, string Body, string? Type)> requests = [];
    private readonly Queue<(int Status, string? RetryAfter)> answers = new();
    private readonly string address;

    public ConsumerHttpTests()
    {
        (server, address) = Listening();
        _ = Serve();
    }

    /// <summary>A port that was free may be another test's a moment later.</summary>
    private static (HttpListener Server, string Address) Listening()
    {
        for (var left = 20; ; left--)
        {
            using var probe = new TcpListener(IPAddress.Loopback, 0);
            probe.Start();
            var address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}/";
            probe.Stop();
            var server = new HttpListener();
            server.Prefixes.Add(address);
            try
            {
                server.Start();
                return (server, address);
            }
            catch (HttpListenerException) when (left > 0)
            {
                server.Close();
            }
        }
    }

    public void Dispose()
    {
        bench.Dispose();
        server.Close();
    }

    [Fact]
    public void AnEventIsPosted()
    {
        Plan(new JsonTemplate.WholePayload());
        bench.Write("a.py");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        var request = requests.ShouldHaveSingleItem();
        (request.Method, request.Path, request.Type).ShouldBe(("POST", "/in", "application/json; charset=utf-8"));
        request.Body.ShouldContain("\"tool_name\":\"Write\"");
        bench.Runs()[0].GetProperty("cmd").GetString().ShouldBe("POST env.HOOK_URL");
    }

    [Theory]
    [InlineData(408)]
    [InlineData(425)]
    [InlineData(429)]
    [InlineData(503)]
    public void WhatMayBeBetterLaterIsTriedAgain(int status)
    {
        answers.Enqueue((status, null));
        Plan(null, retry: 3);
        bench.Write("a.py");

        bench.AdvanceUntil(() => bench.SpoolIsEmpty, TimeSpan.FromSeconds(5));
        requests.Count.ShouldBe(2);
        bench.Runs().Select(run => run.GetProperty("exit_code").GetInt32()).ShouldBe([1, 0]);
        bench.Spool("dead").ShouldBeEmpty();
    }

    [Theory]
    [InlineData(302)]
    [InlineData(307)]
    public void ARedirectIsAFailureAndNotFollowed(int status)
    {
        answers.Enqueue((status, null));
        Plan(new JsonTemplate.WholePayload());
        bench.Write("a.py");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        requests.ShouldHaveSingleItem();
        bench.Spool("dead").ShouldHaveSingleItem();
    }

    [Fact]
    public void WhatWillNotBeBetterIsADeadLetterAtOnce()
    {
        answers.Enqueue((404, null));
        Plan(null, retry: 3);
        bench.Write("a.py");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        requests.Count.ShouldBe(1);
        File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem())).ShouldContain("404");
    }

    [Fact]
    public void RetryAfterIsRespected()
    {
        answers.Enqueue((429, "120"));
        Plan(null, retry: 1);
        bench.Write("a.py");
        bench.Until(() => requests.Count == 1);

        bench.AdvanceUntil(() => bench.Time.GetElapsedTime(0) > TimeSpan.FromSeconds(95), TimeSpan.FromSeconds(10));
        requests.Count.ShouldBe(1);
        bench.AdvanceUntil(() => bench.SpoolIsEmpty, TimeSpan.FromSeconds(10));
        requests.Count.ShouldBe(2);
    }

    [Fact]
    public void AServerThatIsAwayIsAFailureThatNamesNoSecret()
    {
        server.Stop();
        Plan(null);
        bench.Write("a.py");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        var letter = File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem()));
        letter.ShouldContain("the connection failed");
        letter.ShouldNotContain(address);
    }

    private void Plan(JsonTemplate? body, int retry = 0)
    {
        bench.Variables["HOOK_URL"] = address + "in";
        bench.Plan(
            [Action("send", new Handler.Http("POST", new TextValue.Env("HOOK_URL"), [], body))],
            Rule("r", ["send"], options: new BranchOptions { Retry = retry, Timeout = TimeSpan.FromSeconds(10) })
        );
        bench.Start();
    }

    private async Task Serve()
    {
        try
        {
            while (true)
            {
                var context = await server.GetContextAsync();
                using var reader = new StreamReader(context.Request.InputStream, Encoding.UTF8);
                requests.Add(
                    (
                        context.Request.HttpMethod,
                        context.Request.Url!.AbsolutePath,
                        await reader.ReadToEndAsync(),
                        context.Request.ContentType
                    )
                );
                var (status, retryAfter) = answers.TryDequeue(out var answer) ? answer : (200, null);
                context.Response.StatusCode = status;
                if (status is >= 300 and < 400)
                    context.Response.Headers["Location"] = address + "elsewhere";
                if (retryAfter is not null)
                    context.Response.Headers["Retry-After"] = retryAfter;
                context.Response.Close();
            }
        }
        catch (Exception e) when (e is HttpListenerException or ObjectDisposedException)
        {
            // Closed.
        }
    }
}
