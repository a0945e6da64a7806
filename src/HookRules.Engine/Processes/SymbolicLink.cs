namespace HookRules.Engine;

/// <summary>Symbolic links that are swapped at once: whoever follows one arrives at the old or the new place, never at none.</summary>
public static class SymbolicLink
{
    /// <summary>Makes a link lead to a place, whether there was one before or not. Not for Windows.</summary>
    /// <exception cref="IOException">It could not be made; what was there is as before.</exception>
    public static unsafe void Point(string link, string target)
    {
        var temporary = $"{link}.{Guid.NewGuid():N}.tmp";
        System.IO.File.CreateSymbolicLink(temporary, target);
        // File.Move looks at what a link leads to; the system call moves the link itself.
        fixed (byte* from = Libc.Z(temporary))
        fixed (byte* to = Libc.Z(link))
        {
            if (Libc.rename(from, to) == 0)
                return;
            var error = Libc.Errno;
            Libc.unlink(from);
            throw new IOException($"the link {link} cannot be made: {Libc.Describe(error)}");
        }
    }
}
