using System.Buffers.Binary;
using Parley.Net.Impairment;
using Parley.Simulation;

namespace Parley.Rtc.Tests.Media;

/// <summary>A connected pair whose caller sends a numbered packet each 20 ms while the callee counts.</summary>
internal sealed class SpokenCall : IDisposable
{
    public static readonly TimeSpan Spacing = TimeSpan.FromMilliseconds(20);

    private int _sent;

    public SpokenCall(ulong seed, Func<string, string>? editOffer = null, Func<RtcPeerConfig, RtcPeerConfig>? callee = null)
    {
        Pair = new PeerPair(seed, new LinkConditions { Delay = TimeSpan.FromMilliseconds(10) }, editOffer: editOffer, callee: callee);
        Pair.Connect();
    }

    public PeerPair Pair { get; }

    public RtcPeer Caller => Pair.Caller.Peer;

    public RtcPeer Callee => Pair.Callee.Peer;

    public int Sent => _sent;

    /// <summary>The numbers that were heard, in the order of their events.</summary>
    public List<int> Heard => [.. Pair.Callee.Of(PeerEventKind.AudioReceived).Where(e => e.Payload.Length >= 4).Select(e => BinaryPrimitives.ReadInt32BigEndian(e.Payload))];

    public double MissingShare => 1 - Heard.Distinct().Count() / (double)_sent;

    /// <summary>Speaks for so many packets; the callee speaks as well if <paramref name="bothWays"/>, so that round trips are known.</summary>
    public void Speak(int packets, bool bothWays = false, int length = 80)
    {
        for (var i = 0; i < packets; i++)
        {
            var opus = new byte[length];
            BinaryPrimitives.WriteInt32BigEndian(opus, _sent);
            if (!Caller.TrySendAudio(opus, (uint)(_sent++ * 960), false, Pair.Clock.Now)) throw new InvalidOperationException("Not sent.");
            Pair.Caller.Pump();
            if (bothWays && Callee.TrySendAudio(new byte[length], (uint)(_sent * 960), false, Pair.Clock.Now)) Pair.Callee.Pump();
            Pair.Clock.RunFor(Spacing);
        }
    }

    public void Dispose() => Pair.Dispose();
}
