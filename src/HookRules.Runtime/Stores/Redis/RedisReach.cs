using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>Whether a connection can come about, and why not: the library says only that there is none, so the way is walked step by
/// step.</summary>
internal static class RedisReach
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    /// <summary>Null where a connection comes about.</summary>
    public static async Task<string?> Diagnose(RedisUrl url, CancellationToken ct)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(ct);
        limit.CancelAfter(Patience);
        try
        {
            using var socket = url.Socket is null
                ? new Socket(SocketType.Stream, ProtocolType.Tcp)
                : new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
            EndPoint to = url.Socket is { } path ? new UnixDomainSocketEndPoint(path) : new DnsEndPoint(url.Host, url.Port);
            await socket.ConnectAsync(to, limit.Token).ConfigureAwait(false);
            if (!url.Tls)
                return null;
            using var stream = new SslStream(new NetworkStream(socket));
            await stream
                .AuthenticateAsClientAsync(new SslClientAuthenticationOptions { TargetHost = url.Host }, limit.Token)
                .ConfigureAwait(false);
            return null;
        }
        catch (OperationCanceledException)
        {
            return url.Tls ? $"{url.Name} does not answer, or speaks no TLS: redis:// is without it" : $"{url.Name} does not answer";
        }
        catch (Exception e) when (e is SocketException or AuthenticationException or IOException)
        {
            return RedisFault.Describe(e, url);
        }
    }
}
