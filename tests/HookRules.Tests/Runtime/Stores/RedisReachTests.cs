using System.Net;
using System.Net.Sockets;
using System.Text;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Redis;
using Shouldly;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>Each way in which a server is out of reach has a message of its own, which holds no secret.</summary>
public sealed class RedisReachTests : IDisposable
{
    private const string Secret = "hunter2";
    private static readonly QueueAddress Address = new(QueueKind.Redis, UrlVariable: "REDIS_URL", Stream: "s");

    private readonly RedisServerFixture server = new();
    private readonly TestFolder folder = new();

    public void Dispose()
    {
        server.Dispose();
        folder.Dispose();
    }

    [FactNeeding(Need.Redis)]
    public void AServerThatCanBeUsedIsFine()
    {
        server.Start();

        var look = Look(server.Url);

        look.Problem.ShouldBeNull();
        look.Version.ShouldStartWith("7.");
        look.Risks.ShouldHaveSingleItem().What.ShouldContain("in memory alone");
    }

    [FactNeeding(Need.Redis)]
    public void APasswordThatIsWrongOrMissingIsSaid()
    {
        server.Start("--requirepass", Secret);

        Look(server.Url).Problem.ShouldNotBeNull().ShouldStartWith($"{server.Socket} wants a password, and the URL has none");
        Look($"unix://:not-{Secret}@{server.Socket}")
            .Problem.ShouldBe($"{server.Socket} does not take the user or the password of the URL");
        Look($"unix://:{Secret}@{server.Socket}").Problem.ShouldBeNull();
    }

    [FactNeeding(Need.Redis)]
    public void AnotherFormatIsRefused()
    {
        server.Start();
        server.Ask("HSET", Meta(), "format", "2", "epoch", "x");

        Look(server.Url).Problem.ShouldNotBeNull().ShouldContain("has format 2, and this version reads format 1");
    }

    [FactNeeding(Need.Redis)]
    public void AServerThatThrowsKeysAwayIsARisk()
    {
        server.Start("--maxmemory", "100mb", "--maxmemory-policy", "allkeys-lru", "--appendonly", "yes");

        Look(server.Url).Risks.ShouldHaveSingleItem().What.ShouldContain("maxmemory-policy allkeys-lru");
    }

    [FactNeeding(Need.Redis)]
    public async Task AReplicaIsNoPrimary()
    {
        using var bench = new RedisBench();
        bench.Server.Ask("REPLICAOF", "127.0.0.1", "1");

        var store = bench.Machine("a");
        (await store.Arrivals(1)).ShouldBeEmpty();

        store.Problem.ShouldNotBeNull().ShouldContain("the URL must name its primary");
    }

    [FactNeeding(Need.Redis)]
    public void NothingThatListensIsSaid()
    {
        var port = FreePort();

        Look($"redis://:{Secret}@127.0.0.1:{port}").Problem.ShouldBe($"nothing listens on 127.0.0.1:{port}");
        Look($"redis://:{Secret}@no.such.host.invalid").Problem.ShouldBe("the name no.such.host.invalid leads to no host");
        Look($"unix://{folder.Of("none")}").Problem.ShouldNotBeNull().ShouldContain("no socket that a server listens on");
    }

    [FactNeeding(Need.Redis)]
    public async Task AServerThatIsTooOldIsSaid()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        _ = AnswerAsRedis6(listener);

        var problem = await Task.Run(() => Look($"redis://127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port}").Problem);

        problem.ShouldNotBeNull().ShouldContain("is older than Redis 7.0");
    }

    [FactNeeding(Need.Redis)]
    public void AVariableThatIsNotSetIsSaid() =>
        RedisLook
            .At(Address, folder.Path, StateFolder.At(folder.Of("state", "p")), _ => null)
            .Problem.ShouldBe("the variable REDIS_URL is not set");

    private RedisLook Look(string url)
    {
        var look = RedisLook.At(Address, "/project", StateFolder.At(folder.Of("state", "p")), name => name == "REDIS_URL" ? url : null);
        (look.Problem ?? "").ShouldNotContain(Secret + "@");
        return look;
    }

    private string Meta() => RedisHome.Of("s", "/project", isShared: true, StateFolder.At(folder.Of("state", "p")), "x").Prefix + ":meta";

    private static int FreePort()
    {
        using var probe = new TcpListener(IPAddress.Loopback, 0);
        probe.Start();
        return ((IPEndPoint)probe.LocalEndpoint).Port;
    }

    /// <summary>Knows no flags of scripts, as the versions before 7.</summary>
    private static async Task AnswerAsRedis6(TcpListener listener)
    {
        try
        {
            while (true)
            {
                var client = await listener.AcceptTcpClientAsync();
                _ = Task.Run(async () =>
                {
                    using var reader = new StreamReader(client.GetStream(), Encoding.Latin1);
                    await using var writer = new StreamWriter(client.GetStream(), Encoding.Latin1) { AutoFlush = true, NewLine = "\r\n" };
                    while (await reader.ReadLineAsync() is { } line && line.StartsWith('*'))
                    {
                        var words = new List<string>();
                        for (var i = int.Parse(line[1..], System.Globalization.CultureInfo.InvariantCulture); i > 0; i--)
                        {
                            var length = int.Parse((await reader.ReadLineAsync())![1..], System.Globalization.CultureInfo.InvariantCulture);
                            var text = new char[length];
                            await reader.ReadBlockAsync(text);
                            await reader.ReadLineAsync();
                            words.Add(new string(text));
                        }

                        var answer = words[0].ToUpperInvariant() switch
                        {
                            "ECHO" => $"${words[1].Length}\r\n{words[1]}",
                            "PING" => "+PONG",
                            "INFO" => "$37\r\nredis_version:6.2.14\r\nrole:master\r\n\r\n",
                            "EVALSHA" => "-NOSCRIPT No matching script. Please use EVAL.",
                            "SCRIPT" or "EVAL" => "-ERR Error compiling script (new function): user_script:1: unexpected symbol near '#'",
                            "CONFIG" or "CLUSTER" or "SENTINEL" or "HELLO" => "-ERR unknown command",
                            _ => "+OK",
                        };
                        await writer.WriteLineAsync(answer);
                    }
                });
            }
        }
        catch (Exception e) when (e is SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }
}
