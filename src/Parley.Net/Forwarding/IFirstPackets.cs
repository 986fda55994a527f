namespace Parley.Net.Forwarding;

/// <summary>
/// What a <see cref="Forwarder"/> asks when a source address does not say where a packet goes. Called by its thread only; must not
/// throw, wait or allocate, whatever the bytes are. Drops are counted by whoever decides them.
/// </summary>
public interface IFirstPackets
{
    /// <summary>A packet of a source that has no flow: a first connectivity check, media of a flow that is forgotten, or noise.</summary>
    FlowDecision Classify(ReadOnlySpan<byte> packet, TransportAddress source, Instant now);

    /// <summary>
    /// Media of a source that has no flow, with an SSRC that a confirmed flow had: perhaps a client whose address has changed. True: it is
    /// forwarded to that flow's transceiver, which believes it only when its SRTP tag holds.
    /// </summary>
    bool MayMove(TransportAddress source, Instant now);

    /// <summary>
    /// A connectivity check of a source that has a flow, when its ufrag is not the one seen before: a new call from the address and port of an old one, or an
    /// ICE restart. False: it does not say where it goes, and the flow stays as it is.
    /// </summary>
    bool TryFindOwner(ReadOnlySpan<byte> check, out TransportAddress transceiver);

    /// <summary>Those that a relay which has just begun asks for the clients that they have by way of it. Not on the packets' path.</summary>
    IReadOnlyList<TransportAddress> Transceivers { get; }

    /// <summary>The inner protocol is spoken at this address. What others send is dropped.</summary>
    bool IsTransceiver(TransportAddress address);
}
