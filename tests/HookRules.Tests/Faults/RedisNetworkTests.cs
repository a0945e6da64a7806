using System.Net;
using System.Net.Sockets;
using HookRules.Engine;
using HookRules.Runtime.Stores.Redis;
using Shouldly;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Machines in networks of their own, far from their Redis: every answer takes 40 ms, one packet in fifty is lost.</summary>
public sealed class RedisNetworkTests(ITestOutputHelper output)
{
    private const int Lease = 3,
        LossPercent = 2;
    private static readonly TimeSpan OneWay = TimeSpan.FromMilliseconds(20);

    [FactNeeding(Need.Redis, Need.Networks)]
    public void EachBranchRunsOnceAMessageIsSentOnceAndEachCloneIsLinted()
    {
        using var networks = new MachineNetworks(2);
        using var web = new CountingServer(host: networks.Host);
        var once = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(3), [FieldPath.Parse("session_id")!]);
        using var machines = Machines(
            networks,
            [Log("a"), Log("b"), Shell("lint", "echo \"$HOOK_TOOL_INPUT_COMMAND\" >> linted"), web.Action("message")],
            Queue("r", null, "a", "b"),
            Queue("s", null, "lint") with
            {
                Window = once,
            },
            Queue("t", null, "message") with
            {
                Window = once,
            }
        );
        for (var i = 0; i < 2; i++)
            machines[i].Consumer();
        machines[0].Until(() => machines.Dispatcher >= 0, "nobody is dispatcher");
        for (var number = 0; number < 12; number++)
            machines.Publish(number % 2, $"{number}");

        machines[0].Until(() => machines.AllHasEnded, "not all has ended");
        for (var i = 0; i < 2; i++)
        {
            var own = Enumerable.Range(0, 12).Where(number => number % 2 == i).Select(number => $"{number}").Order().ToList();
            machines[i].Commands("a.jsonl").Order().ShouldBe(own);
            machines[i].Commands("b.jsonl").Order().ShouldBe(own);
            machines[i].Lines("linted").ShouldHaveSingleItem("the clone has a lint of its own");
        }

        web.Received.Count.ShouldBe(1, "one message for all machines");
    }

    [FactNeeding(Need.Redis, Need.Networks)]
    public void WhenOneMachineIsKilledTheOtherFinishesItsMessages()
    {
        const int Events = 60,
            MostRepeated = 3;
        using var networks = new MachineNetworks(2);
        using var web = new CountingServer(TimeSpan.FromMilliseconds(20), networks.Host);
        using var machines = Machines(networks, [web.Action("message")], Queue("r", new() { Concurrency = 1 }, "message"));
        var consumers = Enumerable.Range(0, 2).Select(i => machines[i].Consumer()).ToList();
        machines[0].Until(() => machines.Dispatcher >= 0, "nobody is dispatcher");
        for (var number = 0; number < Events; number++)
            machines.Publish(number % 2, $"{number}");
        machines[0]
            .Until(
                () => web.Received.Count >= Events / 4 && machines.All.All(machine => machine.Spool("new").Length == 0),
                "nothing is sent"
            );
        var (dispatcher, sent) = (machines.Dispatcher, web.Received.Count);
        var killed = DateTimeOffset.UtcNow;
        consumers[dispatcher].Kill();

        machines[0].Until(() => web.Received.Distinct().Count() == Events && machines.HaveWritten(Events), "messages are lost");
        var waited = machines.LongestPauseAfter(killed);
        var repeated = web.Received.Count - Events;
        output.WriteLine(
            $"{Events} events, {sent} sent when the dispatcher was killed, lease {Lease} s: the other went on after "
                + $"{waited.TotalSeconds:0.0} s at most, {repeated} twice"
        );
        repeated.ShouldBeLessThanOrEqualTo(MostRepeated);
        waited.ShouldBeLessThan(TimeSpan.FromSeconds(Lease) + RedisStore.LookEvery);
    }

    private static RedisMachines Machines(MachineNetworks networks, IEnumerable<ActionDefinition> actions, params Rule[] rules)
    {
        int port;
        using (var probe = new TcpListener(IPAddress.Loopback, 0))
        {
            probe.Start();
            port = ((IPEndPoint)probe.LocalEndpoint).Port;
        }

        var machines = new RedisMachines(2, actions, rules, "--port", $"{port}", "--bind", "127.0.0.1");
        for (var i = 0; i < 2; i++)
        {
            machines[i].StartedBy = networks.On(i);
            var line = networks.Line(port, OneWay, LossPercent, seed: i);
            machines[i].Project.Variables["REDIS_URL"] = $"redis://{networks.Host}:{line}?lease={Lease}s";
        }

        return machines;
    }
}
