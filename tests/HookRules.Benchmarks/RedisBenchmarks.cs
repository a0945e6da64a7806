using System.Diagnostics;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Redis;

namespace HookRules.Benchmarks;

/// <summary>The way to a Redis server that several machines share, against what the server's own benchmark reaches there.</summary>
internal static class RedisBenchmarks
{
    private const int AtOnce = 100,
        Events = 20_000,
        MostTimesLess = 2;

    public static void Run(Lab lab, Report report)
    {
        report.Group("Redis (a server of its own on a socket; 100 at a time, payload of 0.5 KB)");
        var folder = Directory.CreateDirectory(Path.Join(lab.Folder, "redis")).FullName;
        using var server = Start(folder);
        if (server is null)
        {
            Console.WriteLine("redis-server is not installed: left out");
            return;
        }

        try
        {
            Forward(lab, report, folder);
            BesideHook(lab, report, folder);
        }
        finally
        {
            server.Kill();
            server.WaitForExit();
        }
    }

    private static void Forward(Lab lab, Report report, string folder)
    {
        var project = lab.Compile("on PostToolUse -> log \"audit.jsonl\"\n");
        var payload = Payloads.Write(project.Folder + "/a.py");
        var socket = Path.Join(folder, "s");
        var spool = new FileStore(project.State, TimeProvider.System, Durability.Fast);
        var context = new StoreContext
        {
            State = project.State,
            Time = TimeProvider.System,
            ProjectDir = project.Folder,
            Durability = Durability.Fast,
            Environment = _ => null,
            Spool = spool,
            OnChange = () => { },
            OnProblem = problem => Console.Error.WriteLine(problem),
        };
        var home = RedisHome.Of("bench", project.Folder, isShared: true, project.State, SpoolOwner.NameOfThisProcess());
        var store = new RedisStore(RedisUrl.TryParse($"unix://{socket}", out _)!, home, context);
        var both = Series.Interleave(
            lab.Options.Rounds(8),
            ("RedisStore.Publish: each event once", () => Publish(store, project, payload, socket)),
            ("redis-benchmark -P 100 XADD, the same bytes", () => Benchmark(socket, Event(project, payload).ToJson()))
        );
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        report.AddRate(both[0], both[1], MostTimesLess, "events/s");
    }

    /// <summary>The hook while a consumer forwards what others have published, beside one whose consumer works it off here.</summary>
    private static void BesideHook(Lab lab, Report report, string folder)
    {
        const string Rule = "consumer manual\non PostToolUse -> log \"audit.jsonl\"\n";
        var (near, far) = (lab.Compile(Rule), lab.Compile("queue redis env.REDIS_URL stream \"beside\"\n" + Rule));
        using var one = Consumer(lab, near, folder);
        using var other = Consumer(lab, far, folder);
        try
        {
            var both = Series.Interleave(
                lab.Options.Rounds(100),
                ("hook, its events forwarded to Redis", () => Beside(far)),
                ("hook, queue file", () => Beside(near))
            );
            report.Add(both[0], both[1], Comparing.Difference, 0.5);
        }
        finally
        {
            one.Kill();
            other.Kill();
            one.WaitForExit();
            other.WaitForExit();
        }
    }

    private static double Beside(Project project)
    {
        const int Others = 50;
        var payload = Payloads.Write(project.Folder + "/a.py");
        for (var i = 0; i < Others; i++)
            FileSpool.Publish(project.State, Event(project, payload), Durability.Fast);
        return project.Hook(payload).Run();
    }

    private static Process Consumer(Lab lab, Project project, string folder)
    {
        var start = new ProcessStartInfo(Path.Join(lab.Runtime, "hookrules"), ["run", "--plan", project.PlanPath]);
        foreach (var variable in project.Environment.Append($"REDIS_URL=unix://{Path.Join(folder, "s")}"))
            start.Environment[variable.Split('=', 2)[0]] = variable.Split('=', 2)[1];
        var consumer = Process.Start(start)!;
        var mark = project.State.File("consumer.json");
        while (!File.Exists(mark) && !consumer.HasExited)
            Thread.Sleep(5);
        return consumer;
    }

    private static double Publish(RedisStore store, Project project, byte[] payload, string socket)
    {
        Ask("redis-cli", "-s", socket, "FLUSHALL");
        // It meets the other epoch, and opens anew.
        while (!Works(store, [Event(project, payload)]))
            Thread.Sleep(1);
        var took = TimeSpan.Zero;
        for (var left = Events; left > 0; left -= store.PublishAtOnce)
        {
            var batch = Enumerable.Range(0, Math.Min(left, store.PublishAtOnce)).Select(_ => Event(project, payload)).ToList();
            var started = Stopwatch.GetTimestamp();
            store.Publish(batch).AsTask().GetAwaiter().GetResult();
            took += Stopwatch.GetElapsedTime(started);
        }

        return Events / took.TotalSeconds;
    }

    private static Envelope Event(Project project, byte[] payload) =>
        Envelope.Create(TimeProvider.System.GetUtcNow(), project.Hash, project.Folder, project.PlanPath, payload);

    private static bool Works(RedisStore store, IReadOnlyList<Envelope> batch)
    {
        try
        {
            store.Publish(batch).AsTask().GetAwaiter().GetResult();
            return true;
        }
        catch (StoreUnusableException)
        {
            return false;
        }
    }

    private static double Benchmark(string socket, byte[] payload)
    {
        // Into memory that the server has to ask for, as the other one.
        Ask("redis-cli", "-s", socket, "FLUSHALL");
        var text = Ask(
            "redis-benchmark",
            "-s",
            socket,
            "-c",
            "1",
            "-P",
            Number(AtOnce),
            "-n",
            Number(Events),
            "--csv",
            "XADD",
            "bench",
            "*",
            "e",
            System.Text.Encoding.UTF8.GetString(payload).TrimEnd()
        );
        var columns = text.Trim().Split('\n')[^1].Split("\",\"");
        return double.Parse(columns[^7], CultureInfo.InvariantCulture);
    }

    private static Process? Start(string folder)
    {
        try
        {
            var process = Process.Start(
                new ProcessStartInfo(
                    "redis-server",
                    [
                        "--port",
                        "0",
                        "--unixsocket",
                        Path.Join(folder, "s"),
                        "--dir",
                        folder,
                        "--save",
                        "",
                        "--logfile",
                        Path.Join(folder, "log"),
                    ]
                )
            )!;
            while (!File.Exists(Path.Join(folder, "s")) && !process.HasExited)
                Thread.Sleep(5);
            return process;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return null;
        }
    }

    private static string Ask(string program, params string[] args)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, args) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        var text = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return text;
    }

    private static string Number(int number) => number.ToString(CultureInfo.InvariantCulture);
}
