using Parley.Net.Impairment;
using Parley.Rtc.Dtls;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Peer;

/// <summary>When a DTLS flight that got lost is sent again, and what the round trip is taken from.</summary>
public sealed class HandshakeTimeoutTests
{
    private const byte HandshakeRecord = 22;
    private static readonly TimeSpan Delay = TimeSpan.FromMilliseconds(40);

    /// <summary>The lite side has measured nothing when it begins.</summary>
    [Fact]
    public void An_active_lite_agent_repeats_its_ClientHello_after_150_ms() =>
        Assert.Equal(150, FirstRepetition(SetupPreference.Active, skipFlights: 0), tolerance: 1);

    /// <summary>Twice the 80 ms from its ClientHello to the answer.</summary>
    [Fact]
    public void It_repeats_its_next_flight_after_twice_the_round_trip_that_the_first_one_took() =>
        Assert.Equal(160, FirstRepetition(SetupPreference.Active, skipFlights: 1), tolerance: 1);

    /// <summary>Twice the 80 ms from its answer to the first check to the ClientHello.</summary>
    [Fact]
    public void A_passive_lite_agent_repeats_its_first_flight_after_twice_the_time_that_the_ClientHello_took_to_come() =>
        Assert.Equal(160, FirstRepetition(SetupPreference.Passive, skipFlights: 0), tolerance: 1);

    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void Nothing_of_DTLS_leaves_before_a_valid_check(SetupPreference setup)
    {
        using var pair = new PeerPair(2, callee: config => config with { SetupPreference = setup });
        var sent = 0;
        pair.Caller.Sending = (_, _) => false;
        pair.Callee.Sending = (_, _) =>
        {
            sent++;
            return true;
        };
        pair.Start();
        pair.Clock.RunFor(TimeSpan.FromSeconds(5));
        Assert.Equal(0, sent);
    }

    [Theory]
    [InlineData(SetupPreference.Active)]
    [InlineData(SetupPreference.Passive)]
    public void A_remote_that_checks_and_never_completes_the_handshake_is_given_up(SetupPreference setup)
    {
        using var pair = new PeerPair(3, callee: config => config with { SetupPreference = setup });
        pair.Caller.Sending = (packet, _) => packet[0] < 20;
        pair.Start();
        pair.Clock.RunUntil(() => pair.Callee.Has(PeerEventKind.Closed), TimeSpan.FromSeconds(35), "giving up");
        Assert.Contains(pair.Callee.Of(PeerEventKind.Closed).Single().Event.CloseReason, new[] { PeerCloseReason.ConnectTimedOut, PeerCloseReason.HandshakeFailed });
        Assert.True(pair.Callee.Peer.NextDeadline.IsNone);
    }

    /// <summary>Loses one flight of the callee, and all that the caller repeats meanwhile, and returns when the flight comes again, in ms.</summary>
    private static double FirstRepetition(SetupPreference setup, int skipFlights)
    {
        using var pair = new PeerPair(1, new LinkConditions { Delay = Delay }, callee: config => config with { SetupPreference = setup });
        var flights = new List<Instant>();
        pair.Callee.Sending = (packet, _) =>
        {
            if (packet[0] != HandshakeRecord) return true;
            if (flights.Count == 0 || flights[^1] != pair.Clock.Now) flights.Add(pair.Clock.Now);
            return flights.Count != skipFlights + 1;
        };
        pair.Caller.Sending = (packet, _) => packet[0] != HandshakeRecord || flights.Count != skipFlights + 1;
        pair.Start();
        pair.Clock.RunUntil(() => flights.Count == skipFlights + 2, TimeSpan.FromSeconds(5), "the repetition");
        return (flights[^1] - flights[^2]).TotalMilliseconds;
    }
}
