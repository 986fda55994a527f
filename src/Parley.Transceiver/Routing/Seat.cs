namespace Parley.Transceiver.Routing;

/// <summary>A call's place on the shard that owns it. Only that shard's thread touches it.</summary>
internal sealed class Seat(CallEntry entry)
{
    /// <summary>A client that moves more often loses its oldest address, which it may win back by a new check.</summary>
    public const int MaxAddresses = 16;

    /// <summary>Bytes that are worth fetching ahead.</summary>
    public const int HotLength = 192;

    public CallEntry Entry => entry;

    public ILiveCall Call => entry.Call;

    /// <summary>Addresses that lead here, oldest first.</summary>
    public List<TransportAddress> Addresses { get; } = new(MaxAddresses);

    /// <summary>A client that changes its SSRC more often loses the oldest.</summary>
    public const int MaxSsrcs = 4;

    /// <summary>SSRCs that lead here, oldest first.</summary>
    public List<uint> Ssrcs { get; } = new(MaxSsrcs);

    /// <summary>The SSRC last heard: most of the time the next one is the same.</summary>
    public uint? LastSsrc { get; set; }

    /// <summary>The address last sent to: most of the time the next one is the same.</summary>
    public TransportAddress LastDestination { get; set; }

    public Deadline Deadline { get; set; } = Deadline.None;

    public int HeapIndex { get; set; }

    /// <summary>It waits in the queue of calls that may have something to send.</summary>
    public bool IsReady { get; set; }

    public bool WasConnected { get; set; }
}
