namespace Parley.Fuzz.Targets;

/// <summary>All targets, in the order of the layers.</summary>
internal static class FuzzTargets
{
    public static IReadOnlyList<FuzzTarget> All { get; } =
    [
        new StunTarget(),
        new SdpOfferTarget(),
        new SdpAnswerTarget(),
        new RtpTarget(),
        new RtcpTarget(),
        new TransportFeedbackTarget(),
        new RedTarget(),
        new SrtpTarget(),
        new StreamFrameTarget(),
        new RouteTarget(),
        new InnerTarget(),
        new FirstPacketTarget(),
        new SctpHandshakeTarget(),
        new SctpTarget(),
        new DataChannelTarget(),
        new PeerTarget(),
        new ClientEventTarget(),
    ];

    public static FuzzTarget? Find(string name) => All.FirstOrDefault(target => target.Name == name);
}
