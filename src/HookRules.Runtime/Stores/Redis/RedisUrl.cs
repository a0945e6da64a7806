using System.Globalization;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A server's URL, taken apart: <c>redis://user:password@host:port/database</c>, <c>rediss://</c> for TLS, and
/// <c>unix:///path?db=0</c>. What it is called in messages holds no secret.</summary>
internal sealed record RedisUrl(string Host, int Port, bool Tls, int Database, string? User, string? Password)
{
    private const int DefaultPort = 6379,
        SecondsToAnswer = 5,
        LongestLease = 3600;
    private const string Expected = "expected redis://[user:password@]host[:port][/database], rediss:// for TLS, or unix:///path";

    /// <summary>So long what a machine has in hand stays its own when nothing is heard of it; all machines say the same.</summary>
    public TimeSpan Lease { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>A socket's path; null where it is a host.</summary>
    public string? Socket { get; init; }

    /// <summary>As messages name it.</summary>
    public string Name =>
        Socket
        ?? (Host.Contains(':', StringComparison.Ordinal) ? $"[{Host}]" : Host) + string.Create(CultureInfo.InvariantCulture, $":{Port}");

    // A record's own text would hold the password.
    public override string ToString() => Name;

    /// <summary>Null where it is no such URL; the problem does not repeat it, since it may hold a password.</summary>
    public static RedisUrl? TryParse(string text, out string? problem)
    {
        problem = Expected;
        var (scheme, rest) = text.Trim().Split("://", 2) is [var before, var after] ? (before.ToLowerInvariant(), after) : ("", "");
        if (scheme is not ("redis" or "rediss" or "unix"))
            return null;
        string? user = null,
            password = null;
        // A password may hold an @ that nobody escaped; a host holds none.
        if (rest.LastIndexOf('@') is var at and >= 0)
        {
            var colon = rest.IndexOf(':', StringComparison.Ordinal);
            (user, password) = colon >= 0 && colon < at ? (rest[..colon], rest[(colon + 1)..at]) : (rest[..at], null);
            (user, password) = (Decoded(user), Decoded(password));
            rest = rest[(at + 1)..];
        }

        var options = rest.Split('?', 2) is [var plain, var query] ? (rest = plain, query).query : "";
        var database = 0;
        var lease = 30;
        foreach (var option in options.Split('&', StringSplitOptions.RemoveEmptyEntries))
            switch (option.Split('=', 2))
            {
                case ["db", var number] when IsNumber(number, out database):
                case ["lease", var seconds] when IsNumber(seconds.TrimEnd('s'), out lease) && lease is > 0 and <= LongestLease:
                    break;
                default:
                    problem = $"it ends in an option that is neither db=NUMBER nor lease=SECONDS; {Expected}";
                    return null;
            }

        if (scheme == "unix")
        {
            problem = rest.StartsWith('/') ? null : Expected;
            return problem is null
                ? new RedisUrl("", 0, Tls: false, database, user, password)
                {
                    Socket = Uri.UnescapeDataString(rest),
                    Lease = TimeSpan.FromSeconds(lease),
                }
                : null;
        }

        if (rest.Split('/', 2) is [var authority, var path])
        {
            rest = authority;
            if (path.Length > 0 && !IsNumber(path, out database))
            {
                problem = $"its path is no database's number; {Expected}";
                return null;
            }
        }

        var port = DefaultPort;
        if (rest.LastIndexOf(':') is var behind and >= 0 && !rest.EndsWith(']'))
        {
            if (!IsNumber(rest[(behind + 1)..], out port) || port is 0 or > ushort.MaxValue)
            {
                problem = $"its port is no number from 1 to 65535; {Expected}";
                return null;
            }

            rest = rest[..behind];
        }

        var host = rest.Trim('[', ']');
        if (host.Length == 0)
            host = "localhost";
        problem = null;
        return new RedisUrl(host, port, scheme == "rediss", database, user, password) { Lease = TimeSpan.FromSeconds(lease) };
    }

    /// <param name="isLook">It is asked how it is set up, too.</param>
    public ConfigurationOptions Options(bool isLook = false)
    {
        var options = new ConfigurationOptions
        {
            AbortOnConnectFail = true,
            AllowAdmin = isLook,
            ConnectRetry = 1,
            ConnectTimeout = SecondsToAnswer * 1000,
            AsyncTimeout = SecondsToAnswer * 1000,
            SyncTimeout = SecondsToAnswer * 1000,
            BacklogPolicy = BacklogPolicy.FailFast,
            ClientName = "hookrules",
            DefaultDatabase = Database,
            IncludeDetailInExceptions = false,
            User = User is "" ? null : User,
            Password = Password,
            Ssl = Tls,
            SslHost = Tls ? Host : null,
        };
        if (Socket is { } socket)
            options.EndPoints.Add(new System.Net.Sockets.UnixDomainSocketEndPoint(socket));
        else
            options.EndPoints.Add(Host, Port);
        return options;
    }

    private static string? Decoded(string? text) => text is null ? null : Uri.UnescapeDataString(text);

    private static bool IsNumber(string text, out int number) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number);
}
