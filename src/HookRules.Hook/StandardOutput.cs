using System.Runtime.InteropServices;
using System.Text;

namespace HookRules.Hook;

/// <summary>Says what was decided, at once and without the console's buffers and encodings.</summary>
internal static partial class StandardOutput
{
    public static void Write(string text) => Write(1, text);

    public static void WriteError(string text) => Write(2, text);

    // Nobody is told of a failure here: the client that would be told has closed its end.
    private static void Write(int descriptor, string text)
    {
        if (text.Length == 0) return;
        ReadOnlySpan<byte> bytes = Encoding.UTF8.GetBytes(text);
        if (OperatingSystem.IsWindows())
        {
            using var stream = descriptor == 1 ? Console.OpenStandardOutput() : Console.OpenStandardError();
            stream.Write(bytes);
            return;
        }

        while (bytes.Length > 0)
        {
            var written = WriteFile(descriptor, ref MemoryMarshal.GetReference(bytes), bytes.Length);
            if (written < 0 && Marshal.GetLastPInvokeError() == Eintr) continue;
            if (written <= 0) return;
            bytes = bytes[(int)written..];
        }
    }

    private const int Eintr = 4;

    [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
    private static partial nint WriteFile(int descriptor, ref readonly byte from, nint count);
}
