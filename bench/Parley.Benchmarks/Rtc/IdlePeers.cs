using Parley.Benchmarks.Measuring;
using Parley.Rtc;
using Parley.Simulation;

namespace Parley.Benchmarks.Rtc;

/// <summary>
/// Connected peers with an open channel where nobody speaks: consent checks answered, RTCP both ways, SCTP heartbeats. Time is virtual and goes
/// in short turns, of which only that of the answering sides is measured: what arrived for them, and what was due.
/// </summary>
internal sealed class IdlePeers : IDisposable
{
    private static readonly TimeSpan Turn = TimeSpan.FromMilliseconds(10);

    private readonly List<PeerPair> _pairs = [];
    private readonly Side _callers;
    private readonly Side _callees;
    private Instant _now;

    public IdlePeers(int count)
    {
        for (var i = 0; i < count; i++)
        {
            var pair = new PeerPair((ulong)i);
            pair.Connect();
            pair.OpenChannel();
            pair.Clock.RunFor(TimeSpan.FromSeconds(2) - (pair.Clock.Now - new Instant(0)));
            _pairs.Add(pair);
        }
        _now = _pairs[0].Clock.Now;
        _callers = new Side([.. _pairs.Select(pair => pair.Caller.Peer)], PeerPair.CallerAddress);
        _callees = new Side([.. _pairs.Select(pair => pair.Callee.Peer)], PeerPair.CalleeAddress);
    }

    /// <summary>Processor time that the answering sides take in a span of virtual time.</summary>
    public TimeSpan Measure(TimeSpan span)
    {
        var taken = TimeSpan.Zero;
        for (var end = _now + span; _now < end;)
        {
            _now += Turn;
            _callers.Run(_callees.Sent, _now);
            var before = ThreadTime.Now;
            _callees.Run(_callers.Sent, _now);
            taken += ThreadTime.Now - before;
        }
        if (_callees.Peers.Any(peer => peer.State != PeerState.Connected)) throw new InvalidOperationException("A peer closed.");
        return taken;
    }

    public void Dispose()
    {
        foreach (var pair in _pairs) pair.Dispose();
    }

    /// <summary>All peers of one side, with a queue of their deadlines as a driver has.</summary>
    private sealed class Side(RtcPeer[] peers, TransportAddress address)
    {
        private readonly PriorityQueue<int, long> _due = new();
        private readonly long[] _armedFor = InitiallyUnarmed(peers.Length);
        private readonly byte[] _buffer = new byte[RtcPeer.MaxDatagramLength];
        private bool _isArmed;

        public RtcPeer[] Peers => peers;

        /// <summary>What was sent in the last turn.</summary>
        public Mail Sent { get; } = new(address);

        public void Run(Mail received, Instant now)
        {
            Sent.Clear();
            for (var i = 0; !_isArmed && i < peers.Length; i++) Settle(i);
            _isArmed = true;
            for (var i = 0; i < received.Count; i++)
            {
                var (peer, datagram) = received[i];
                peers[peer].HandleDatagram(new Datagram(datagram.Span, received.Source), now);
                Settle(peer);
            }
            while (_due.TryPeek(out var peer, out var ticks) && ticks <= now.Ticks)
            {
                _due.Dequeue();
                if (_armedFor[peer] == ticks) _armedFor[peer] = long.MaxValue;
                if (peers[peer].NextDeadline.IsDue(now)) peers[peer].HandleTimeout(now);
                Settle(peer);
            }
        }

        private void Settle(int index)
        {
            var peer = peers[index];
            while (peer.TryPollEvent(out _)) { }
            while (peer.TryPollTransmit(_buffer, out var transmit)) Sent.Add(index, _buffer.AsSpan(0, transmit.Length));
            var next = peer.NextDeadline.At.Ticks;
            if (next >= _armedFor[index]) return;
            _armedFor[index] = next;
            _due.Enqueue(index, next);
        }

        private static long[] InitiallyUnarmed(int count)
        {
            var armedFor = new long[count];
            Array.Fill(armedFor, long.MaxValue);
            return armedFor;
        }
    }

    /// <summary>Datagrams of one turn, in memory that is used again.</summary>
    private sealed class Mail(TransportAddress source)
    {
        private readonly List<(int Peer, int Offset, int Length)> _datagrams = [];
        private byte[] _bytes = new byte[64 * 1024];
        private int _used;

        public TransportAddress Source => source;

        public int Count => _datagrams.Count;

        public (int Peer, Memory<byte> Datagram) this[int index] =>
            (_datagrams[index].Peer, _bytes.AsMemory(_datagrams[index].Offset, _datagrams[index].Length));

        public void Clear()
        {
            _datagrams.Clear();
            _used = 0;
        }

        public void Add(int peer, ReadOnlySpan<byte> datagram)
        {
            if (_bytes.Length - _used < datagram.Length) Array.Resize(ref _bytes, 2 * _bytes.Length);
            datagram.CopyTo(_bytes.AsSpan(_used));
            _datagrams.Add((peer, _used, datagram.Length));
            _used += datagram.Length;
        }
    }
}
