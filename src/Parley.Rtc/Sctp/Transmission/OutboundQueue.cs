using Parley.Rtc.Sctp.Wire;

namespace Parley.Rtc.Sctp.Transmission;

/// <summary>
/// Every chunk that is not cumulatively acknowledged, in the order of its TSN: first those that were sent, then those that
/// wait. Messages go out in the order in which they were given, so a chunk has its TSN from the start.
/// </summary>
internal sealed class OutboundQueue(int capacity, Tsn initialTsn)
{
    /// <summary>Bounds the bookkeeping for floods of tiny messages.</summary>
    public const int MaxChunks = 8192;

    private const int SmallestRing = 4;
    private const int KeptWhenEmpty = 16;

    private readonly ByteRing _bytes = new(capacity);
    private OutboundChunk[] _chunks = [];
    private int _head;

    /// <summary>The TSN of index 0.</summary>
    public Tsn First { get; private set; } = initialTsn;

    public int Count { get; private set; }

    /// <summary>How many, from the front, were sent at least once.</summary>
    public int SentCount { get; private set; }

    public Tsn LastSent => First + (SentCount - 1);

    public Tsn LastAssigned => First + (Count - 1);

    public int Bytes => _bytes.Count;

    public bool IsEmpty => Count == 0;

    public bool HasWaiting => SentCount < Count;

    public ref OutboundChunk this[int index] => ref _chunks[(_head + index) & (_chunks.Length - 1)];

    /// <summary>Cuts a message into chunks; false, and nothing is queued, when there is no room.</summary>
    /// <param name="pattern">What all of them have in common.</param>
    /// <param name="message">At least one byte.</param>
    /// <param name="maxFragment">Bytes in a chunk.</param>
    public bool TryAdd(in OutboundChunk pattern, ReadOnlySpan<byte> message, int maxFragment)
    {
        var fragments = (message.Length + maxFragment - 1) / maxFragment;
        if (Count + fragments > MaxChunks || !_bytes.HasRoomFor(message.Length)) return false;
        var position = _bytes.End;
        _bytes.Write(message);
        for (var i = 0; i < fragments; i++)
        {
            if (Count == _chunks.Length) Grow();
            var chunk = pattern;
            chunk.Position = position + i * maxFragment;
            chunk.Length = (ushort)Math.Min(maxFragment, message.Length - i * maxFragment);
            if (i == 0) chunk.Flags |= DataFlags.Begin;
            if (i == fragments - 1) chunk.Flags |= DataFlags.End;
            this[Count++] = chunk;
        }
        return true;
    }

    public void CopyPayload(in OutboundChunk chunk, Span<byte> destination) => _bytes.CopyTo(chunk.Position, destination[..chunk.Length]);

    /// <summary>The first waiting chunk counts as sent from now on.</summary>
    public void MarkNextSent() => SentCount++;

    /// <summary>Forgets the first chunk, which must have been sent.</summary>
    public void RemoveFirst()
    {
        ref var chunk = ref this[0];
        _bytes.ReleaseTo(chunk.Position + chunk.Length);
        _head = (_head + 1) & (_chunks.Length - 1);
        First = First.Next;
        Count--;
        SentCount--;
        if (Count > 0 || _chunks.Length <= KeptWhenEmpty) return;
        _chunks = [];
        _head = 0;
    }

    private void Grow()
    {
        var larger = new OutboundChunk[Math.Max(SmallestRing, _chunks.Length * 2)];
        for (var i = 0; i < Count; i++) larger[i] = this[i];
        _chunks = larger;
        _head = 0;
    }
}
