using System.Globalization;
using System.Net;
using System.Net.Sockets;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>A network for each machine, and a line to what is here that takes its time and loses packets.</summary>
/// <remarks>Not every kernel has netem, so the line is a relay: what it holds up it holds up as TCP does, a lost packet until it is sent
/// again, and all that stands behind it.</remarks>
internal sealed class MachineNetworks : IDisposable
{
    /// <summary>Where it lies: consumers have a PATH without it.</summary>
    private static readonly string Ip = new[] { "/usr/sbin/ip", "/sbin/ip", "/usr/bin/ip" }.FirstOrDefault(File.Exists) ?? "ip";
    private static readonly TimeSpan SentAgain = TimeSpan.FromMilliseconds(200);

    private readonly string name = string.Create(CultureInfo.InvariantCulture, $"hr{Environment.ProcessId % 100_000}");
    private readonly string net = string.Create(
        CultureInfo.InvariantCulture,
        $"10.{180 + (Environment.ProcessId % 50)}.{Environment.ProcessId / 50 % 250}"
    );
    private readonly List<TcpListener> lines = [];
    private readonly CancellationTokenSource closing = new();
    private readonly int count;

    public MachineNetworks(int count)
    {
        this.count = count;
        for (var machine = 0; machine < count; machine++)
        {
            var (space, here, there) = (SpaceOf(machine), $"{name}h{machine}", $"{name}t{machine}");
            Must("netns", "add", space);
            Must("link", "add", here, "type", "veth", "peer", "name", there, "netns", space);
            Must("addr", "add", $"{net}.{(4 * machine) + 1}/30", "dev", here);
            Must("link", "set", here, "up");
            Must("-n", space, "addr", "add", $"{net}.{(4 * machine) + 2}/30", "dev", there);
            Must("-n", space, "link", "set", there, "up");
            Must("-n", space, "link", "set", "lo", "up");
            Must("-n", space, "route", "add", "default", "via", $"{net}.{(4 * machine) + 1}");
        }
    }

    /// <summary>Where all of them find what is here.</summary>
    public string Host => $"{net}.1";

    /// <summary>What starts a program on that machine.</summary>
    public string[] On(int machine) => [Ip, "netns", "exec", SpaceOf(machine)];

    /// <summary>A port here that leads to a local one.</summary>
    /// <param name="loss">Of a hundred packets.</param>
    public int Line(int port, TimeSpan delay, int loss, int seed)
    {
        var listener = new TcpListener(IPAddress.Parse(Host), 0);
        listener.Start();
        lines.Add(listener);
        _ = Serve(listener, port, delay, loss, new Random(seed));
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }

    public void Dispose()
    {
        closing.Cancel();
        lines.ForEach(line => line.Dispose());
        for (var machine = 0; machine < count; machine++)
            Tool(Ip, "netns", "del", SpaceOf(machine));
        closing.Dispose();
    }

    private string SpaceOf(int machine) => $"{name}m{machine}";

    private static void Must(params string[] words)
    {
        if (Tool(Ip, words) != 0)
            throw new InvalidOperationException($"ip {string.Join(' ', words)} failed");
    }

    private async Task Serve(TcpListener listener, int port, TimeSpan delay, int loss, Random random)
    {
        try
        {
            while (true)
            {
                var near = await listener.AcceptTcpClientAsync(closing.Token);
                var far = new TcpClient();
                await far.ConnectAsync(IPAddress.Loopback, port, closing.Token);
                (near.NoDelay, far.NoDelay) = (true, true);
                _ = Pass(near, far, delay, loss, random);
                _ = Pass(far, near, delay, loss, random);
            }
        }
        catch (Exception e) when (e is OperationCanceledException or SocketException or ObjectDisposedException)
        {
            // The test is over.
        }
    }

    private async Task Pass(TcpClient from, TcpClient to, TimeSpan delay, int loss, Random random)
    {
        const int Packet = 1400;
        var buffer = new byte[Packet];
        var sending = Task.CompletedTask;
        try
        {
            while (await from.GetStream().ReadAsync(buffer, closing.Token) is > 0 and var length)
            {
                var (bytes, before) = (buffer[..length], sending);
                bool isLost;
                lock (random)
                    isLost = random.Next(100) < loss;
                var arrives = Task.Delay(isLost ? delay + SentAgain : delay, closing.Token);
                sending = Send(bytes, before, arrives);
            }

            await sending;
        }
        catch (Exception e) when (e is IOException or OperationCanceledException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection is over.
        }

        from.Dispose();
        to.Dispose();

        async Task Send(byte[] bytes, Task before, Task arrives)
        {
            await before;
            await arrives;
            await to.GetStream().WriteAsync(bytes, closing.Token);
        }
    }
}
