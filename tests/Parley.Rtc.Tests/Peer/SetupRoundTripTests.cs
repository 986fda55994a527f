using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>
/// Round trips from the answer's arrival at the caller until it reads the first message of the server, which speaks as soon as there
/// is a channel; on a network that loses nothing.
/// </summary>
public sealed class SetupRoundTripTests
{
    private const ushort AgreedChannel = 4;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(50);

    [Theory]
    [InlineData(SetupPreference.Active, false, false, 4.0)]
    [InlineData(SetupPreference.Active, true, false, 4.0)]
    [InlineData(SetupPreference.Active, true, true, 3.0)]
    [InlineData(SetupPreference.Passive, false, false, 5.0)]
    [InlineData(SetupPreference.Passive, true, false, 5.0)]
    [InlineData(SetupPreference.Passive, true, true, 3.0)]
    public void The_servers_first_message_is_read_after(SetupPreference setup, bool isChannelAgreed, bool isInitDescribed, double roundTrips)
    {
        ushort? agreed = isChannelAgreed ? AgreedChannel : null;
        using var pair = new PeerPair(
            1, new LinkConditions { Delay = Delay },
            caller: config => config with { NegotiatedChannelId = agreed, OffersSctpInit = isInitDescribed },
            callee: config => config with { NegotiatedChannelId = agreed, SetupPreference = setup });
        pair.Callee.Happened = e => Speak(pair, e);
        pair.Caller.Happened = e => Open(pair, e, agreed);
        pair.Start();
        pair.Clock.RunUntil(() => pair.Caller.Has(PeerEventKind.MessageReceived), TimeSpan.FromSeconds(5), "the message");
        var taken = pair.Clock.Now.TotalMilliseconds / (2 * Delay.TotalMilliseconds);
        TestContext.Current.TestOutputHelper?.WriteLine($"{taken:0.0} round trips");
        Assert.Equal(roundTrips, taken, tolerance: 0.01);
    }

    private static void Open(PeerPair pair, SimulatedEvent e, ushort? agreed)
    {
        if (e.Event.Kind == PeerEventKind.Connected && agreed is null)
            Assert.True(pair.Caller.Peer.TryOpenChannel("events", pair.Clock.Now, out _));
    }

    private static void Speak(PeerPair pair, SimulatedEvent e)
    {
        if (e.Event.Kind == PeerEventKind.ChannelOpened)
            Assert.Equal(SendStatus.Queued, pair.Callee.Peer.SendMessage(e.Event.ChannelId, isBinary: false, [1], pair.Clock.Now));
    }
}
