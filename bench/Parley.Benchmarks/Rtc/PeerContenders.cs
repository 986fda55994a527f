using Parley.Benchmarks.Measuring;
using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>Audio between two connected peers, as a driver sees it: what arrives, its event and payload; what is sent.</summary>
internal sealed class PeerContenders : IDisposable
{
    private const int SlotLength = 160;
    private static readonly TimeSpan FrameTime = TimeSpan.FromMilliseconds(20);

    private readonly PeerPair _pair = new(5);
    private readonly byte[] _opus = new byte[PacketBatch.PayloadLength];
    private readonly byte[] _buffer = new byte[RtcPeer.MaxDatagramLength];
    private readonly byte[] _arriving = new byte[PacketBatch.Count * SlotLength];
    private readonly int[] _lengths = new int[PacketBatch.Count];
    private Instant _now;
    private uint _timestamp;

    public PeerContenders()
    {
        _pair.Connect();
        _pair.Clock.RunFor(TimeSpan.FromSeconds(1));
        _now = _pair.Clock.Now;
        new SeededRandom(4).Fill(_opus);
        Receive = new Contender(PacketBatch.Count, LetCallerSend, HandleAll);
        Send = new Contender(PacketBatch.Count, () => { }, SendAll);
    }

    /// <summary>HandleDatagram, TryPollEvent, ReadPayload, TryPollTransmit, by the side that answered.</summary>
    public Contender Receive { get; }

    /// <summary>TrySendAudio, TryPollTransmit, by the side that answered.</summary>
    public Contender Send { get; }

    public void Dispose() => _pair.Dispose();

    private void LetCallerSend()
    {
        for (var i = 0; i < PacketBatch.Count; i++) _lengths[i] = SendOne(_pair.Caller.Peer, _arriving.AsSpan(i * SlotLength, SlotLength));
    }

    private void SendAll()
    {
        for (var i = 0; i < PacketBatch.Count; i++) SendOne(_pair.Callee.Peer, _buffer);
    }

    private int SendOne(RtcPeer peer, Span<byte> buffer)
    {
        _now += FrameTime;
        _timestamp += 960;
        if (!peer.TrySendAudio(_opus, _timestamp, marker: false, _now) || !peer.TryPollTransmit(buffer, out var transmit))
            throw new InvalidOperationException("A packet was not sent.");
        while (peer.TryPollTransmit(_buffer, out _)) { }
        return transmit.Length;
    }

    private void HandleAll()
    {
        var peer = _pair.Callee.Peer;
        var heard = 0;
        for (var i = 0; i < PacketBatch.Count; i++)
        {
            _now += FrameTime;
            peer.HandleDatagram(new Datagram(_arriving.AsSpan(i * SlotLength, _lengths[i]), _pair.Caller.Address), _now);
            while (peer.TryPollEvent(out _)) heard += peer.ReadPayload(_buffer);
            while (peer.TryPollTransmit(_buffer, out _)) { }
        }
        if (heard != PacketBatch.Count * PacketBatch.PayloadLength) throw new InvalidOperationException("A packet was not heard.");
    }
}
