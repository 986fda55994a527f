using System.Net;
using Parley.Net.Forwarding;
using Parley.Net.Routes;
using Parley.Rtc.Stun;

namespace Parley.Benchmarks.Relay;

/// <summary>Media of a new source goes to the transceiver whose number is its twelfth byte; a check is opened as the relay opens it, and forged ones are refused.</summary>
internal sealed class NamedRouting(RouteKeyRing ring, int firstPort, int transceivers) : IFirstPackets, IDisposable
{
    private const int NameOffset = 12;

    private readonly RouteOpener _opener = new(ring, TimeProvider.System);
    private readonly TransportAddress[] _transceivers =
        [.. Enumerable.Range(firstPort, transceivers).Select(port => TransportAddress.From(IPAddress.Loopback, port))];

    public FlowDecision Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now)
    {
        if (TryFindOwner(packet, out var owner)) return FlowDecision.ForwardTo(owner);
        return packet.Length > NameOffset && packet[0] == 0x80 ? FlowDecision.ForwardTo(_transceivers[packet[NameOffset] % _transceivers.Length]) : FlowDecision.Drop;
    }

    public bool MayMove(TransportAddress source, Instant now) => true;

    public bool TryFindOwner(ReadOnlySpan<byte> check, out TransportAddress transceiver)
    {
        transceiver = default;
        if (!StunUsername.TryReadServerUfrag(check, out var ufrag) || _opener.Open(ufrag, out var route) != RouteStatus.Ok) return false;
        transceiver = _transceivers[route.Node % _transceivers.Length];
        return true;
    }

    /// <summary>None: the load that plays them would count a question as a packet.</summary>
    public IReadOnlyList<TransportAddress> Transceivers => [];

    public bool IsTransceiver(TransportAddress address) => Array.IndexOf(_transceivers, address) >= 0;

    public void Dispose() => _opener.Dispose();
}
