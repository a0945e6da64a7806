using HookRules.Engine;
using Microsoft.Win32.SafeHandles;

namespace HookRules.Runtime;

/// <summary>Keeps <c>consumer.json</c>: who works, and that it still does.</summary>
internal sealed class SignOfLife(StateFolder state, TimeProvider time, ConsumerOptions options) : IDisposable
{
    private const long MostErrors = 64 << 10;

    private readonly Lock gate = new();
    private readonly long sinceMs = time.GetUtcNow().ToUnixTimeMilliseconds();
    private SafeFileHandle? file;
    private string now = "";
    private volatile bool isOver;

    /// <summary>The last that it says before it lets its lock go: from then on the record is its successor's.</summary>
    public void SayLast(string what)
    {
        Say(what);
        Dispose();
        isOver = true;
    }

    public void Say(string what)
    {
        lock (gate)
        {
            if (now == what)
                return;
            now = what;
            Write();
        }
    }

    public void Beat()
    {
        lock (gate)
        {
            Write();
            CutErrors();
        }
    }

    public void Dispose()
    {
        lock (gate)
        {
            file?.Dispose();
            file = null;
        }
    }

    private void Write()
    {
        // One record a project: a group's consumer is not the one that hooks wait for.
        if (isOver || options.Group is not null || now.Length == 0)
            return;
        try
        {
            if (state.Prepare() is not null)
                return;
            file ??= File.OpenHandle(
                state.File(ConsumerRecord.FileName),
                FileMode.OpenOrCreate,
                FileAccess.Write,
                FileShare.ReadWrite | FileShare.Delete
            );
            ConsumerRecord.Write(
                file,
                new ConsumerRecord(Environment.ProcessId, BootClock.Boot, options.Version, PlanFile.Format, sinceMs, now, 0)
            );
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A full disk: then it seems to hang, which is not far from the truth.
        }
    }

    // What a consumer says goes into errors.jsonl too, so the file that its starter gave it need not grow.
    private void CutErrors()
    {
        try
        {
            var errors = new FileInfo(StartRecord.Errors(state));
            if (!errors.Exists || errors.Length <= MostErrors)
                return;
            using var cut = File.OpenHandle(errors.FullName, FileMode.Open, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.SetLength(cut, 0);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // At the next beat.
        }
    }
}
