using System.Text;
using HookRules.Engine;

namespace HookRules.Hook;

internal enum InputEnd
{
    Complete,
    TooLarge,
    TooLate,
    Unreadable,
}

/// <summary>Standard input and output without the console's buffers and encodings.</summary>
internal static unsafe class StandardStreams
{
    /// <summary>Larger than what Claude writes in one call, small enough to be read and searched in a moment.</summary>
    public const int Limit = 4 << 20;

    /// <summary>Below the ten seconds after which Claude Code would end us, with room for the answer.</summary>
    public const int PatienceMilliseconds = 8_000;

    /// <summary>A payload that is too large is still taken off the client's hands up to here, so that it does not fail at
    /// writing.</summary>
    private const int DrainLimit = 256 << 20;

    private const int FirstBuffer = 64 << 10;

    /// <summary>Reads the payload: never more than <see cref="Limit"/> of it and never longer than the entry's timeout allows.</summary>
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
                if (length >= Limit)
                    return Drain(buffer, until, out payload);
                var larger = GC.AllocateUninitializedArray<byte>(Math.Min(Limit, buffer.Length * 4));
                buffer.AsSpan(0, length).CopyTo(larger);
                buffer = larger;
            }

            var end = ReadSome(buffer.AsSpan(length), until, out var count);
            length += count;
            if (count > 0)
                continue;
            payload = buffer.AsMemory(0, length);
            return end;
        }
    }

    // At the limit the payload may just be complete; one more byte decides.
    private static InputEnd Drain(byte[] buffer, long until, out ReadOnlyMemory<byte> payload)
    {
        payload = buffer;
        if (OperatingSystem.IsLinux() && Splice(until) is { } spliced)
            return spliced;
        var rest = GC.AllocateUninitializedArray<byte>(FirstBuffer);
        for (var drained = 0L; drained < DrainLimit; )
        {
            var end = ReadSome(rest, until, out var count);
            if (count == 0)
                return drained == 0 ? end : InputEnd.TooLarge;
            drained += count;
        }

        return InputEnd.TooLarge;
    }

    /// <summary>Lets the system throw away what is in the pipe, without a copy; null where standard input is no pipe.</summary>
    private static InputEnd? Splice(long until)
    {
        const int Slice = 1 << 20,
            MayMove = 1;
        var nothing = Libc.Open("/dev/null", Libc.O_WRONLY);
        if (nothing < 0)
            return null;
        try
        {
            for (var drained = 0L; drained < DrainLimit; )
            {
                if (!IsReady(until))
                    return InputEnd.TooLate;
                var count = Libc.splice(0, null, nothing, null, Slice, MayMove);
                if (count < 0 && Libc.Errno == Libc.EINTR)
                    continue;
                if (count < 0)
                    return drained == 0 ? null : InputEnd.TooLarge;
                if (count == 0)
                    return drained == 0 ? InputEnd.Complete : InputEnd.TooLarge;
                drained += count;
            }

            return InputEnd.TooLarge;
        }
        finally
        {
            Libc.close(nothing);
        }
    }

    private static bool IsReady(long until)
    {
        while (true)
        {
            var patience = until - Environment.TickCount64;
            var input = new Libc.PollFd { Fd = 0, Events = Libc.POLLIN };
            var ready = patience <= 0 ? 0 : Libc.poll(&input, 1, (int)patience);
            if (ready > 0 || (ready < 0 && Libc.Errno != Libc.EINTR))
                return true;
            if (ready == 0)
                return false;
        }
    }

    private static InputEnd ReadSome(Span<byte> into, long until, out int count)
    {
        count = 0;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                using var input = Console.OpenStandardInput();
                count = input.Read(into);
                return InputEnd.Complete;
            }
            catch (IOException)
            {
                return InputEnd.Unreadable;
            }
        }

        fixed (byte* start = into)
        {
            while (true)
            {
                if (!IsReady(until))
                    return InputEnd.TooLate;
                var read = Libc.read(0, start, into.Length);
                if (read < 0 && Libc.Errno is Libc.EINTR or Libc.EAGAIN)
                    continue;
                count = (int)Math.Max(0, read);
                return read < 0 ? InputEnd.Unreadable : InputEnd.Complete;
            }
        }
    }

    /// <summary>False where not all of it could be written. Nobody is told of that: whoever would be told has closed the other
    /// end.</summary>
    public static bool Write(WireOutput answer) => Write(2, answer.Stderr) & Write(1, answer.Stdout);

    private static bool Write(int descriptor, string text)
    {
        if (text.Length == 0)
            return true;
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(text);
        if (OperatingSystem.IsWindows())
        {
            using var stream = descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return true;
        }

        return Libc.WriteAll(descriptor, bytes) == 0;
    }
}
