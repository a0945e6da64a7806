using System.Diagnostics;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime;

namespace HookRules.Benchmarks;

/// <summary>Publishing, draining and waking up, inside one process.</summary>
internal static class QueueBenchmarks
{
    public static void Run(Lab lab, Report report)
    {
        report.Group(
            "The queue (library calls in one process; the action is `log`, which appends a line to a file: the cheapest there is)"
        );
        Publish(lab, report);
        Drain(lab, report);
        Database(lab, report);
        WakeUp(lab, report);
    }

    /// <summary>Insert, claim and delete through the store, beside the same three statements and nothing else.</summary>
    private static void Database(Lab lab, Report report)
    {
        var count = lab.Options.Quick ? 2000 : 10_000;
        var project = lab.Compile(Rules("audit.jsonl"));
        var payload = Payloads.Write(project.Folder + "/a.py");
        using var store = new DatabaseLab(Path.Join(lab.Folder, "queue.db"), project, payload);
        using var plain = new PlainDatabase(Path.Join(lab.Folder, "plain.db"), payload);
        var both = Series.Interleave(
            lab.Options.Rounds(10),
            ("queue sqlite: insert, claim, delete", () => Rate(1, _ => store.Pass(count)) * count),
            ("SQLite's own insert, claim, delete", () => Rate(1, _ => plain.Pass(count)) * count)
        );
        report.Add(both[0], both[1], Comparing.Ratio, 5000, "events/s");
    }

    private static void Publish(Lab lab, Report report)
    {
        const int Batch = 500;
        var project = lab.Compile(Rules("audit.jsonl"));
        var payload = Payloads.Write(project.Folder + "/a.py");
        var plain = Directory.CreateDirectory(Path.Join(lab.Folder, "plain")).FullName;
        var state = project.State;
        var both = Series.Interleave(
            lab.Options.Rounds(20),
            ("FileSpool.Publish", () => Rate(Batch, _ => Publish(project, state, payload))),
            (
                "write a file and rename it",
                () =>
                    Rate(
                        Batch,
                        i =>
                        {
                            var name = string.Create(CultureInfo.InvariantCulture, $"{plain}/{i}");
                            Lab.Write(name + ".tmp", payload);
                            File.Move(name + ".tmp", name, overwrite: true);
                        }
                    )
            )
        );
        report.Add(both[0], both[1], Comparing.Ratio, 2000, "events/s");
    }

    private static void Drain(Lab lab, Report report)
    {
        var count = lab.Options.Quick ? 2000 : 5000;
        var project = lab.Compile(Rules("audit.jsonl"));
        var payload = Payloads.Write(project.Folder + "/a.py");
        var plain = Directory.CreateDirectory(Path.Join(lab.Folder, "plain-drain")).FullName;
        var both = Series.Interleave(
            lab.Options.Quick ? 2 : 4,
            (
                "consumer with a no-op action",
                () =>
                {
                    for (var i = 0; i < count; i++)
                        Publish(project, project.State, payload);
                    return Rate(
                            1,
                            _ =>
                                Consume(project, new ConsumerOptions { Environment = _ => null, Once = true }, CancellationToken.None)
                                    .GetAwaiter()
                                    .GetResult()
                        ) * count;
                }
            ),
            (
                "list, read, append, delete",
                () =>
                {
                    for (var i = 0; i < count; i++)
                        Lab.Write(string.Create(CultureInfo.InvariantCulture, $"{plain}/{i:D6}"), payload);
                    return Rate(
                            1,
                            _ =>
                            {
                                foreach (var file in Directory.EnumerateFiles(plain).Order())
                                {
                                    var text = File.ReadAllBytes(file);
                                    using (var log = new FileStream(Path.Join(lab.Folder, "plain.log"), FileMode.Append))
                                        log.Write(text);
                                    File.Delete(file);
                                }
                            }
                        ) * count;
                }
            )
        );
        report.Add(both[0], both[1], Comparing.Ratio, 5000, "events/s");
    }

    /// <summary>From the rename that publishes to the action at work: the log's file is a FIFO, so that its reader knows the
    /// moment.</summary>
    private static void WakeUp(Lab lab, Report report)
    {
        var fifo = Path.Join(lab.Folder, "fifo");
        Process.Start("mkfifo", [fifo]).WaitForExit();
        var project = lab.Compile(Rules(fifo));
        var payload = Payloads.Write(project.Folder + "/a.py");
        using var reader = new FileStream(fifo, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 1);
        using var stop = new CancellationTokenSource();
        var consumer = Task.Run(() => Consume(project, new ConsumerOptions { Environment = _ => null }, stop.Token));
        var random = new Random(7);
        var polled = Directory.CreateDirectory(Path.Join(lab.Folder, "polled")).FullName;
        var both = Series.Interleave(
            lab.Options.Rounds(40),
            (
                "wake-up by notification",
                () =>
                {
                    Thread.Sleep(20 + random.Next(20));
                    return Series.Time(() =>
                    {
                        Publish(project, project.State, payload);
                        Take(reader);
                    });
                }
            ),
            ("wake-up by a poll each 0.5 s", () => Poll(polled, random))
        );
        stop.Cancel();
        consumer.GetAwaiter().GetResult();
        report.Add(both[0], both[1], Comparing.Ratio, 6);
    }

    // The reader that polls has slept for some part of its half second when the file comes.
    private static double Poll(string folder, Random random)
    {
        var asleep = random.Next(500);
        Lab.Write(Path.Join(folder, "event"), "{}"u8);
        return Series.Time(() =>
        {
            Thread.Sleep(500 - asleep);
            foreach (var file in Directory.GetFiles(folder))
                File.Delete(file);
        });
    }

    private static void Take(FileStream fifo)
    {
        Span<byte> line = stackalloc byte[4096];
        while (line[..fifo.Read(line)].IndexOf((byte)'\n') < 0) { }
    }

    private static string Rules(string log) => $"consumer manual\naction audit = log \"{log}\"\non Write *.py -> audit\n";

    private static void Publish(Project project, StateFolder state, byte[] payload)
    {
        var envelope = Envelope.Create(TimeProvider.System.GetUtcNow(), project.Hash, project.Folder, project.PlanPath, payload);
        if (FileSpool.Publish(state, envelope, Durability.Fast).Problem is { } problem)
            throw new IOException(problem);
    }

    private static async Task Consume(Project project, ConsumerOptions options, CancellationToken stop)
    {
        using var consumer = new Consumer(project.State, TimeProvider.System, options);
        await consumer.Run(stop).ConfigureAwait(false);
    }

    private static double Rate(int count, Action<int> work) =>
        count
        / (
            Series.Time(() =>
            {
                for (var i = 0; i < count; i++)
                    work(i);
            }) / 1000
        );
}
