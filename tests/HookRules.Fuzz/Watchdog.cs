using System.IO.MemoryMappedFiles;

namespace HookRules.Fuzz;

/// <summary>Ends a run that hangs, and leaves behind which input was tried when the process itself dies.</summary>
internal sealed class Watchdog : IDisposable
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(60);

    private readonly MemoryMappedFile file;
    private readonly MemoryMappedViewAccessor place;
    private readonly string path;
    private readonly Timer timer;
    private long seen = -1;

    public Watchdog(Session session, Target target, ulong seed, string folder)
    {
        Directory.CreateDirectory(folder);
        path = Path.Combine(folder, $"{target.Name}-{seed}.running");
        file = MemoryMappedFile.CreateFromFile(path, FileMode.Create, null, sizeof(long));
        place = file.CreateViewAccessor();
        timer = new Timer(
            _ =>
            {
                var now = session.Current;
                if (now != seen)
                {
                    seen = now;
                    return;
                }

                var written = FindingFile.Write(
                    folder,
                    target,
                    seed,
                    now,
                    "(make it with --only)",
                    $"it has not ended within {Longest.TotalSeconds} s"
                );
                Console.WriteLine($"{target.Name}: input {now} hangs or is shrunken without end; see {written}");
                Environment.Exit(1);
            },
            null,
            Longest,
            Longest
        );
    }

    public void Started(long number) => place.Write(0, number);

    public void Dispose()
    {
        timer.Dispose();
        place.Dispose();
        file.Dispose();
        File.Delete(path);
    }
}
