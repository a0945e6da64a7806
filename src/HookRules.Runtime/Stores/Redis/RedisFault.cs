using System.Net.Sockets;
using System.Security.Authentication;
using HookRules.Engine;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>What keeps a server from being used, in words that say what to do. None of them repeats what the server or the library
/// says of names and passwords.</summary>
internal static class RedisFault
{
    private const string Epoch = "EPOCH";

    public static bool IsEpoch(Exception e) => e is RedisServerException && Has(e.Message, Epoch);

    public static bool IsUnknownScript(Exception e) => e is RedisServerException && Has(e.Message, "NOSCRIPT");

    /// <summary>A transaction was not done at all.</summary>
    public static bool IsDiscarded(Exception e) => e is RedisServerException && Has(e.Message, "EXECABORT");

    /// <summary>It is full: what is there can be worked off, nothing new is taken.</summary>
    public static bool IsFull(Exception e) => e is RedisServerException && IsFullText(e.Message);

    /// <summary>The server was asked, or could not be.</summary>
    public static bool IsOfServer(Exception e) =>
        e is RedisException or TimeoutException or IOException or SocketException or AuthenticationException or ObjectDisposedException;

    public static string Describe(Exception e, RedisUrl url) =>
        e switch
        {
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } when IsTls(e) => Tls(url),
            RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure } => OfReply(Deepest(e), url)
                ?? $"{url.Name} does not take the user or the password of the URL",
            RedisServerException => OfReply(e.Message, url) ?? $"{url.Name} answered: {Printable.Line(e.Message)}",
            RedisTimeoutException or TimeoutException => $"{url.Name} does not answer",
            _ => OfReply(Deepest(e), url) ?? OfConnection(e, url),
        };

    private static string? OfReply(string reply, RedisUrl url) =>
        Has(reply, "WRONGPASS") || Has(reply, "invalid password") || Has(reply, "invalid username-password")
            ? $"{url.Name} does not take the user or the password of the URL"
        : Has(reply, "NOAUTH") ? $"{url.Name} wants a password, and the URL has none: redis://:PASSWORD@{url.Name}"
        : Has(reply, "without any password configured") ? $"{url.Name} has no password, and the URL has one"
        // A transaction that is discarded though its script alone would run has a command that is not allowed.
        : Has(reply, "NOPERM") || Has(reply, "EXECABORT")
            ? $"the user of the URL may not do all that is needed on {url.Name}: it needs +@all on ~{{*}}* and &*"
        : Has(reply, "READONLY") || Has(reply, "not eligible for replica")
            ? $"{url.Name} is a replica that may only be read; the URL must name its primary"
        : Has(reply, "MASTERDOWN") ? $"{url.Name} is a replica without its primary; the URL must name the primary"
        : Has(reply, "Error compiling script") ? $"{url.Name} is older than Redis 7.0, which this needs"
        : Has(reply, "LOADING") ? $"{url.Name} is still reading its data"
        : Has(reply, "MISCONF") ? $"{url.Name} takes nothing because it cannot save its data: look at its log and at the space on its disk"
        : Has(reply, "CLUSTERDOWN") ? $"the cluster of {url.Name} is down"
        : IsFullText(reply) ? $"{url.Name} has no memory left (maxmemory), so it takes nothing new"
        : Has(reply, "BUSY ") ? $"{url.Name} is busy with a script of somebody else"
        : Has(reply, "max number of clients") ? $"{url.Name} has as many clients as it allows (maxclients)"
        : Has(reply, "DENIED") || Has(reply, "protected mode")
            ? $"{url.Name} is in protected mode: give it a password, or have it listen to this machine alone"
        : null;

    private static bool Has(string reply, string words) => reply.Contains(words, StringComparison.OrdinalIgnoreCase);

    private static bool IsFullText(string reply) =>
        reply.Contains("OOM ", StringComparison.Ordinal) || reply.Contains("maxmemory", StringComparison.Ordinal);

    private static string OfConnection(Exception e, RedisUrl url)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
        {
            if (inner is AuthenticationException)
                return Tls(url);
            if (inner is SocketException socket)
                return socket.SocketErrorCode switch
                {
                    SocketError.ConnectionRefused => $"nothing listens on {url.Name}",
                    SocketError.HostNotFound or SocketError.NoData or SocketError.TryAgain => $"the name {url.Host} leads to no host",
                    SocketError.HostUnreachable or SocketError.NetworkUnreachable => $"no way leads to {url.Name}",
                    SocketError.TimedOut => $"{url.Name} does not answer",
                    SocketError.AccessDenied => $"{url.Name} may not be opened by this user",
                    _ when url.Socket is not null => $"{url.Name} is no socket that a server listens on",
                    _ => $"the connection to {url.Name} was cut off",
                };
        }

        return url.Tls ? $"{url.Name} cannot be reached, or speaks no TLS: redis:// is without it" : $"{url.Name} cannot be reached";
    }

    private static string Tls(RedisUrl url) => $"no TLS connection to {url.Name}: its certificate is not trusted, or it speaks none";

    private static bool IsTls(Exception e)
    {
        for (Exception? inner = e; inner is not null; inner = inner.InnerException)
            if (inner is AuthenticationException or IOException)
                return true;
        return false;
    }

    private static string Deepest(Exception e)
    {
        var text = e.Message;
        for (var inner = e.InnerException; inner is not null; inner = inner.InnerException)
            text += " " + inner.Message;
        return text;
    }
}
