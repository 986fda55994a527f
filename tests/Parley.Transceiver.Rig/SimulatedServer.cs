using Parley.Net;
using Parley.Simulation;
using Parley.Transceiver.Routing;

namespace Parley.Transceiver.Rig;

/// <summary>
/// Drives a <see cref="CallShard"/> on virtual time as <see cref="Net.Shard"/> does on real time: input, then packets out, then the
/// deadline. What is posted to it is handled at the same instant, but on another stack.
/// </summary>
internal sealed class SimulatedServer : IShardInbox
{
    private const int MaxWakesAtOnce = 1000;

    private readonly VirtualClock _clock;
    private readonly byte[] _buffer = new byte[Net.Shard.MaxDatagramSize];
    private Instant _scheduled = Instant.Never;
    private Instant _lastWake = new(-1);
    private int _wakesAtOnce;

    public SimulatedServer(VirtualClock clock, CallDirectory directory, CallLedger ledger, bool keepsLobby = true)
    {
        _clock = clock;
        Connections = new RecordingConnections(this);
        Shard = new CallShard(directory, this, Connections, keepsLobby, ledger);
        Wake();
    }

    public CallShard Shard { get; }

    public RecordingConnections Connections { get; }

    /// <summary>Where its packets go, by destination.</summary>
    public Dictionary<TransportAddress, SimulatedLink> Links { get; } = [];

    public TransportAddress Address { get; init; } = TransportAddress.FromIPv4(0x7F000001, 3478);

    public int LongestDatagram { get; private set; }

    public bool IsMailboxFull { get; set; }

    /// <summary>
    /// Bytes that the shard allocated on the managed heap while it took RTP and RTCP, handled deadlines, and gave packets to be sent.
    /// What the simulation allocates is left out.
    /// </summary>
    public long MediaAllocated { get; private set; }

    public long DatagramsIn { get; private set; }

    public long DatagramsOut { get; private set; }

    public void Receive(byte[] datagram, TransportAddress source)
    {
        DatagramsIn++;
        var before = GC.GetAllocatedBytesForCurrentThread();
        Shard.HandleDatagram(new Datagram(datagram, source), _clock.Now);
        // Checks and DTLS records come every few seconds; RTP and RTCP are what a call consists of. (RFC 7983 §7)
        if (datagram[0] is >= 128 and <= 191) MediaAllocated += GC.GetAllocatedBytesForCurrentThread() - before;
        Pump();
    }

    public bool TryPost(object work)
    {
        _clock.After(TimeSpan.Zero, () =>
        {
            Shard.HandlePosted(work, _clock.Now);
            Pump();
        });
        return true;
    }

    public bool TryHandOver(in Datagram datagram)
    {
        if (IsMailboxFull) return false;
        var copy = datagram.Payload.ToArray();
        var source = datagram.Source;
        _clock.After(TimeSpan.Zero, () =>
        {
            Shard.HandleHandedOver(new Datagram(copy, source), _clock.Now);
            Pump();
        });
        return true;
    }

    private void Pump()
    {
        while (TryPoll(out var transmit))
        {
            DatagramsOut++;
            LongestDatagram = Math.Max(LongestDatagram, transmit.Length);
            if (Links.TryGetValue(transmit.Destination, out var link)) link.Send(_buffer.AsSpan(0, transmit.Length), Address);
        }
        var next = Shard.NextDeadline.At;
        if (next.IsNever || next >= _scheduled) return;
        _scheduled = next;
        _clock.At(next, () =>
        {
            if (_scheduled == next) _scheduled = Instant.Never;
            Wake();
        });
    }

    private void Wake()
    {
        if (Shard.NextDeadline.IsDue(_clock.Now))
        {
            _wakesAtOnce = _lastWake == _clock.Now ? _wakesAtOnce + 1 : 0;
            _lastWake = _clock.Now;
            if (_wakesAtOnce > MaxWakesAtOnce) throw new InvalidOperationException($"The deadline {Shard.NextDeadline.Reason} does not go away.");
            var before = GC.GetAllocatedBytesForCurrentThread();
            Shard.HandleTimeout(_clock.Now);
            MediaAllocated += GC.GetAllocatedBytesForCurrentThread() - before;
        }
        Pump();
    }

    private bool TryPoll(out Transmit transmit)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var has = Shard.TryPollTransmit(_buffer, out transmit);
        MediaAllocated += GC.GetAllocatedBytesForCurrentThread() - before;
        return has;
    }
}
