using System.Net.WebSockets;
using Parley.Cli.Call.Alsa;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>A session on a WebSocket, with the audio inside its events.</summary>
internal sealed class SocketRoute(Uri url, string? key, CertificatePin? pin) : ICallRoute
{
    private const string DefaultPath = "/v1/realtime";

    public Uri Url => url;

    public string? CallId => null;

    /// <summary>A server alone means its usual place for sessions.</summary>
    public static bool TryParse(string text, out Uri url)
    {
        url = null!;
        if (!Uri.TryCreate(text, UriKind.Absolute, out var uri) || (uri.Scheme != Uri.UriSchemeWs && uri.Scheme != Uri.UriSchemeWss)) return false;
        url = uri.AbsolutePath is "/" or "" ? new UriBuilder(uri) { Path = DefaultPath }.Uri : uri;
        return true;
    }

    public async Task<CallRecord> RunAsync(CallRequest request, ICallerObserver follower, Microphone? microphone, CancellationToken cancellationToken)
    {
        if (request.ForcesTcp) throw new CallFailedException("--tcp is for calls over WebRTC: a WebSocket is TCP.", isMisuse: true);
        var call = new SocketOutgoingCall(
            new SocketOutgoingCallConfig { Dialogue = request.Dialogue, Url = url, Key = key, Limit = request.Limit, CertificateValidation = pin?.Validation },
            TimeProvider.System, follower);
        microphone?.Start(call.Say);
        try
        {
            return await call.RunAsync(cancellationToken);
        }
        catch (WebSocketException exception)
        {
            throw new CallFailedException(call.RefusedWith is { } status
                ? $"{url} answered {(int)status} {status}."
                : $"{url} cannot be reached: {exception.GetBaseException().Message}");
        }
        catch (TimeoutException)
        {
            throw new CallFailedException($"{url} did not answer.");
        }
    }

    public void Dispose()
    {
    }
}
