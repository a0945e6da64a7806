using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>When hooks started a consumer that has not come to work since, in <c>starts</c>: one that ends at once must not be started
/// for every event.</summary>
public static class StartRecord
{
    private const string FileName = "starts";
    private const string ErrorsName = "consumer.err";
    private const int Most = 3;
    private const int PrivateFile = 0b110_000_000;
    private const int LongestLine = 300;
    private static readonly TimeSpan Within = TimeSpan.FromMinutes(1);

    /// <summary>Where a consumer's standard error goes that a hook starts.</summary>
    public static string Errors(StateFolder state) => state.File(ErrorsName);

    /// <summary>So many were started within a minute and none came to work.</summary>
    public static bool IsInVain(StateFolder state, DateTimeOffset now)
    {
        if (!Libc.Exists(state.File(FileName)))
            return false;
        try
        {
            var recent = 0;
            foreach (var line in File.ReadAllLines(state.File(FileName)))
                if (
                    long.TryParse(line, NumberStyles.None, CultureInfo.InvariantCulture, out var ms)
                    && Math.Abs(now.ToUnixTimeMilliseconds() - ms) < Within.TotalMilliseconds
                )
                    recent++;
            return recent >= Most;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    /// <summary>Called before a consumer is started; the error output of the one before is dropped.</summary>
    public static void Note(StateFolder state, DateTimeOffset now)
    {
        AppendFile.Append(
            state.File(FileName),
            Encoding.ASCII.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeMilliseconds()}\n")),
            PrivateFile
        );
        Delete(Errors(state));
    }

    /// <summary>Called by a consumer that has come to work.</summary>
    public static void Clear(StateFolder state) => Delete(state.File(FileName));

    /// <summary>What the last consumer said first before it ended; null where it said nothing.</summary>
    public static string? LastWords(StateFolder state)
    {
        try
        {
            using var reader = new StreamReader(Errors(state));
            while (reader.ReadLine() is { } line)
                if (line.Trim().Length > 0)
                    return line.Length > LongestLine ? line[..LongestLine] : line;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Nobody knows.
        }

        return null;
    }

    private static void Delete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // It only counts too much.
        }
    }
}
