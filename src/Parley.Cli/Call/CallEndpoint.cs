using System.Net;
using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Text.Json;

namespace Parley.Cli.Call;

/// <summary>The HTTP side of a call: posts the offer, takes the answer and the call's place, hangs up.</summary>
internal sealed class CallEndpoint
{
    private const string DefaultPath = "/v1/realtime/calls";

    /// <summary>Addresses for documentation (RFC 5737, RFC 3849), to ask for the way to; nothing is sent there.</summary>
    private static readonly IPAddress Anywhere = IPAddress.Parse("192.0.2.1");
    private static readonly IPAddress AnywhereV6 = IPAddress.Parse("2001:db8::1");

    private static readonly TimeSpan OfferTimeout = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan HangUpTimeout = TimeSpan.FromSeconds(2);

    private readonly HttpClient _client;
    private readonly Uri _calls;
    private Uri? _call;

    /// <param name="calls">Where offers are posted.</param>
    /// <param name="client">Of <see cref="CreateClient"/>; calls may share one.</param>
    public CallEndpoint(Uri calls, HttpClient client)
    {
        _calls = calls;
        _client = client;
    }

    /// <param name="key">Bearer token; null for none.</param>
    /// <param name="pin">The one certificate that is trusted; null: those that the system trusts.</param>
    public static HttpClient CreateClient(string? key, CertificatePin? pin = null)
    {
        var handler = new SocketsHttpHandler();
        if (pin is not null) handler.SslOptions.RemoteCertificateValidationCallback = pin.Validation;
        var client = new HttpClient(handler) { Timeout = OfferTimeout };
        if (key is not null) client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", key);
        return client;
    }

    /// <summary>The last part of the call's place; null when the server gave none.</summary>
    public string? CallId => _call?.AbsolutePath.TrimEnd('/').Split('/')[^1];

    /// <summary>A server alone means its usual place for calls.</summary>
    /// <exception cref="CallFailedException">It is no http or https URL.</exception>
    public static Uri Parse(string url)
    {
        var text = url.Contains("://", StringComparison.Ordinal) ? url : "http://" + url;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeHttp && uri.Scheme != Uri.UriSchemeHttps))
            throw new CallFailedException($"'{url}' is not an http, https, ws or wss URL.", isMisuse: true);
        return uri.AbsolutePath is "/" or "" ? new UriBuilder(uri) { Path = DefaultPath }.Uri : uri;
    }

    /// <summary>Posts the offer and returns the answer.</summary>
    /// <exception cref="CallFailedException">There is no answer; the message says why.</exception>
    public async Task<string> PostAsync(string offer, CancellationToken cancellationToken)
    {
        try
        {
            using var content = new StringContent(offer);
            content.Headers.ContentType = new MediaTypeHeaderValue("application/sdp");
            using var response = await _client.PostAsync(_calls, content, cancellationToken);
            var body = await response.Content.ReadAsStringAsync(cancellationToken);
            if (!response.IsSuccessStatusCode)
            {
                throw new CallFailedException($"{_calls} answered {(int)response.StatusCode} {response.ReasonPhrase}{Reason(body)}")
                {
                    Kind = $"answered_{(int)response.StatusCode}",
                    RetryAfter = RetryAfter(response),
                };
            }
            if (!body.StartsWith("v=0", StringComparison.Ordinal)) throw new CallFailedException($"{_calls} answered with something that is no SDP.") { Kind = "answer_unusable" };
            if (response.Headers.Location is { } location) _call = new Uri(_calls, location);
            return body;
        }
        catch (HttpRequestException exception)
        {
            throw new CallFailedException($"{_calls} cannot be reached: {exception.GetBaseException().Message}") { Kind = "unreachable" };
        }
        catch (TaskCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new CallFailedException(FormattableString.Invariant($"{_calls} did not answer within {OfferTimeout.TotalSeconds:0} s.")) { Kind = "no_answer" };
        }
    }

    /// <summary>Tells the server by HTTP, too, that the call is over; that it knows already is no failure.</summary>
    public async Task HangUpAsync()
    {
        if (_call is null) return;
        using var timeout = new CancellationTokenSource(HangUpTimeout);
        try
        {
            using var response = await _client.PostAsync(new UriBuilder(_call) { Path = _call.AbsolutePath.TrimEnd('/') + "/hangup" }.Uri, null, timeout.Token);
        }
        catch (Exception exception) when (exception is HttpRequestException or OperationCanceledException)
        {
            // The connection's own goodbye was sent before.
        }
    }

    /// <summary>This machine's addresses on the way to the server, one of each family that it has a way with.</summary>
    /// <exception cref="CallFailedException">There is none.</exception>
    public async Task<IReadOnlyList<IPAddress>> FindLocalAddressesAsync(CancellationToken cancellationToken)
    {
        IPAddress[] servers;
        try
        {
            servers = await Dns.GetHostAddressesAsync(_calls.DnsSafeHost, cancellationToken);
        }
        catch (SocketException exception)
        {
            throw new CallFailedException($"{_calls} cannot be reached: {exception.Message}");
        }
        // Calls may be answered at an address of the other family than the offer was: the way to anywhere shows what there is.
        var isHere = servers.Any(IPAddress.IsLoopback);
        IPAddress?[] local =
        [
            LocalAddressFor(servers.FirstOrDefault(each => each.AddressFamily == AddressFamily.InterNetwork) ?? (isHere ? IPAddress.Loopback : Anywhere)),
            LocalAddressFor(servers.FirstOrDefault(each => each.AddressFamily == AddressFamily.InterNetworkV6) ?? (isHere ? IPAddress.IPv6Loopback : AnywhereV6)),
        ];
        IReadOnlyList<IPAddress> found = [.. local.OfType<IPAddress>()];
        return found.Count > 0 ? found : throw new CallFailedException($"{_calls} cannot be reached: this machine has no way there.");
    }

    private static IPAddress? LocalAddressFor(IPAddress address)
    {
        try
        {
            // Connecting a UDP socket sends nothing: it asks for the route.
            using var probe = new Socket(address.AddressFamily, SocketType.Dgram, ProtocolType.Udp);
            probe.Connect(address, 9);
            return ((IPEndPoint)probe.LocalEndPoint!).Address;
        }
        catch (SocketException)
        {
            return null;
        }
    }

    /// <summary>RFC 9110 §10.2.3; a server that is full or leaving, or a key that has used up its rate.</summary>
    private static TimeSpan? RetryAfter(HttpResponseMessage response)
    {
        if (response.StatusCode is not (HttpStatusCode.ServiceUnavailable or HttpStatusCode.TooManyRequests) || response.Headers.RetryAfter is not { } after) return null;
        var wait = after.Delta ?? after.Date - response.Headers.Date;
        return wait > TimeSpan.Zero ? wait : TimeSpan.Zero;
    }

    /// <summary>What the body of an error says, in one line.</summary>
    private static string Reason(string body)
    {
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.TryGetProperty("error", out var error) && error.TryGetProperty("message", out var message))
                return ": " + Terminal.OneLine(message.GetString() ?? "");
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // It is no error of the API; the status says all.
        }
        return ".";
    }
}
