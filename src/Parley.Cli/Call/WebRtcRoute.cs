using System.Net;
using Parley.Cli.Call.Alsa;
using Parley.Transceiver.Caller;

namespace Parley.Cli.Call;

/// <summary>A call over WebRTC: the offer is posted by HTTP.</summary>
internal sealed class WebRtcRoute : ICallRoute
{
    private readonly HttpClient _client;
    private readonly CallEndpoint _endpoint;

    public WebRtcRoute(Uri calls, string? key, CertificatePin? pin)
    {
        Url = calls;
        _client = CallEndpoint.CreateClient(key, pin);
        _endpoint = new CallEndpoint(calls, _client);
    }

    public Uri Url { get; }

    public string? CallId => _endpoint.CallId;

    public async Task<CallRecord> RunAsync(CallRequest request, ICallerObserver follower, Microphone? microphone, CancellationToken cancellationToken)
    {
        var config = new OutgoingCallConfig
        {
            Dialogue = request.Dialogue,
            Bind = new IPEndPoint(IPAddress.IPv6Any, 0),
            Advertise = await _endpoint.FindLocalAddressesAsync(cancellationToken),
            ForcesTcp = request.ForcesTcp,
            Limit = request.Limit,
        };
        CallRecord record;
        using (var call = new OutgoingCall(config, TimeProvider.System, follower))
        {
            microphone?.Start(call.Say);
            record = await call.RunAsync(_endpoint.PostAsync, cancellationToken);
        }
        await _endpoint.HangUpAsync();
        return record;
    }

    public void Dispose() => _client.Dispose();
}
