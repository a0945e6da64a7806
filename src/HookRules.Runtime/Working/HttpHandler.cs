using System.Globalization;
using System.Net;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>Sends requests; says which failures another attempt may mend.</summary>
internal sealed class HttpHandler(TimeProvider time) : IDisposable
{
    private const int KeptBody = 64 * 1024;
    private static readonly TimeSpan LongestRetryAfter = TimeSpan.FromHours(1);

    // A redirect would carry headers with secrets to a host that no rule names, and turn a POST into a GET without its body.
    private readonly HttpClient client = new(
        new SocketsHttpHandler { AllowAutoRedirect = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }
    )
    {
        Timeout = Timeout.InfiniteTimeSpan,
    };

    public async Task<RunResult> Send(Invocation.Http request, TimeSpan timeout)
    {
        var started = time.GetUtcNow();
        using var limit = new CancellationTokenSource(timeout);
        try
        {
            using var message = Message(request);
            using var response = await client
                .SendAsync(message, HttpCompletionOption.ResponseHeadersRead, limit.Token)
                .ConfigureAwait(false);
            var body = await Beginning(response.Content, limit.Token).ConfigureAwait(false);
            if (response.IsSuccessStatusCode)
                return new RunResult(0, request.Shown, started, time.GetUtcNow()) { Stdout = body };
            return Failed($"{(int)response.StatusCode} {response.ReasonPhrase}") with
            {
                Stdout = body,
                MayRetry = MayRetry((int)response.StatusCode),
                RetryAfter = RetryAfter(response),
            };
        }
        catch (OperationCanceledException)
        {
            return Failed(string.Create(CultureInfo.InvariantCulture, $"no answer within {timeout.TotalSeconds:0.###} s"));
        }
        catch (HttpRequestException e)
        {
            // Without the message, which may hold the URL that the environment keeps secret.
            return Failed($"the connection failed: {e.HttpRequestError}");
        }
        catch (IOException)
        {
            return Failed("the connection broke");
        }

        RunResult Failed(string why) => new(1, request.Shown, started, time.GetUtcNow()) { Problem = why };
    }

    /// <summary>Another attempt may have better luck.</summary>
    public static bool MayRetry(int status) => status is 408 or 425 or 429 or >= 500;

    public void Dispose() => client.Dispose();

    private static HttpRequestMessage Message(Invocation.Http request)
    {
        var message = new HttpRequestMessage(new HttpMethod(request.Method), request.Url);
        if (request.Body is { } body)
        {
            message.Content = new ReadOnlyMemoryContent(body);
            message.Content.Headers.TryAddWithoutValidation("Content-Type", "application/json; charset=utf-8");
        }

        message.Headers.TryAddWithoutValidation("User-Agent", "hookrules");
        foreach (var (name, value) in request.Headers)
        {
            if (message.Headers.TryAddWithoutValidation(name, value))
                continue;
            message.Content ??= new ByteArrayContent([]);
            message.Content.Headers.Remove(name);
            message.Content.Headers.TryAddWithoutValidation(name, value);
        }

        return message;
    }

    private static async Task<string> Beginning(HttpContent content, CancellationToken ct)
    {
        await using var stream = await content.ReadAsStreamAsync(ct).ConfigureAwait(false);
        var buffer = new byte[KeptBody];
        var count = await stream.ReadAtLeastAsync(buffer, KeptBody, throwOnEndOfStream: false, ct).ConfigureAwait(false);
        return Encoding.UTF8.GetString(buffer, 0, count);
    }

    private TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode != HttpStatusCode.TooManyRequests && (int)response.StatusCode != 503)
            return null;
        var asked = response.Headers.RetryAfter?.Delta ?? response.Headers.RetryAfter?.Date - time.GetUtcNow();
        return asked is not { } wait || wait <= TimeSpan.Zero ? null
            : wait < LongestRetryAfter ? wait
            : LongestRetryAfter;
    }
}
