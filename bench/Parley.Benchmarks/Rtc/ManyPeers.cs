using Parley.Benchmarks.Measuring;
using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>
/// A packet for each of many connected peers, sent back by it. What the peers hold together is more than the caches near the processor
/// do, as in a server with as many calls.
/// </summary>
internal sealed class ManyPeers : IDisposable
{
    private const int SlotLength = 160;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    private readonly PeerPair[] _pairs;
    private readonly byte[] _opus = new byte[PacketBatch.PayloadLength];
    private readonly byte[] _buffer = new byte[RtcPeer.MaxDatagramLength];
    private readonly byte[] _arriving;
    private readonly int[] _lengths;
    private Instant _now;
    private uint _timestamp;

    public ManyPeers(int count)
    {
        _pairs = new PeerPair[count];
        _arriving = new byte[count * SlotLength];
        _lengths = new int[count];
        for (var i = 0; i < count; i++)
        {
            _pairs[i] = new PeerPair((ulong)i);
            _pairs[i].Connect();
            _pairs[i].Clock.RunFor(TimeSpan.FromSeconds(1));
        }
        _now = _pairs.Max(pair => pair.Clock.Now);
        new SeededRandom(4).Fill(_opus);
        Echo = new Contender(count, LetCallersSend, EchoAll);
    }

    /// <summary>HandleDatagram, TryPollEvent, ReadPayload, TrySendAudio, TryPollTransmit.</summary>
    public Contender Echo { get; }

    public void Dispose()
    {
        foreach (var pair in _pairs) pair.Dispose();
    }

    private void LetCallersSend()
    {
        _now += FrameTime;
        _timestamp += 960;
        for (var i = 0; i < _pairs.Length; i++)
        {
            var caller = _pairs[i].Caller.Peer;
            var slot = _arriving.AsSpan(i * SlotLength, SlotLength);
            if (!caller.TrySendAudio(_opus, _timestamp, marker: false, _now) || !caller.TryPollTransmit(slot, out var transmit))
                throw new InvalidOperationException("A packet was not sent.");
            _lengths[i] = transmit.Length;
            while (caller.TryPollTransmit(_buffer, out _)) { }
        }
    }

    private void EchoAll()
    {
        var returned = 0;
        for (var i = 0; i < _pairs.Length; i++) returned += EchoOne(_pairs[i], _arriving.AsSpan(i * SlotLength, _lengths[i]));
        if (returned < _pairs.Length) throw new InvalidOperationException("A packet was not sent back.");
    }

    private int EchoOne(PeerPair pair, Span<byte> datagram)
    {
        var (peer, returned) = (pair.Callee.Peer, 0);
        peer.HandleDatagram(new Datagram(datagram, pair.Caller.Address), _now);
        while (peer.TryPollEvent(out var e))
        {
            var length = peer.ReadPayload(_buffer);
            if (peer.TrySendAudio(_buffer.AsSpan(0, length), e.RtpTimestamp, marker: false, _now)) returned++;
        }
        while (peer.TryPollTransmit(_buffer, out _)) { }
        return returned;
    }
}
