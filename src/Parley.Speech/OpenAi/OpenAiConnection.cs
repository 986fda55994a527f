using System.Net.Http.Headers;

namespace Parley.Speech.OpenAi;

/// <summary>
/// The way to one server. It adds the key, tries again when nobody listens (then no byte was sent, so trying again is safe),
/// and does nothing else again: a request that reached a server may have been paid for. Thread-safe, for the process's life.
/// </summary>
internal sealed class OpenAiConnection
{
    /// <summary>A server that restarts is back within a second or is not there.</summary>
    private static readonly TimeSpan[] RetryDelays = [TimeSpan.FromMilliseconds(150), TimeSpan.FromMilliseconds(450)];

    public OpenAiConnection(OpenAiEndpoint endpoint, TimeProvider time, params TimeSpan[]? retryDelays)
    {
        Endpoint = endpoint;
        var sockets = new SocketsHttpHandler
        {
            ConnectTimeout = TimeSpan.FromSeconds(5),
            // DNS changes are seen, and a server that went away is not held on to.
            PooledConnectionLifetime = TimeSpan.FromMinutes(5),
            AllowAutoRedirect = false,
            UseCookies = false,
        };
        Http = new HttpClient(new Handler(endpoint.Key, time, retryDelays ?? RetryDelays) { InnerHandler = sockets })
        {
            BaseAddress = endpoint.Url,
            Timeout = Timeout.InfiniteTimeSpan, // whoever waits has a deadline of its own, by TimeProvider
            MaxResponseContentBufferSize = 1 << 20,
        };
    }

    public OpenAiEndpoint Endpoint { get; }

    public HttpClient Http { get; }

    private sealed class Handler(string? key, TimeProvider time, TimeSpan[] delays) : DelegatingHandler
    {
        protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Headers.Authorization = key is null ? null : new AuthenticationHeaderValue("Bearer", key);
            for (var attempt = 0; ; attempt++)
            {
                try
                {
                    return await base.SendAsync(request, cancellationToken);
                }
                catch (HttpRequestException refused) when (refused.HttpRequestError == HttpRequestError.ConnectionError && attempt < delays.Length)
                {
                    await Task.Delay(delays[attempt], time, cancellationToken);
                }
            }
        }
    }
}
