using Parley.Audio;
using Parley.Net.Impairment;
using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Transceiver.Tests;

/// <summary>
/// How much of a voice is made up after the network lost some of it: real Opus through two peers into an uplink, for 24 s. Nothing ever waits
/// longer than the uplink's bound.
/// </summary>
public sealed class RepairTests(ITestOutputHelper output)
{
    private const int Packets = 1200;

    /// <summary>Upper bounds of what is concealed, in percent: nothing helps, FEC, one copy, two copies, asking again on 20 ms.</summary>
    [Theory]
    [InlineData(0, 0, 0, 0, 0, 0, 0)]
    [InlineData(5, 0, 7, 1.5, 0.8, 0.3, 1.2)]
    [InlineData(10, 0, 13, 4, 2, 0.6, 2.5)]
    [InlineData(20, 0, 24, 9, 6, 2, 8)]
    [InlineData(30, 0, 35, 16, 12, 5, 18)]
    [InlineData(0, 5, 14, 9, 8, 5, 6)] // bursts of two in the mean begin at 5 % of the packets
    public void What_is_lost_is_repaired(int loss, int burst, double nothing, double fec, double one, double two, double again)
    {
        var conditions = new LinkConditions { Delay = TimeSpan.FromMilliseconds(10), Loss = loss / 100.0, BurstStart = burst / 100.0, BurstLength = 2 };
        (string Name, double Most, double Concealed)[] results =
        [
            ("nothing", nothing, Concealed(conditions, withFec: false, copies: 0, asks: false)),
            ("in-band FEC", fec, Concealed(conditions, withFec: true, copies: 0, asks: false)),
            ("one copy", one, Concealed(conditions, withFec: false, copies: 1, asks: false)),
            ("two copies", two, Concealed(conditions, withFec: false, copies: 2, asks: false)),
            ("asked again", again, Concealed(conditions, withFec: false, copies: 0, asks: true)),
        ];
        output.WriteLine($"{loss} % loss, bursts from {burst} %: " + string.Join(", ", results.Select(result => $"{result.Name} {result.Concealed:0.0} %")));
        foreach (var (name, most, concealed) in results) Assert.True(concealed <= most, $"{name}: {concealed:0.0} % concealed, at most {most} % expected");
        if (loss + burst > 0) Assert.All(results[1..], result => Assert.True(result.Concealed < 0.75 * results[0].Concealed));
    }

    /// <summary>Percent of the time that is made up.</summary>
    private static double Concealed(LinkConditions conditions, bool withFec, int copies, bool asks)
    {
        using var pair = new PeerPair(31, new LinkConditions { Delay = conditions.Delay }, editOffer: offer => asks ? offer : offer.Replace(" nack", " x", StringComparison.Ordinal));
        pair.Connect();
        using var encoder = new OpusEncoder(new OpusEncoderConfig { UseInbandFec = withFec, ExpectedLossPercent = withFec ? 20 : 0, Complexity = 1 });
        using var ears = new Ears(pair);
        var speech = Voice.Say("The quick brown fox jumps over the lazy dog, and what time is it?");
        var bytes = new byte[OpusEncoder.MaxPacketLength];
        pair.Caller.Peer.AudioRedundancy = copies;
        for (var i = -400; i < Packets; i++)
        {
            if (i == 0)
            {
                pair.ToCallee.Conditions = conditions;
                ears.Begin();
            }
            var at = (i + 400) * 480 % (speech.Length - 480);
            var length = encoder.Encode(speech.AsSpan(at, 480), bytes);
            pair.Caller.Peer.TrySendAudio(bytes.AsSpan(0, length), (uint)((i + 400) * 960), false, pair.Clock.Now);
            pair.Caller.Pump();
            // The callee speaks, too, so that it knows the round trip.
            pair.Callee.Peer.TrySendAudio(bytes.AsSpan(0, 20), (uint)((i + 400) * 960), false, pair.Clock.Now);
            pair.Callee.Pump();
            pair.Clock.RunFor(TimeSpan.FromMilliseconds(20));
        }
        return 100 * ears.ConcealedShare;
    }

    /// <summary>The callee's uplink, driven as its contract asks.</summary>
    private sealed class Ears : IDisposable
    {
        private readonly AudioUplink _uplink = new();
        private readonly PeerPair _pair;
        private readonly short[] _pcm = new short[2880];
        private long _samples;
        private long _concealed;
        private bool _counts;

        public Ears(PeerPair pair)
        {
            _pair = pair;
            pair.Callee.Happened = heard =>
            {
                if (heard.Event.Kind != PeerEventKind.AudioReceived) return;
                _uplink.RepairWait = pair.Callee.Peer.AudioRepairTime ?? TimeSpan.Zero;
                _uplink.Insert(heard.Event.SequenceNumber, heard.Event.RtpTimestamp, heard.Payload, heard.At, heard.Event.Ssrc, heard.Event.IsRepair);
                Drain();
            };
        }

        public double ConcealedShare => _concealed / (double)_samples;

        public void Begin() => _counts = true;

        public void Dispose() => _uplink.Dispose();

        private void Drain()
        {
            while (_uplink.TryPoll(_pair.Clock.Now, _pcm, out var frame))
            {
                if (!_counts || frame.Kind == UplinkFrameKind.Revision) continue;
                _samples += frame.SampleCount;
                if (frame.Kind == UplinkFrameKind.Concealed) _concealed += frame.SampleCount;
            }
            if (!_uplink.NextDeadline.IsNone) _pair.Clock.At(_uplink.NextDeadline.At, () =>
            {
                if (_uplink.NextDeadline.IsDue(_pair.Clock.Now)) Drain();
            });
        }
    }
}
