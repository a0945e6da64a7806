using System.Runtime.InteropServices;

namespace HookRules.Hook;

internal enum InputEnd { Complete, TooLarge, TooLate, Unreadable }

/// <summary>Reads the payload, never more than <see cref="Limit"/> of it and never longer than the entry's timeout allows.</summary>
internal static partial class StandardInput
{
    /// <summary>Larger than any payload that was ever seen, small enough to be read in a moment.</summary>
    public const int Limit = 16 << 20;

    /// <summary>A payload that is too large is still taken off the client's hands up to here, so that it does not fail at writing.</summary>
    private const int DrainLimit = 256 << 20;

    /// <summary>Below the ten seconds after which Claude Code would end us, with room for the answer.</summary>
    private const int PatienceMilliseconds = 8_000;

    private const int FirstBuffer = 64 << 10;

    /// <param name="payload">What came, also where it did not come to its end.</param>
    public static InputEnd Read(out ReadOnlyMemory<byte> payload)
    {
        var until = Environment.TickCount64 + PatienceMilliseconds;
        var buffer = GC.AllocateUninitializedArray<byte>(FirstBuffer);
        var length = 0;
        while (true)
        {
            if (length == buffer.Length)
            {
                if (length >= Limit) return Drain(buffer, until, out payload);
                var larger = GC.AllocateUninitializedArray<byte>(Math.Min(Limit, buffer.Length * 4));
                buffer.AsSpan(0, length).CopyTo(larger);
                buffer = larger;
            }

            var end = ReadSome(buffer.AsSpan(length), until, out var count);
            length += count;
            if (count > 0) continue;
            payload = buffer.AsMemory(0, length);
            return end;
        }
    }

    // Exactly at the limit the payload may be complete; one more byte decides.
    private static InputEnd Drain(byte[] buffer, long until, out ReadOnlyMemory<byte> payload)
    {
        payload = buffer;
        var rest = GC.AllocateUninitializedArray<byte>(FirstBuffer);
        var drained = 0L;
        while (drained < DrainLimit)
        {
            var end = ReadSome(rest, until, out var count);
            if (count == 0) return drained == 0 ? end : InputEnd.TooLarge;
            drained += count;
        }

        return InputEnd.TooLarge;
    }

    private static InputEnd ReadSome(Span<byte> into, long until, out int count)
    {
        count = 0;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                count = WindowsInput().Read(into);
                return InputEnd.Complete;
            }
            catch (IOException)
            {
                return InputEnd.Unreadable;
            }
        }

        while (true)
        {
            var patience = until - Environment.TickCount64;
            if (patience <= 0) return InputEnd.TooLate;
            var poll = new PollFd { Descriptor = 0, Events = PollIn };
            var ready = Poll(ref poll, 1, (int)patience);
            if (ready == 0) return InputEnd.TooLate;
            if (ready < 0 && !Interrupted) return InputEnd.Unreadable;
            if (ready < 0) continue;
            var read = ReadFile(0, ref MemoryMarshal.GetReference(into), into.Length);
            if (read >= 0)
            {
                count = (int)read;
                return InputEnd.Complete;
            }

            if (!Interrupted) return InputEnd.Unreadable;
        }
    }

    private static Stream? windowsInput;

    private static Stream WindowsInput() => windowsInput ??= Console.OpenStandardInput();

    private const short PollIn = 1;
    private const int Eintr = 4;

    private static bool Interrupted => Marshal.GetLastPInvokeError() == Eintr;

    private struct PollFd
    {
        public int Descriptor;
        public short Events;
        public short Returned;
    }

    [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
    private static partial int Poll(ref PollFd descriptors, nuint count, int timeoutMilliseconds);

    [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
    private static partial nint ReadFile(int descriptor, ref byte into, nint count);
}
