using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Receive;

internal enum ReceiveStatus
{
    Accepted,

    /// <summary>Not taken: repeated, too far ahead, or no room. Counted.</summary>
    Dropped,

    /// <summary>Taken and thrown away; the peer is to be told. (RFC 9260 §6.5)</summary>
    InvalidStream,

    Malformed,
    NoUserData,
    TooLarge,
    Violation,
    OutOfResource,
}

/// <summary>The receiving direction: which TSNs came, what they make together, and when to acknowledge. (RFC 9260 §6.2)</summary>
internal sealed class DataReceiver
{
    private const int MaxDuplicatesReported = 16;
    private const int MaxGapsReported = 256;
    private const int PacketsPerSack = 2;

    private readonly SctpConfig _config;
    private readonly CounterTable<SctpCounter> _counters;
    private readonly TimerTable<SctpTimer> _timers;
    private readonly BlockArena _arena;
    private readonly Reassembly _reassembly;
    private readonly InboundStreams _streams;
    private readonly EventQueue _events;
    private readonly Tsn[] _duplicates = new Tsn[MaxDuplicatesReported];
    private readonly int _reservedBlocks;
    private readonly uint _fullWindow;

    private TsnMap _received = new(new Tsn(0));
    private int _duplicateCount;
    private int _packetsSinceSack;
    private uint _advertisedWindow;
    private bool _sawData;
    private bool _needsSackNow;

    public DataReceiver(SctpConfig config, CounterTable<SctpCounter> counters, TimerTable<SctpTimer> timers)
    {
        _config = config;
        _counters = counters;
        _timers = timers;
        _arena = new BlockArena(config.ReceiveBufferSize);
        _events = new EventQueue(_arena);
        _reassembly = new Reassembly(_arena, config.MaxMessageSize);
        _streams = new InboundStreams(config.StreamCount, _arena, message => _events.Add(message));
        // What arrives beyond a gap may not take what the message at the gap needs to become whole, or nothing would ever
        // move again. A chunk may end anywhere in a block, hence the quarter on top.
        _reservedBlocks = Math.Min(_arena.FreeBlocks / 2 + 1, (config.MaxMessageSize + config.MaxMessageSize / 4) / BlockArena.BlockSize + 8);
        _fullWindow = Window;
        _advertisedWindow = _fullWindow;
    }

    public EventQueue Events => _events;

    public Tsn CumulativeTsn => _received.Cumulative;

    /// <summary>An acknowledgement is to be sent with the next packet, which need not carry anything else.</summary>
    public bool IsSackDue { get; private set; }

    /// <summary>Something is unacknowledged: a packet that is sent anyway should carry it. (RFC 9260 §6.1)</summary>
    public bool HasUnacknowledged => IsSackDue || _packetsSinceSack > 0;

    /// <summary>Bytes to advertise: what is free beyond the reserve.</summary>
    public uint Window => (uint)(Math.Max(0, _arena.FreeBlocks - _reservedBlocks) * BlockArena.BlockSize);

    public void Begin(Tsn initialTsn) => _received = new TsnMap(initialTsn);

    public ReceiveStatus HandleData(in Chunk chunk)
    {
        if (!DataHeader.TryParse(chunk, out var header, out var payload)) return ReceiveStatus.Malformed;
        _sawData = true;
        if (payload.IsEmpty) return ReceiveStatus.NoUserData;
        // With a gap open, what fills it is as urgent as what shows it. (RFC 9260 §6.7)
        if (header.Has(DataFlags.Immediate) || _received.HasGap) _needsSackNow = true;
        switch (_received.StatusOf(header.Tsn))
        {
            case TsnStatus.Duplicate:
                _counters.Increment(SctpCounter.DuplicateTsn);
                if (_duplicateCount < _duplicates.Length) _duplicates[_duplicateCount++] = header.Tsn;
                _needsSackNow = true;
                return ReceiveStatus.Dropped;
            case TsnStatus.OutsideWindow:
                _counters.Increment(SctpCounter.TsnOutsideWindow);
                _needsSackNow = true;
                return ReceiveStatus.Dropped;
        }
        if (!_streams.Exists(header.StreamId))
        {
            _received.Add(header.Tsn);
            return ReceiveStatus.InvalidStream;
        }
        return Take(header, payload);
    }

    /// <summary>Decides, once all chunks of a packet are taken, when to acknowledge it.</summary>
    public void EndPacket(Instant now)
    {
        if (!_sawData) return;
        _sawData = false;
        _packetsSinceSack++;
        if (_needsSackNow || _received.HasGap || _packetsSinceSack >= PacketsPerSack) RequestSack();
        else if (!_timers.IsSet(SctpTimer.DelayedSack)) _timers.Set(SctpTimer.DelayedSack, now + _config.SackDelay);
        _needsSackNow = false;
    }

    public void RequestSack() => IsSackDue = true;

    public bool TryWriteSack(ref PacketWriter writer)
    {
        var room = (writer.Room - SackChunk.FixedLength) / SackChunk.EntryLength;
        if (room < 0) return false;
        var duplicates = Math.Min(_duplicateCount, room);
        Span<GapBlock> gaps = stackalloc GapBlock[_received.HasGap ? Math.Min(MaxGapsReported, room - duplicates) : 0];
        gaps = gaps[.._received.WriteGaps(gaps)];
        if (!writer.TryAdd(ChunkType.Sack, 0, SackChunk.FixedLength + (gaps.Length + duplicates) * SackChunk.EntryLength, out var value)) return false;
        _advertisedWindow = Window;
        SackChunk.Write(value, _received.Cumulative, _advertisedWindow, gaps, _duplicates.AsSpan(0, duplicates));
        _duplicateCount = 0;
        _packetsSinceSack = 0;
        IsSackDue = false;
        _timers.Stop(SctpTimer.DelayedSack);
        return true;
    }

    /// <summary>Called when the application freed memory: tells the peer when a nearly closed window opened again. (RFC 9260 §6.2)</summary>
    public void HandleRead()
    {
        var quarter = _fullWindow / 4;
        if (_advertisedWindow < quarter && Window - _advertisedWindow >= quarter) RequestSack();
    }

    public void HandleForwardTsn(in ForwardTsnChunk chunk)
    {
        _sawData = true;
        _needsSackNow = true;
        if (chunk.NewCumulativeTsn <= _received.Cumulative) return;
        _reassembly.DiscardThrough(chunk.NewCumulativeTsn);
        _received.AdvanceTo(chunk.NewCumulativeTsn);
        for (var i = 0; i < chunk.StreamCount; i++)
        {
            var (streamId, ssn) = chunk.Stream(i);
            if (_streams.Exists(streamId)) _streams.SkipThrough(streamId, ssn);
        }
    }

    public bool StreamExists(ushort streamId) => _streams.Exists(streamId);

    public void ResetStream(ushort streamId) => _streams.Reset(streamId);

    private ReceiveStatus Take(in DataHeader header, ReadOnlySpan<byte> payload)
    {
        var isNext = header.Tsn == _received.Cumulative.Next;
        switch (_reassembly.Add(header, payload, isNext ? 0 : _reservedBlocks, out var message))
        {
            case ReassemblyStatus.Incomplete:
                _received.Add(header.Tsn);
                return ReceiveStatus.Accepted;
            case ReassemblyStatus.Complete:
                _received.Add(header.Tsn);
                return _streams.TryAccept(message) ? ReceiveStatus.Accepted : ReceiveStatus.Violation;
            case ReassemblyStatus.NoRoom:
                _counters.Increment(SctpCounter.ReceiveBufferFull);
                _needsSackNow = true;
                // The reserve is gone and there is nothing that the application could read to make room.
                return isNext && _events.UnreadMessages == 0 ? ReceiveStatus.OutOfResource : ReceiveStatus.Dropped;
            case ReassemblyStatus.TooLarge:
                return ReceiveStatus.TooLarge;
            default:
                return ReceiveStatus.Violation;
        }
    }
}
